/// The checksum of Ethernet and zlib (IEEE 802.3, reflected polynomial 0xEDB88320), which guards frames of an Amazon event stream and
/// those of the ledger's journal.
package enum CRC32 {
  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard let base = bytes.baseAddress else { return 0 }
    var state: UInt32 = ~0
    tables.withUnsafeBufferPointer { tables in
      var index = 0
      // Eight bytes at a time: one table for each distance from the end of the group.
      while bytes.count &- index >= 8 {
        let low = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt32.self)) ^ state
        let high = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: index &+ 4, as: UInt32.self))
        state =
          tables[Int(0x700 &+ (low & 0xFF))] ^ tables[Int(0x600 &+ (low &>> 8 & 0xFF))]
          ^ tables[Int(0x500 &+ (low &>> 16 & 0xFF))] ^ tables[Int(0x400 &+ (low &>> 24))]
          ^ tables[Int(0x300 &+ (high & 0xFF))] ^ tables[Int(0x200 &+ (high &>> 8 & 0xFF))]
          ^ tables[Int(0x100 &+ (high &>> 16 & 0xFF))] ^ tables[Int(high &>> 24)]
        index &+= 8
      }
      while index < bytes.count {
        let byte = base.loadUnaligned(fromByteOffset: index, as: UInt8.self)
        state = tables[Int((state ^ UInt32(byte)) & 0xFF)] ^ (state &>> 8)
        index &+= 1
      }
    }
    return ~state
  }

  /// Eight tables of 256 words: the effect of a byte that stands 0 to 7 places before the last.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var word = UInt32(byte)
      for _ in 0..<8 { word = word & 1 == 1 ? 0xEDB8_8320 ^ (word >> 1) : word >> 1 }
      tables[byte] = word
    }
    for distance in 1..<8 {
      for byte in 0..<256 {
        let word = tables[(distance - 1) * 256 + byte]
        tables[distance * 256 + byte] = tables[Int(word & 0xFF)] ^ (word >> 8)
      }
    }
    return tables
  }()
}

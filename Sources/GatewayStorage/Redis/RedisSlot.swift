/// The hash slot of a key, by which a cluster divides its keys among nodes.
enum RedisSlot {
  static let count = 16384

  /// CRC-16 (XMODEM) of the key, or of what stands between its first `{` and the next `}` if that is not empty.
  static func of(_ key: ArraySlice<UInt8>) -> Int {
    var hashed = key
    if let open = key.firstIndex(of: UInt8(ascii: "{")) {
      let tag = key[(open + 1)...]
      if let close = tag.firstIndex(of: UInt8(ascii: "}")), close > tag.startIndex { hashed = tag[..<close] }
    }
    var crc: UInt16 = 0
    for byte in hashed {
      crc ^= UInt16(byte) << 8
      for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
    }
    return Int(crc) % count
  }
}

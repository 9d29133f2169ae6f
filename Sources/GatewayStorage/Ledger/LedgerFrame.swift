/// How rows lie in the journal: two marking bytes, the length and the CRC-32 of the payload (both 32 bits, the lowest byte
/// first), the payload. A frame that was cut by a crash, or damaged, is recognised and passed over.
enum LedgerFrame {
  static let headLength = 10
  // Many times the longest row: its texts are cut.
  static let longestPayload = 1 << 18
  private static let mark: (UInt8, UInt8) = (0xE7, 0x4C)

  static func append(_ row: LedgerRow, to bytes: inout [UInt8]) {
    var writer = LedgerFieldWriter()
    row.encode(into: &writer)
    writer.withPayload { payload in
      bytes.append(mark.0)
      bytes.append(mark.1)
      withUnsafeBytes(of: UInt32(payload.count).littleEndian) { bytes.append(contentsOf: $0) }
      withUnsafeBytes(of: CRC32.of(payload).littleEndian) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: payload)
    }
  }

  /// What was read of a stretch of a segment.
  struct Reading {
    var rows = SQLRows.ofLedger
    /// Bytes that are done with: whole frames, and what is none.
    var consumed = 0
    /// Of `consumed`, those that were no frame.
    var damaged = 0
  }

  /// Reads up to `limit` rows.
  /// - Parameter isWhole: nothing follows these bytes, so that a cut frame at their end is damage.
  static func read(_ bytes: UnsafeRawBufferPointer, limit: Int, isWhole: Bool) -> Reading {
    var reading = Reading()
    while reading.consumed < bytes.count, reading.rows.count < limit {
      switch frame(UnsafeRawBufferPointer(rebasing: bytes[reading.consumed...])) {
      case .whole(let payload) where reading.rows.append(payload: payload):
        reading.consumed += headLength + payload.count
      case .incomplete where !isWhole:
        return reading
      case .whole, .incomplete, .none:
        reading.consumed += 1
        reading.damaged += 1
      }
    }
    return reading
  }

  private enum Frame {
    /// Its payload.
    case whole(UnsafeRawBufferPointer)
    case incomplete
    case none
  }

  private static func frame(_ bytes: UnsafeRawBufferPointer) -> Frame {
    if bytes[0] != mark.0 || bytes.count > 1 && bytes[1] != mark.1 { return .none }
    guard bytes.count >= headLength else { return .incomplete }
    let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt32.self)))
    guard length > 0, length <= longestPayload else { return .none }
    guard bytes.count >= headLength + length else { return .incomplete }
    let payload = UnsafeRawBufferPointer(rebasing: bytes[headLength..<(headLength + length)])
    let sum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 6, as: UInt32.self))
    return CRC32.of(payload) == sum ? .whole(payload) : .none
  }
}

/// The checksum of IEEE 802.3.
enum CRC32 {
  // The n-th 256 of them: the sum of a byte with n zeros behind it, so that four bytes are summed up in one step.
  private static let table: [UInt32] = {
    var table = (0..<256).map { index in
      var value = UInt32(index)
      for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
      return value
    }
    for index in 256..<1024 { table.append(table[Int(table[index - 256] & 0xFF)] ^ (table[index - 256] >> 8)) }
    return table
  }()

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      var sum: UInt32 = 0xFFFF_FFFF
      var place = 0
      while place + 4 <= bytes.count {
        sum ^= UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        sum =
          table[768 + Int(sum & 0xFF)] ^ table[512 + Int(sum >> 8 & 0xFF)] ^ table[256 + Int(sum >> 16 & 0xFF)]
          ^ table[Int(sum >> 24)]
        place += 4
      }
      for byte in bytes[place...] { sum = table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
      return sum ^ 0xFFFF_FFFF
    }
  }
}

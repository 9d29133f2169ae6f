import GatewayCore

/// How rows lie in the journal: two marking bytes, the length and the CRC-32 of the payload (both 32 bits, the lowest byte
/// first), the payload. A frame that was cut by a crash, or damaged, is recognised and passed over.
enum LedgerFrame {
  static let headLength = 10
  // Many times the longest row: its texts are cut.
  static let longestPayload = 1 << 18
  private static let mark: (UInt8, UInt8) = (0xE7, 0x4C)

  static func append(_ row: LedgerRow, to bytes: inout ByteWriter) {
    bytes.append(byte: mark.0)
    bytes.append(byte: mark.1)
    let head = bytes.count
    bytes.append(word: 0)
    bytes.append(word: 0)
    let start = bytes.count
    row.encode(into: &bytes)
    let payload = bytes.bytes[start...]
    bytes.replace(word: UInt32(payload.count), at: head)
    bytes.replace(word: CRC32.checksum(UnsafeRawBufferPointer(rebasing: payload)), at: head + 4)
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
    return CRC32.checksum(payload) == sum ? .whole(payload) : .none
  }
}

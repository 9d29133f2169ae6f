/// A message of `application/vnd.amazon.eventstream`:
///
///     total length: 4 · length of the headers: 4 · CRC of these eight bytes: 4 · headers · payload · CRC of all before: 4
///
/// Numbers are big-endian. Ranges are offsets in the buffer that the frame was read from.
package struct EventStreamFrame: Hashable, Sendable {
  /// `:message-type`
  package enum Kind: Hashable, Sendable {
    case event
    /// A failure that the service's model describes; its name is the exception's.
    case exception
    /// A failure outside the model: a code and a text, both headers.
    case error
  }

  package internal(set) var kind: Kind
  /// `:event-type`, `:exception-type` or `:error-code`.
  package internal(set) var name: String
  /// What follows the headers; of an `.error` its `:error-message`.
  package internal(set) var payload: Range<Int>
  /// Bytes of the whole frame.
  package internal(set) var consumed: Int

  /// Of the prelude, with its checksum.
  static let preludeLength = 12
  /// A frame without headers and payload.
  static let minimumLength = 16
}

/// One header of a frame. Only strings are used by the services that the gateway speaks to; others are passed.
struct EventStreamHeader {
  let name: UnsafeRawBufferPointer
  /// Nil when it is no string.
  let string: Range<Int>?

  /// Reads the header at `offset` of `buffer`, which ends with the headers, and moves `offset` past it.
  static func read(
    _ buffer: UnsafeRawBufferPointer, at offset: inout Int
  ) throws(AmazonEventStreamFault) -> EventStreamHeader {
    let nameLength = Int(buffer[offset])
    let typeOffset = offset + 1 + nameLength
    guard typeOffset < buffer.count else { throw .invalidHeader }
    let name = UnsafeRawBufferPointer(rebasing: buffer[(offset + 1)..<typeOffset])
    let valueOffset = typeOffset + 1
    switch buffer[typeOffset] {
    case 0, 1: offset = valueOffset
    case 2: offset = valueOffset + 1
    case 3: offset = valueOffset + 2
    case 4: offset = valueOffset + 4
    case 5, 8: offset = valueOffset + 8
    case 9: offset = valueOffset + 16
    case let type where type == 6 || type == 7:
      guard valueOffset + 2 <= buffer.count else { throw .invalidHeader }
      let length = Int(buffer[valueOffset]) << 8 | Int(buffer[valueOffset + 1])
      offset = valueOffset + 2 + length
      guard offset <= buffer.count else { throw .invalidHeader }
      return EventStreamHeader(name: name, string: type == 7 ? (valueOffset + 2)..<offset : nil)
    default: throw .invalidHeader
    }
    guard offset <= buffer.count else { throw .invalidHeader }
    return EventStreamHeader(name: name, string: nil)
  }

  func isNamed(_ other: StaticString) -> Bool { EventStreamNames.equal(name, other) }
}

/// Compares and makes names without allocating for those that are known.
enum EventStreamNames {
  static func equal(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
    bytes.count == name.utf8CodeUnitCount
      && bytes.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }

  /// The names of more than 15 bytes are literals, so that no frame of a stream allocates one.
  static func string(_ bytes: UnsafeRawBufferPointer) -> String {
    if equal(bytes, "contentBlockDelta") { return "contentBlockDelta" }
    if equal(bytes, "contentBlockStart") { return "contentBlockStart" }
    if equal(bytes, "contentBlockStop") { return "contentBlockStop" }
    return String(decoding: bytes, as: UTF8.self)
  }
}

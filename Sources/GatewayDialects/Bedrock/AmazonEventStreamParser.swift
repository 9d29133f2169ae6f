import GatewayCore

/// Finds the frames of an Amazon event stream in bytes that come in any pieces. Like `EventStreamParser` it copies nothing: the
/// caller keeps the bytes that are not used up in one contiguous buffer, appends what arrives and drops what is consumed.
///
///     while let frame = try parser.next(buffer) {
///       try decoder.receive(event: frame.name, data: buffer[frame.payload], into: &deltas)
///       buffer.drop(frame.consumed)
///     }
///     …
///     if parser.isInsideFrame { throw AmazonEventStreamFault.cutFrame }      // at the end of the body
package struct AmazonEventStreamParser: Sendable {
  /// 24 MiB: what Amazon's own limits come to (16 MiB of payload), with slack.
  package static let defaultMaximumFrameBytes = 24 << 20

  private let maximumFrameBytes: Int
  /// Of the frame at the start of the buffer, once its prelude has been checked.
  private var length: Int?
  private var headersLength = 0
  /// Whether bytes of a frame are there that is not complete.
  package private(set) var isInsideFrame = false

  /// - Parameter maximumFrameBytes: of one frame, with all that belongs to it.
  package init(maximumFrameBytes: Int = AmazonEventStreamParser.defaultMaximumFrameBytes) {
    self.maximumFrameBytes = maximumFrameBytes
  }

  /// The next frame; nil until it is complete.
  ///
  /// - Parameter buffer: the bytes that are not consumed: those of the call before, less what that consumed, and what came
  ///   since.
  package mutating func next(_ buffer: UnsafeRawBufferPointer) throws(AmazonEventStreamFault) -> EventStreamFrame? {
    isInsideFrame = !buffer.isEmpty
    if length == nil { try readPrelude(buffer) }
    guard let length, buffer.count >= length else { return nil }
    self.length = nil
    isInsideFrame = buffer.count > length
    let frame = UnsafeRawBufferPointer(rebasing: buffer[..<length])
    let checked = UnsafeRawBufferPointer(rebasing: frame[..<(length - 4)])
    guard CRC32.checksum(checked) == Self.word(frame, length - 4) else { throw .messageChecksum }
    return try Self.read(frame, headersEnd: EventStreamFrame.preludeLength + headersLength)
  }

  private mutating func readPrelude(_ buffer: UnsafeRawBufferPointer) throws(AmazonEventStreamFault) {
    guard buffer.count >= EventStreamFrame.preludeLength else { return }
    guard CRC32.checksum(UnsafeRawBufferPointer(rebasing: buffer[..<8])) == Self.word(buffer, 8) else {
      throw .preludeChecksum
    }
    let length = Int(Self.word(buffer, 0))
    let headersLength = Int(Self.word(buffer, 4))
    guard length >= EventStreamFrame.minimumLength, headersLength <= length - EventStreamFrame.minimumLength else {
      throw .invalidLength
    }
    guard length <= maximumFrameBytes else { throw .frameTooLarge(length: length, maximum: maximumFrameBytes) }
    self.length = length
    self.headersLength = headersLength
  }

  private static func read(
    _ frame: UnsafeRawBufferPointer, headersEnd: Int
  ) throws(AmazonEventStreamFault) -> EventStreamFrame {
    var kind = EventStreamFrame.Kind.event
    var name: Range<Int>?
    var message: Range<Int>?
    let headers = UnsafeRawBufferPointer(rebasing: frame[..<headersEnd])
    var offset = EventStreamFrame.preludeLength
    while offset < headersEnd {
      let header = try EventStreamHeader.read(headers, at: &offset)
      guard let value = header.string else { continue }
      if header.isNamed(":event-type") || header.isNamed(":exception-type") || header.isNamed(":error-code") {
        name = value
      } else if header.isNamed(":message-type") {
        kind = try Self.kind(UnsafeRawBufferPointer(rebasing: frame[value]))
      } else if header.isNamed(":error-message") {
        message = value
      }
    }
    var text = name.map { EventStreamNames.string(UnsafeRawBufferPointer(rebasing: frame[$0])) } ?? ""
    var payload = headersEnd..<(frame.count - 4)
    if kind == .error {
      payload = message ?? payload
      // Codes are free text; decoders know failures by their names.
      if !BedrockErrorType.isFailure(text) { text += "Error" }
    }
    return EventStreamFrame(kind: kind, name: text, payload: payload, consumed: frame.count)
  }

  private static func kind(_ value: UnsafeRawBufferPointer) throws(AmazonEventStreamFault) -> EventStreamFrame.Kind {
    if EventStreamNames.equal(value, "event") { return .event }
    if EventStreamNames.equal(value, "exception") { return .exception }
    if EventStreamNames.equal(value, "error") { return .error }
    throw .invalidHeader
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}

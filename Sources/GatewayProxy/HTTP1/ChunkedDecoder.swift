/// Decodes a chunked body (RFC 9112 §7.1) that arrives in pieces of any size.
///
/// Chunk extensions and trailer fields are validated, bounded and dropped. Payload is never copied.
package struct ChunkedDecoder: Sendable {
  /// The longest line of a chunk size with its extensions, in bytes without CR LF.
  static let maximumLineLength = 256
  /// The most digits of a chunk size.
  static let maximumSizeDigits = 16

  private enum State {
    /// → `extensions`, `lineEnd`
    case size
    /// → `lineEnd`
    case extensions
    /// The LF of the size line. → `data`, `trailers` after the last chunk
    case lineEnd
    /// → `dataCarriageReturn`
    case data
    /// → `dataLineFeed`
    case dataCarriageReturn
    /// → `size`
    case dataLineFeed
    /// → `done`
    case trailers
    /// The body has ended; no byte is consumed any more.
    case done
  }

  private var state = State.size
  /// The size as far as it is read, then how much of the chunk is still to come.
  private var remaining = 0
  private var digits = 0
  private var lineLength = 0
  private var extensions = ChunkExtensionParser()
  private var trailers = TrailerParser()

  package init() {}

  /// Whether the body and its trailers have ended.
  package var isComplete: Bool { self.state == .done }

  /// Decodes `bytes`, calling `data` for each run of payload with its indices in `bytes`.
  ///
  /// - Returns: How many bytes belong to the body: all of them unless it is complete.
  /// - Throws: the fault; the decoder is of no more use then.
  package mutating func decode(
    _ bytes: UnsafeRawBufferPointer, data: (Range<Int>) -> Void
  ) throws(HTTPFault) -> (consumed: Int, isComplete: Bool) {
    guard let base = bytes.baseAddress else { return (0, self.isComplete) }
    let start = base.assumingMemoryBound(to: UInt8.self)
    var index = 0
    while index < bytes.count, self.state != .done {
      if self.state == .data {
        let run = min(self.remaining, bytes.count - index)
        self.remaining -= run
        if self.remaining == 0 { self.state = .dataCarriageReturn }
        data(index..<index + run)
        index += run
      } else {
        try self.consume(start[index])
        index += 1
      }
    }
    return (index, self.isComplete)
  }

  /// Takes one byte that is not payload.
  @inline(__always)
  private mutating func consume(_ byte: UInt8) throws(HTTPFault) {
    switch self.state {
    case .size:
      try self.consumeSize(byte)
    case .extensions:
      try self.countLine()
      if try self.extensions.consume(byte) { self.state = .lineEnd }
    case .lineEnd:
      guard byte == ASCII.lineFeed else { throw .unterminatedChunkLine }
      self.state = self.remaining == 0 ? .trailers : .data
    case .dataCarriageReturn:
      guard byte == ASCII.carriageReturn else { throw .unterminatedChunk }
      self.state = .dataLineFeed
    case .dataLineFeed:
      guard byte == ASCII.lineFeed else { throw .unterminatedChunk }
      (self.digits, self.lineLength, self.state) = (0, 0, .size)
    case .trailers:
      if try self.trailers.consume(byte) { self.state = .done }
    case .data, .done:
      break
    }
  }

  @inline(__always)
  private mutating func consumeSize(_ byte: UInt8) throws(HTTPFault) {
    if let value = ASCII.hexValue(byte) {
      self.digits += 1
      guard self.digits <= ChunkedDecoder.maximumSizeDigits, self.remaining <= Int.max >> 4 else {
        throw .chunkSizeTooLarge
      }
      self.remaining = self.remaining << 4 | Int(value)
      self.lineLength += 1
      return
    }
    guard self.digits > 0 else { throw .invalidChunkSize }
    switch byte {
    case ASCII.carriageReturn:
      self.state = .lineEnd
    case UInt8(ascii: ";"):
      try self.countLine()
      self.extensions = ChunkExtensionParser()
      self.state = .extensions
    case ASCII.lineFeed:
      throw .unterminatedChunkLine
    default:
      throw .invalidChunkSize
    }
  }

  private mutating func countLine() throws(HTTPFault) {
    // The CR of a line with extensions is counted too, hence one more.
    self.lineLength += 1
    guard self.lineLength <= ChunkedDecoder.maximumLineLength + 1 else { throw .chunkLineTooLong }
  }
}

/// Checks the trailer fields after the last chunk with the rules of header fields, and drops them.
///
/// RFC 9110 §6.5.1 allows that, and nothing that a trailer says can then change how a message is understood. Fields that
/// frame or route a message are refused: another reader of the same bytes might merge them into the head.
struct TrailerParser: Sendable {
  /// The largest trailer section, in bytes without its blank line.
  static let maximumLength = 8192

  private enum State {
    /// At the start of a line. → `name`, `lastLineFeed`
    case lineStart
    /// → `value`
    case name
    /// → `lineFeed`
    case value
    /// → `lineStart`
    case lineFeed
    /// The LF of the blank line.
    case lastLineFeed
  }

  private var state = State.lineStart
  private var length = 0
  private var fields = 0
  /// The name of the present line; allocated only if there is a trailer.
  private var name: [UInt8] = []

  /// Takes the next byte; true when it was the last one of the body.
  mutating func consume(_ byte: UInt8) throws(HTTPFault) -> Bool {
    switch (self.state, byte) {
    case (.lineStart, ASCII.carriageReturn):
      self.state = .lastLineFeed
      return false
    case (.lineStart, _) where ASCII.isToken(byte):
      self.fields += 1
      guard self.fields <= FieldSection.maximumCount else { throw .trailersTooLarge }
      self.name = [byte]
      self.state = .name
    case (.lastLineFeed, ASCII.lineFeed): return true
    case (.name, _) where ASCII.isToken(byte): self.name.append(byte)
    case (.name, ASCII.colon):
      guard self.isAllowed else { throw .invalidTrailer }
      self.state = .value
    case (.value, _) where ASCII.isFieldContent(byte): break
    case (.value, ASCII.carriageReturn): self.state = .lineFeed
    case (.lineFeed, ASCII.lineFeed): self.state = .lineStart
    default: throw .invalidTrailer
    }
    self.length += 1
    guard self.length <= TrailerParser.maximumLength else { throw .trailersTooLarge }
    return false
  }

  /// Whether the name is not one of a field that frames or routes a message.
  private var isAllowed: Bool {
    let field = self.name.withUnsafeBufferPointer { name in
      name.baseAddress.map { KnownField($0, count: name.count) } ?? .other
    }
    switch field {
    case .host, .contentLength, .transferEncoding, .connection, .proxyConnection, .upgrade, .expect, .te, .trailer:
      return false
    default:
      return true
    }
  }
}

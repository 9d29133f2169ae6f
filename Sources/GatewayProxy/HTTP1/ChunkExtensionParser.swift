/// Checks the extensions after a chunk size: `name`, `name=token` or `name="quoted"`, separated by `;`.
///
/// Stricter than RFC 9112 §7.1.1 in one point: no whitespace outside quotes (its "bad whitespace").
struct ChunkExtensionParser: Sendable {
  private enum State {
    /// Right after `;`. → `name`
    case nameStart
    case name
    /// Right after `=`. → `token`, `quoted`
    case valueStart
    case token
    case quoted
    /// After a backslash in quotes. → `quoted`
    case escaped
    /// After the closing quote. → `nameStart`
    case afterQuoted
  }

  private var state = State.nameStart

  /// Takes the next byte; true when it was the CR that ends the line.
  mutating func consume(_ byte: UInt8) throws(HTTPFault) -> Bool {
    switch (self.state, byte) {
    case (.nameStart, _) where ASCII.isToken(byte): self.state = .name
    case (.name, _) where ASCII.isToken(byte): break
    case (.name, UInt8(ascii: "=")): self.state = .valueStart
    case (.valueStart, _) where ASCII.isToken(byte): self.state = .token
    case (.valueStart, UInt8(ascii: "\"")): self.state = .quoted
    case (.token, _) where ASCII.isToken(byte): break
    case (.quoted, UInt8(ascii: "\"")): self.state = .afterQuoted
    case (.quoted, UInt8(ascii: "\\")): self.state = .escaped
    case (.quoted, _) where byte >= 0x20 && byte != 0x7F: break
    case (.escaped, _) where byte >= 0x20 && byte != 0x7F: self.state = .quoted
    case (.name, UInt8(ascii: ";")), (.token, UInt8(ascii: ";")), (.afterQuoted, UInt8(ascii: ";")):
      self.state = .nameStart
    case (.name, ASCII.carriageReturn), (.token, ASCII.carriageReturn), (.afterQuoted, ASCII.carriageReturn):
      return true
    case (_, ASCII.lineFeed): throw .unterminatedChunkLine
    default: throw .invalidChunkExtension
    }
    return false
  }
}

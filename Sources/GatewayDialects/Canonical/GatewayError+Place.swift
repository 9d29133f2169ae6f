package import GatewayCore

extension GatewayError {
  /// The message for a body that has no place of its own for the member at fault: it names the member, once.
  package var placedMessage: String {
    guard let parameter, !Self.names(parameter, in: message) else { return message }
    return "\(parameter): \(message)"
  }

  /// Whether `message` has `parameter` as a name of its own: `n` is not named by "must be an integer".
  private static func names(_ parameter: String, in message: String) -> Bool {
    let name = Array(parameter.utf8)
    let text = Array(message.utf8)
    guard !name.isEmpty, name.count <= text.count else { return name.isEmpty }
    return (0...text.count - name.count).contains { start in
      let end = start + name.count
      return text[start..<end].elementsEqual(name)
        && (start == 0 || !continuesName(text[start - 1]))
        && (end == text.count || !continuesName(text[end]) && text[end] != UInt8(ascii: "["))
    }
  }

  private static func continuesName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

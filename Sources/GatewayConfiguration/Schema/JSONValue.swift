/// A JSON document to write; members keep their order.
package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  /// A number, or a whole document, as it is written.
  case verbatim(String)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  package static func number(_ value: Int) -> JSONValue { .verbatim("\(value)") }
  package static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

  /// On one line.
  package var compactText: String {
    var text = ""
    write(to: &text, indentation: nil)
    return text
  }

  /// Indented by two spaces, with a line break at the end.
  package var prettyText: String {
    var text = ""
    write(to: &text, indentation: 0)
    return text + "\n"
  }

  private func write(to text: inout String, indentation: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .verbatim(let value): text += value
    case .string(let value): Self.quote(value, to: &text)
    case .array(let items):
      Self.enclose("[", "]", items, to: &text, indentation) { $0.write(to: &$1, indentation: $2) }
    case .object(let members):
      Self.enclose("{", "}", members, to: &text, indentation) { member, text, indentation in
        Self.quote(member.0, to: &text)
        text += indentation == nil ? ":" : ": "
        member.1.write(to: &text, indentation: indentation)
      }
    }
  }

  private static func enclose<T>(
    _ open: String, _ close: String, _ items: [T], to text: inout String, _ indentation: Int?,
    _ write: (T, inout String, Int?) -> Void
  ) {
    text += open
    let inner = indentation.map { $0 + 2 }
    for (index, item) in items.enumerated() {
      if index > 0 { text += "," }
      breakLine(inner, &text)
      write(item, &text, inner)
    }
    if !items.isEmpty { breakLine(indentation, &text) }
    text += close
  }

  private static func breakLine(_ indentation: Int?, _ text: inout String) {
    guard let indentation else { return }
    text += "\n" + String(repeating: " ", count: indentation)
  }

  private static func quote(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

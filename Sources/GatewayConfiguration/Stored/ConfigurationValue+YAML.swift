extension ConfigurationValue {
  /// Block style, for people: with a line break at the end.
  package var yaml: String {
    var text = ""
    switch self {
    case .map(let members) where !members.isEmpty: Self.write(members, 0, to: &text)
    case .list(let items) where !items.isEmpty: Self.write(items, 0, to: &text)
    default: text = flow + "\n"
    }
    return text
  }

  // What fits on a line stands on one, as in the examples of the documentation.
  private static let width = 100

  private static func write(_ members: [Member], _ depth: Int, to text: inout String) {
    for (index, member) in members.enumerated() {
      // The first line of an item stands behind its dash.
      if index > 0 || !text.hasSuffix("- ") { text += indentation(depth) }
      text += scalar(member.name, isKey: true) + ":"
      write(member.value, depth + 1, to: &text)
    }
  }

  private static func write(_ items: [ConfigurationValue], _ depth: Int, to text: inout String) {
    for item in items {
      text += indentation(depth) + "- "
      if case .map(let members) = item, !item.isShort(depth) {
        write(members, depth + 1, to: &text)
      } else if case .list(let inner) = item, !item.isShort(depth) {
        text += "\n"
        write(inner, depth + 1, to: &text)
      } else {
        text += item.flow + "\n"
      }
    }
  }

  private static func write(_ value: ConfigurationValue, _ depth: Int, to text: inout String) {
    if value.isShort(depth) {
      text += " \(value.flow)\n"
      return
    }
    text += "\n"
    switch value {
    case .map(let members): write(members, depth, to: &text)
    case .list(let items): write(items, depth, to: &text)
    default: break
    }
  }

  private static func indentation(_ depth: Int) -> String { String(repeating: " ", count: depth * 2) }

  /// Whether it stands on one line; at the top, and one below it, maps do not.
  private func isShort(_ depth: Int) -> Bool {
    switch self {
    case .map(let members): members.isEmpty || (depth > 2 && flow.utf8.count <= Self.width - depth * 2)
    case .list(let items): items.isEmpty || (depth > 1 && flow.utf8.count <= Self.width - depth * 2)
    default: true
    }
  }

  private var flow: String {
    switch self {
    case .null: "null"
    case .plain(let text): text
    case .text(let text): Self.scalar(text, isKey: false)
    case .list(let items): "[" + items.map(\.flow).joined(separator: ", ") + "]"
    case .map(let members) where members.isEmpty: "{}"
    case .map(let members):
      "{ " + members.map { "\(Self.scalar($0.name, isKey: true)): \($0.value.flow)" }.joined(separator: ", ") + " }"
    }
  }

  /// Without quotes where every reader takes it for a text.
  private static func scalar(_ text: String, isKey: Bool) -> String {
    let isSafe =
      text.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", "+": true
        case " ", ":", "=": !isKey
        default: false
        }
      } && text.first.map { $0.isLetter } == true && !text.contains(": ") && !text.hasSuffix(":")
      && !text.hasSuffix(" ")
      && !["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    return isSafe ? text : JSONValue.string(text).compactText
  }
}

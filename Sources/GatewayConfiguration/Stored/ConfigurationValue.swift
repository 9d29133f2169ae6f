package import GatewayDialects

/// A value of the configuration outside of a file: what the admin API takes and shows, and what the database keeps.
package indirect enum ConfigurationValue: Sendable, Hashable {
  case null
  /// A number or a truth value, as JSON writes it.
  case plain(String)
  case text(String)
  case list([ConfigurationValue])
  case map([Member])

  package struct Member: Sendable, Hashable {
    package let name: String
    package var value: ConfigurationValue

    package init(_ name: String, _ value: ConfigurationValue) {
      self.name = name
      self.value = value
    }
  }

  package init(_ node: JSONNode) {
    switch node.kind {
    case .object: self = .map(node.members.map { Member($0.name.string, ConfigurationValue($0.value)) })
    case .array: self = .list(node.elements.map { ConfigurationValue($0) })
    case .string: self = .text(node.string ?? "")
    case .null: self = .null
    default: self = .plain(node.raw.string)
    }
  }

  /// What YAML writes without quotes is a number or a truth value only where JSON writes it so, too.
  init(_ node: YAMLNode) {
    switch node.content {
    case .mapping(let pairs): self = .map(pairs.map { Member($0.key, ConfigurationValue($0.value)) })
    case .sequence(let items): self = .list(items.map { ConfigurationValue($0) })
    case .scalar(let text, let isPlain):
      self = node.isNull ? .null : isPlain && Self.isPlainInJSON(text) ? .plain(text) : .text(text)
    }
  }

  private static func isPlainInJSON(_ text: String) -> Bool {
    guard let document = try? JSONDocument(Array(text.utf8)) else { return false }
    return [JSONKind.number, .true, .false].contains(document.root.kind)
  }

  package subscript(_ name: String) -> ConfigurationValue? {
    guard case .map(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  package var json: JSONValue {
    switch self {
    case .null: .null
    case .plain(let text): .verbatim(text)
    case .text(let text): .string(text)
    case .list(let items): .array(items.map(\.json))
    case .map(let members): .object(members.map { ($0.name, $0.value.json) })
    }
  }

  /// The same as a tree of YAML.
  /// - Parameter place: the position of the value at a JSON pointer.
  func node(_ pointer: String, _ place: (String) -> SourcePosition) -> YAMLNode {
    let position = place(pointer)
    switch self {
    case .null: return YAMLNode(.scalar("null", isPlain: true), at: position)
    case .plain(let text): return YAMLNode(.scalar(text, isPlain: true), at: position)
    case .text(let text): return YAMLNode(.scalar(text, isPlain: false), at: position)
    case .list(let items):
      return YAMLNode(
        .sequence(items.enumerated().map { $0.element.node("\(pointer)/\($0.offset)", place) }), at: position)
    case .map(let members):
      let pairs = members.map { member in
        let pointer = "\(pointer)/\(JSONPointer.token(member.name))"
        let value = member.value.node(pointer, place)
        return YAMLPair(key: member.name, keyPosition: value.position, value: value)
      }
      return YAMLNode(.mapping(pairs), at: position)
    }
  }
}

/// RFC 6901.
package enum JSONPointer {
  /// A name as it stands in a pointer.
  package static func token(_ name: String) -> String {
    var token = ""
    for character in name {
      switch character {
      case "~": token += "~0"
      case "/": token += "~1"
      default: token.append(character)
      }
    }
    return token
  }
}

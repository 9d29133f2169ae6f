/// Typed looks at a client's body, with faults that name the place.
enum BedrockBody {
  static func object(_ node: JSONNode) throws(DialectFault) -> JSONNode {
    guard node.isObject else { throw DialectFault("\(name(of: node)) must be an object", at: node) }
    return node
  }

  static func array(_ node: JSONNode) throws(DialectFault) -> JSONNode {
    guard node.isArray else { throw DialectFault("\(name(of: node)) must be an array", at: node) }
    return node
  }

  static func text(_ node: JSONNode) throws(DialectFault) -> RawText {
    guard let text = node.text else { throw DialectFault("\(name(of: node)) must be a string", at: node) }
    return text
  }

  static func number(_ node: JSONNode) throws(DialectFault) -> RawJSON {
    guard node.kind == .number else { throw DialectFault("\(name(of: node)) must be a number", at: node) }
    return node.raw
  }

  static func bool(_ node: JSONNode) throws(DialectFault) -> Bool {
    guard let bool = node.bool else { throw DialectFault("\(name(of: node)) must be true or false", at: node) }
    return bool
  }

  /// A whole number of at least `minimum`, in the caller's digits.
  static func whole(_ node: JSONNode, atLeast minimum: Int) throws(DialectFault) -> RawJSON {
    guard let number = node.int, number >= minimum else {
      throw DialectFault("\(name(of: node)) must be a whole number, at least \(minimum)", at: node)
    }
    return node.raw
  }

  /// A member that must be there.
  static func member(_ name: StaticString, of node: JSONNode) throws(DialectFault) -> JSONNode {
    guard let member = node[name] else {
      throw DialectFault("\(name) is missing", path: path(of: name, in: node))
    }
    return member
  }

  static func textMember(_ name: StaticString, of node: JSONNode) throws(DialectFault) -> RawText {
    try text(member(name, of: node))
  }

  /// The one member of a union: `{"text":…}`, `{"image":…}`.
  static func union(
    _ node: JSONNode, known: StaticString
  ) throws(DialectFault) -> (name: RawText, value: JSONNode) {
    var only: (name: RawText, value: JSONNode)?
    for (name, value) in try object(node).members where !value.isNull {
      if only != nil { throw DialectFault("more than one member where one is allowed: \(known)", at: node) }
      only = (name, value)
    }
    guard let only else { throw DialectFault("a member is missing: one of \(known)", at: node) }
    return only
  }

  static func path(of name: StaticString, in node: JSONNode) -> String {
    let path = node.path
    return path.isEmpty ? "\(name)" : "\(path).\(name)"
  }

  /// The last step of the path, for messages.
  private static func name(of node: JSONNode) -> String {
    let path = node.path
    if path.isEmpty { return "the body" }
    return path.lastIndex(of: ".").map { String(path[path.index(after: $0)...]) } ?? path
  }
}

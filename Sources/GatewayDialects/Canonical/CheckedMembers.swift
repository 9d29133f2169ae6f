/// The members of one object of a request, read with their types checked. Null is absent.
struct CheckedMembers {
  let node: JSONNode

  /// - Parameter what: what the object is, for the fault: `a message`.
  init(_ node: JSONNode, _ what: StaticString) throws(DialectFault) {
    guard node.isObject else {
      let path = node.path
      throw DialectFault(
        path.isEmpty ? "The body must be an object." : "'\(path)' must be \(what), an object.", at: node)
    }
    self.node = node
  }

  // MARK: Faults

  static func wrong(_ node: JSONNode, _ expected: String) -> DialectFault {
    DialectFault("'\(node.path)' must be \(expected).", at: node)
  }

  func missing(_ name: StaticString) -> DialectFault {
    let path = node.path
    let full = path.isEmpty ? "\(name)" : "\(path).\(name)"
    return DialectFault("You must provide '\(full)'.", path: full)
  }

  // MARK: Values

  static func text(_ node: JSONNode) throws(DialectFault) -> RawText {
    guard let text = node.text else { throw wrong(node, "a string") }
    return text
  }

  static func bool(_ node: JSONNode) throws(DialectFault) -> Bool {
    guard let bool = node.bool else { throw wrong(node, "true or false") }
    return bool
  }

  static func number(_ node: JSONNode) throws(DialectFault) -> RawJSON {
    guard node.kind == .number else { throw wrong(node, "a number") }
    return node.raw
  }

  /// A whole number that is not less than `minimum`.
  static func count(_ node: JSONNode, from minimum: Int = 0) throws(DialectFault) -> Int {
    guard let int = node.int, int >= minimum else { throw wrong(node, "a whole number, at least \(minimum)") }
    return int
  }

  /// The same, in the caller's digits.
  static func countDigits(_ node: JSONNode, from minimum: Int = 0) throws(DialectFault) -> RawJSON {
    _ = try count(node, from: minimum)
    return node.raw
  }

  static func object(_ node: JSONNode) throws(DialectFault) -> JSONNode {
    guard node.isObject else { throw wrong(node, "an object") }
    return node
  }

  static func array(_ node: JSONNode) throws(DialectFault) -> JSONNode {
    guard node.isArray else { throw wrong(node, "an array") }
    return node
  }

  static func texts(_ node: JSONNode) throws(DialectFault) -> [RawText] {
    guard node.isArray else { throw wrong(node, "an array of strings") }
    var texts: [RawText] = []
    for element in node.elements { texts.append(try text(element)) }
    return texts
  }

  // MARK: Members

  func text(_ name: StaticString) throws(DialectFault) -> RawText? {
    guard let value = node[name] else { return nil }
    return try Self.text(value)
  }

  func requiredText(_ name: StaticString) throws(DialectFault) -> RawText {
    guard let text = try text(name) else { throw missing(name) }
    return text
  }

  func bool(_ name: StaticString) throws(DialectFault) -> Bool? {
    guard let value = node[name] else { return nil }
    return try Self.bool(value)
  }

  func count(_ name: StaticString, from minimum: Int = 0) throws(DialectFault) -> Int? {
    guard let value = node[name] else { return nil }
    return try Self.count(value, from: minimum)
  }

  func object(_ name: StaticString) throws(DialectFault) -> JSONNode? {
    guard let value = node[name] else { return nil }
    return try Self.object(value)
  }

  func array(_ name: StaticString) throws(DialectFault) -> JSONNode? {
    guard let value = node[name] else { return nil }
    return try Self.array(value)
  }

  /// Whole numbers of an answer, where nothing is worth a fault; -1 for all that are less than 0.
  static func tokens(_ node: JSONNode?) -> Int? {
    guard let number = node?.double, number.isFinite else { return nil }
    return number < 0 ? -1 : Int(min(number, 0x1p40))
  }
}

/// A value of a `JSONDocument`.
package struct JSONNode: Sendable {
  let document: JSONDocument
  let index: Int

  private var node: JSONDocument.Node { document.nodes[index] }

  package var kind: JSONKind { node.kind }
  package var isNull: Bool { kind == .null }
  package var isObject: Bool { kind == .object }
  package var isArray: Bool { kind == .array }
  package var isString: Bool { kind == .string }

  // MARK: Objects and arrays

  /// The member of that name whose value is not null; `nil` for what is no object.
  package subscript(_ name: StaticString) -> JSONNode? {
    guard let member = member(name), !member.isNull else { return nil }
    return member
  }

  /// The member of that name, also when it is null.
  package func member(_ name: StaticString) -> JSONNode? {
    guard kind == .object else { return nil }
    let nodes = document.nodes
    let end = Int(nodes[index].next)
    var position = index + 1
    while position < end {
      if RawText(document, nodes[position]).equals(name) { return JSONNode(document: document, index: position + 1) }
      position = Int(nodes[position + 1].next)
    }
    return nil
  }

  /// Members of an object, in order; nothing of another value.
  package var members: Members { Members(node: self) }

  /// Elements of an array, in order; nothing of another value.
  package var elements: Elements { Elements(node: self) }

  package var isEmpty: Bool { Int(node.next) == index + 1 }

  package struct Members: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var position: Int
    private let end: Int

    fileprivate init(node: JSONNode) {
      document = node.document
      position = node.index + 1
      end = node.kind == .object ? Int(node.node.next) : position
    }

    package mutating func next() -> (name: RawText, value: JSONNode)? {
      guard position < end else { return nil }
      let name = RawText(document, document.nodes[position])
      let value = JSONNode(document: document, index: position + 1)
      position = Int(value.node.next)
      return (name, value)
    }
  }

  package struct Elements: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var position: Int
    private let end: Int

    fileprivate init(node: JSONNode) {
      document = node.document
      position = node.index + 1
      end = node.kind == .array ? Int(node.node.next) : position
    }

    package mutating func next() -> JSONNode? {
      guard position < end else { return nil }
      let element = JSONNode(document: document, index: position)
      position = Int(element.node.next)
      return element
    }
  }

  // MARK: Scalars

  /// The text of a string; `nil` for another value.
  package var text: RawText? { kind == .string ? RawText(document, node) : nil }

  /// The decoded text of a string; `nil` for another value.
  package var string: String? { text?.string }

  package var bool: Bool? {
    switch kind {
    case .true: true
    case .false: false
    default: nil
    }
  }

  /// A number that is whole and fits; `nil` for another value. `1e3` and `2.0` are whole.
  package var int: Int? {
    guard kind == .number else { return nil }
    let digits = raw.string
    return Int(digits) ?? Double(digits).flatMap { Int(exactly: $0) }
  }

  package var double: Double? { kind == .number ? Double(raw.string) : nil }

  // MARK: As it stands

  /// The text of the value as it stands in the document.
  package var raw: RawJSON {
    let node = node
    let quotes = node.kind == .string ? 1 : 0
    return RawJSON(storage: document.bytes, range: (Int(node.start) - quotes)..<(Int(node.end) + quotes))
  }

  /// Where the value is, as errors name it: `messages[3].content[0].type`; empty for the document itself.
  package var path: String {
    var path = ""
    var position = 0
    while position != index {
      let began = position
      let parent = document.nodes[position]
      var child = position + 1
      var place = 0
      while child < Int(parent.next) {
        let value = parent.kind == .object ? child + 1 : child
        let next = Int(document.nodes[value].next)
        if index < next {
          if parent.kind == .object {
            path += (path.isEmpty ? "" : ".") + RawText(document, document.nodes[child]).string
          } else {
            path += "[\(place)]"
          }
          position = value
          break
        }
        child = next
        place += 1
      }
      if position == began { break }
    }
    return path
  }
}

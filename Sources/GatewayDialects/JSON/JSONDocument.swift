/// A JSON document with an index of its values: one array of nodes over the bytes, nothing decoded. Numbers keep their text,
/// strings their escapes, objects the order of their members.
///
/// Values are read through `JSONNode`, which keeps the document alive.
package final class JSONDocument: Sendable {
  /// One value, or the name of a member, which stands before its value.
  struct Node: Sendable {
    let kind: JSONKind
    let isEscaped: Bool
    /// Of a string: without its quotes.
    let start: UInt32
    let end: UInt32
    /// The index of the node after this one and all that is in it.
    var next: UInt32
  }

  package let bytes: [UInt8]
  let nodes: [Node]

  /// - Parameters:
  ///   - loneSurrogates: `.refused` for requests, `.replaced` for answers.
  ///   - refusesDuplicates: whether an object with two members of one name is a fault: two readers would see two documents.
  package init(
    _ bytes: [UInt8], loneSurrogates: JSONCursor.LoneSurrogates = .refused, refusesDuplicates: Bool = false
  ) throws(JSONFault) {
    var builder = JSONTapeBuilder(refusesDuplicates: refusesDuplicates)
    let result: Result<[Node], JSONFault> = bytes.withUnsafeBytes { raw in
      do throws(JSONFault) {
        return .success(try builder.run(raw, loneSurrogates))
      } catch {
        return .failure(error)
      }
    }
    nodes = try result.get()
    self.bytes = bytes
  }

  package convenience init(
    copying bytes: UnsafeRawBufferPointer, loneSurrogates: JSONCursor.LoneSurrogates = .refused,
    refusesDuplicates: Bool = false
  ) throws(JSONFault) {
    try self.init(Array(bytes), loneSurrogates: loneSurrogates, refusesDuplicates: refusesDuplicates)
  }

  package var root: JSONNode { JSONNode(document: self, index: 0) }
}

/// The pass behind `JSONDocument`.
private struct JSONTapeBuilder {
  /// The longest document whose offsets fit the nodes.
  private static let maximumLength = Int(UInt32.max)

  let refusesDuplicates: Bool
  private var nodes: [JSONDocument.Node] = []

  init(refusesDuplicates: Bool) { self.refusesDuplicates = refusesDuplicates }

  mutating func run(
    _ bytes: UnsafeRawBufferPointer, _ loneSurrogates: JSONCursor.LoneSurrogates
  ) throws(JSONFault) -> [JSONDocument.Node] {
    guard bytes.count < Self.maximumLength else { throw JSONFault(.tooLong, at: Self.maximumLength) }
    var cursor = JSONCursor(bytes, loneSurrogates: loneSurrogates)
    nodes.reserveCapacity(max(8, bytes.count / 12))
    try value(&cursor)
    try cursor.finish()
    return nodes
  }

  private mutating func value(_ cursor: inout JSONCursor) throws(JSONFault) {
    switch cursor.byte {
    case UInt8(ascii: "{"): try object(&cursor)
    case UInt8(ascii: "["): try array(&cursor)
    case UInt8(ascii: "\""): append(try cursor.readString())
    default:
      let start = cursor.offset
      let kind = try cursor.skipValue()
      append(kind, isEscaped: false, start, cursor.offset)
    }
  }

  private mutating func object(_ cursor: inout JSONCursor) throws(JSONFault) {
    let index = nodes.count
    append(.object, isEscaped: false, cursor.offset, 0)
    var names = MemberNames()
    var more = try cursor.enterObject()
    while more {
      let name = try cursor.readName()
      if refusesDuplicates { try names.add(name, cursor.bytes) }
      append(name)
      try value(&cursor)
      more = try cursor.nextMember()
    }
    close(index, at: cursor.offset)
  }

  private mutating func array(_ cursor: inout JSONCursor) throws(JSONFault) {
    let index = nodes.count
    append(.array, isEscaped: false, cursor.offset, 0)
    var more = try cursor.enterArray()
    while more {
      try value(&cursor)
      more = try cursor.nextElement()
    }
    close(index, at: cursor.offset)
  }

  private mutating func append(_ string: JSONString) {
    append(.string, isEscaped: string.isEscaped, string.start, string.end)
  }

  private mutating func append(_ kind: JSONKind, isEscaped: Bool, _ start: Int, _ end: Int) {
    nodes.append(
      JSONDocument.Node(
        kind: kind, isEscaped: isEscaped, start: UInt32(truncatingIfNeeded: start),
        end: UInt32(truncatingIfNeeded: end), next: UInt32(truncatingIfNeeded: nodes.count + 1)))
  }

  private mutating func close(_ index: Int, at end: Int) {
    let node = nodes[index]
    nodes[index] = JSONDocument.Node(
      kind: node.kind, isEscaped: false, start: node.start, end: UInt32(truncatingIfNeeded: end),
      next: UInt32(truncatingIfNeeded: nodes.count))
  }
}

/// The names of one object so far.
private struct MemberNames {
  /// Up to here names are compared one by one, which is cheaper than a set.
  private static let few = 12

  private var names: [JSONString] = []
  private var set: Set<[UInt8]> = []

  mutating func add(_ name: JSONString, _ bytes: UnsafeRawBufferPointer) throws(JSONFault) {
    if names.count < Self.few {
      if names.contains(where: { $0.equals(name, in: bytes) }) { throw fault(name) }
      names.append(name)
      return
    }
    if set.isEmpty { for name in names { set.insert(name.decoded(in: bytes)) } }
    guard set.insert(name.decoded(in: bytes)).inserted else { throw fault(name) }
  }

  private func fault(_ name: JSONString) -> JSONFault { JSONFault(.duplicateName, at: name.start - 1) }
}

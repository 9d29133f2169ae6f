/// The inside of a JSON string as it stands between the quotes: escapes are kept, so that text goes from one document into
/// another without being decoded. Shares the bytes of the document it is from.
package struct RawText: Sendable {
  let storage: [UInt8]
  package let range: Range<Int>
  /// Whether the text has escapes: otherwise the bytes are the text.
  package let isEscaped: Bool

  init(storage: [UInt8], range: Range<Int>, isEscaped: Bool) {
    self.storage = storage
    self.range = range
    self.isEscaped = isEscaped
  }

  init(_ document: JSONDocument, _ node: JSONDocument.Node) {
    storage = document.bytes
    range = Int(node.start)..<Int(node.end)
    isEscaped = node.isEscaped
  }

  /// Escapes `string`.
  package init(_ string: String) {
    var bytes: [UInt8] = []
    JSONText.escape(into: &bytes, string)
    isEscaped = bytes.contains(UInt8(ascii: "\\"))
    range = 0..<bytes.count
    storage = bytes
  }

  /// Escapes `utf8`, which is valid UTF-8.
  package init(utf8: some Sequence<UInt8>) { self.init(String(decoding: Array(utf8), as: UTF8.self)) }

  /// Pieces of texts, joined: escapes as they stand.
  package init(joined bytes: [UInt8]) {
    isEscaped = bytes.contains(UInt8(ascii: "\\"))
    range = 0..<bytes.count
    storage = bytes
  }

  /// JSON, or other UTF-8, made the inside of a string.
  package init(escaping bytes: ArraySlice<UInt8>) {
    var escaped: [UInt8] = []
    escaped.reserveCapacity(bytes.count + bytes.count / 8)
    bytes.withUnsafeBytes { JSONText.escape(into: &escaped, $0) }
    self.init(joined: escaped)
  }

  package static let empty = RawText(storage: [], range: 0..<0, isEscaped: false)

  /// Between the quotes, escapes as they stand.
  package var bytes: ArraySlice<UInt8> { storage[range] }

  package var isEmpty: Bool { range.isEmpty }

  /// Bytes between the quotes.
  package var count: Int { range.count }

  /// The text, escapes decoded.
  package var string: String { String(decoding: isEscaped ? decoded[...] : bytes, as: UTF8.self) }

  /// The UTF-8 bytes of the text, escapes decoded.
  package var decoded: [UInt8] {
    guard isEscaped else { return Array(bytes) }
    return storage.withUnsafeBytes {
      JSONString(start: range.lowerBound, end: range.upperBound, shrink: 1, other: 0).decoded(in: $0)
    }
  }

  /// Whether the text is `name`, escapes decoded.
  package func equals(_ name: StaticString) -> Bool {
    let other = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    if isEscaped { return decoded.elementsEqual(other) }
    guard range.count == other.count else { return false }
    var index = range.lowerBound
    for byte in other {
      if storage[index] != byte { return false }
      index &+= 1
    }
    return true
  }

  /// The part of an unescaped text; `offsets` count from its start.
  package func slice(_ offsets: Range<Int>) -> RawText {
    RawText(
      storage: storage, range: (range.lowerBound + offsets.lowerBound)..<(range.lowerBound + offsets.upperBound),
      isEscaped: isEscaped)
  }

  /// Both texts, one after the other.
  package static func + (first: RawText, second: RawText) -> RawText {
    if first.isEmpty { return second }
    if second.isEmpty { return first }
    let bytes = Array(first.bytes) + second.bytes
    return RawText(storage: bytes, range: 0..<bytes.count, isEscaped: first.isEscaped || second.isEscaped)
  }
}

extension RawText: Hashable {
  package static func == (first: RawText, second: RawText) -> Bool {
    first.isEscaped || second.isEscaped ? first.decoded == second.decoded : first.bytes == second.bytes
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(isEscaped ? decoded[...] : bytes) }
}

extension RawText: ExpressibleByStringLiteral, CustomStringConvertible {
  package init(stringLiteral string: String) { self.init(string) }
  package var description: String { string }
}

/// A JSON value as it stands in a document: a schema, the arguments of a call, a number whose text is kept.
package struct RawJSON: Sendable {
  let storage: [UInt8]
  package let range: Range<Int>

  init(storage: [UInt8], range: Range<Int>) {
    self.storage = storage
    self.range = range
  }

  /// `text` is JSON already.
  package init(_ text: StaticString) {
    storage = Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    range = 0..<storage.count
  }

  /// Takes `bytes` when they are one JSON value.
  package init(validating bytes: [UInt8]) throws(JSONFault) {
    let document = try JSONDocument(bytes, loneSurrogates: .replaced)
    self = document.root.raw
  }

  /// What a `JSONWriter` wrote.
  package init(written bytes: [UInt8]) {
    storage = bytes
    range = 0..<bytes.count
  }

  package init(_ number: Int) {
    storage = Array(String(number).utf8)
    range = 0..<storage.count
  }

  package static let emptyObject = RawJSON("{}")

  package var bytes: ArraySlice<UInt8> { storage[range] }
  package var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Reads the value again; it has been valid once.
  package var node: JSONNode? { try? JSONDocument(Array(bytes), loneSurrogates: .replaced).root }
}

extension RawJSON: Hashable {
  package static func == (first: RawJSON, second: RawJSON) -> Bool { first.bytes == second.bytes }
  package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension JSONNode {
  /// The value with the escapes, numbers and order that it came with; white space as well.
  package func write(into bytes: inout [UInt8]) { bytes.append(contentsOf: raw.bytes) }
}

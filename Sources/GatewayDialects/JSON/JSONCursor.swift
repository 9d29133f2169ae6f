/// A strict pull scanner of one JSON document (RFC 8259), which copies and allocates nothing.
///
/// It stands on the first byte of a token, past any white space. What it has passed is valid: grammar, UTF-8, escapes
/// and nesting. The bytes must outlive the cursor and everything that refers to them.
///
///     var more = try cursor.enterObject()
///     while more {
///       let name = try cursor.readName()
///       …consume one value: skipValue(), readString(), enterArray() …
///       more = try cursor.nextMember()
///     }
///     try cursor.finish()
package struct JSONCursor {
  /// Objects and arrays within each other.
  package static let maximumDepth = 256

  /// What a `\u` escape of half a surrogate pair is. RFC 8259 §8.2 leaves it open.
  package enum LoneSurrogates: Sendable {
    /// A fault: for requests, where another reader may see another text.
    case refused
    /// U+FFFD: for answers, where some providers cut a pair between two chunks.
    case replaced
  }

  let source: JSONSource
  package internal(set) var offset = 0
  var depth = 0
  /// Text of all string values passed so far, without member names and without embedded files (see `countText`).
  package internal(set) var text = TextCount()
  /// Numbers passed so far.
  package internal(set) var numbers = 0

  package init(_ bytes: UnsafeRawBufferPointer, loneSurrogates: LoneSurrogates = .refused) {
    source = JSONSource(bytes, replacesLoneSurrogates: loneSurrogates == .replaced)
    skipWhitespace()
  }

  /// The document.
  @inline(__always)
  package var bytes: UnsafeRawBufferPointer { source.bytes }

  /// The byte under the cursor; 0, which starts no token, at the end.
  @inline(__always)
  package var byte: UInt8 { offset < source.count ? source.base[offset] : 0 }

  /// Enters the object under the cursor. True: the cursor is on the first member's name; false: it was empty and is
  /// passed.
  @inline(__always)
  package mutating func enterObject() throws(JSONFault) -> Bool {
    guard byte == UInt8(ascii: "{") else { throw unexpected(.object) }
    try enter()
    guard byte == UInt8(ascii: "}") else { return true }
    leave()
    return false
  }

  /// Enters the array under the cursor. True: the cursor is on the first element; false: it was empty and is passed.
  @inline(__always)
  package mutating func enterArray() throws(JSONFault) -> Bool {
    guard byte == UInt8(ascii: "[") else { throw unexpected(.value) }
    try enter()
    guard byte == UInt8(ascii: "]") else { return true }
    leave()
    return false
  }

  /// Passes a member's name and colon; the cursor is then on the value.
  @inline(__always)
  package mutating func readName() throws(JSONFault) -> JSONString {
    guard byte == UInt8(ascii: "\"") else { throw unexpected(.memberName) }
    let name = try source.string(at: offset)
    offset = name.end &+ 1
    skipWhitespace()
    guard byte == UInt8(ascii: ":") else { throw unexpected(.colon) }
    offset &+= 1
    skipWhitespace()
    return name
  }

  /// After a member's value. True: on the next name; false: the object is passed.
  @inline(__always)
  package mutating func nextMember() throws(JSONFault) -> Bool {
    skipWhitespace()
    let byte = byte
    if byte == UInt8(ascii: ",") {
      offset &+= 1
      skipWhitespace()
      return true
    }
    guard byte == UInt8(ascii: "}") else { throw unexpected(.commaOrObjectEnd) }
    leave()
    return false
  }

  /// After an element. True: on the next one; false: the array is passed.
  @inline(__always)
  package mutating func nextElement() throws(JSONFault) -> Bool {
    skipWhitespace()
    let byte = byte
    if byte == UInt8(ascii: ",") {
      offset &+= 1
      skipWhitespace()
      return true
    }
    guard byte == UInt8(ascii: "]") else { throw unexpected(.commaOrArrayEnd) }
    leave()
    return false
  }

  /// Asserts that nothing but white space follows.
  package mutating func finish() throws(JSONFault) {
    skipWhitespace()
    if offset < source.count { throw unexpected(.endOfDocument) }
  }

  /// The fault of the byte under the cursor.
  @inline(__always)
  func unexpected(_ expected: JSONFault.Expectation) -> JSONFault { source.unexpected(expected, at: offset) }

  @inline(__always)
  private mutating func enter() throws(JSONFault) {
    guard depth < Self.maximumDepth else { throw JSONFault(.tooDeep, at: offset) }
    depth &+= 1
    offset &+= 1
    skipWhitespace()
  }

  @inline(__always)
  private mutating func leave() {
    depth &-= 1
    offset &+= 1
  }

  @inline(__always)
  mutating func skipWhitespace() { offset = source.endOfWhitespace(from: offset) }
}

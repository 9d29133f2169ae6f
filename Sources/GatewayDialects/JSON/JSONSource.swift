/// The bytes of a document and the grammar of its tokens. Three words without state, so that the loops of
/// `JSONCursor` keep it in registers.
struct JSONSource {
  // A pointer and a count of their own: those of `UnsafeRawBufferPointer` are checked for nil at each use.
  let base: UnsafePointer<UInt8>
  let count: Int
  /// Whether half of a surrogate pair is U+FFFD instead of a fault.
  let replacesLoneSurrogates: Bool

  init(_ bytes: UnsafeRawBufferPointer, replacesLoneSurrogates: Bool) {
    let nothing: StaticString = ""
    base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? nothing.utf8Start
    count = bytes.count
    self.replacesLoneSurrogates = replacesLoneSurrogates
  }

  @inline(__always)
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// The fault of the byte at `offset`.
  @inline(never)
  func unexpected(_ expected: JSONFault.Expectation, at offset: Int) -> JSONFault {
    offset < count
      ? JSONFault(.unexpectedByte(base[offset], expected: expected), at: offset)
      : JSONFault(.unexpectedEnd(expected: expected), at: count)
  }

  @inline(__always)
  func endOfWhitespace(from index: Int) -> Int {
    var index = index
    while index < count, base[index] <= 0x20 {
      let byte = base[index]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
      index &+= 1
    }
    return index
  }

  @inline(__always)
  func endOfLiteral(_ literal: StaticString, at index: Int) throws(JSONFault) -> Int {
    for position in 0..<literal.utf8CodeUnitCount {
      guard index &+ position < count, base[index &+ position] == literal.utf8Start[position] else {
        throw unexpected(.literal, at: index &+ position)
      }
    }
    return index &+ literal.utf8CodeUnitCount
  }

  /// RFC 8259 §6: no leading zero, no plus sign, digits on both sides of the point.
  @inline(__always)
  func endOfNumber(at index: Int) throws(JSONFault) -> Int {
    var index = index
    if base[index] == UInt8(ascii: "-") { index &+= 1 }
    if index < count, base[index] == UInt8(ascii: "0") {
      index &+= 1
    } else {
      index = try endOfDigits(from: index)
    }
    if index < count, base[index] == UInt8(ascii: ".") { index = try endOfDigits(from: index &+ 1) }
    if index < count, base[index] | 0x20 == UInt8(ascii: "e") {
      index &+= 1
      if index < count, base[index] == UInt8(ascii: "+") || base[index] == UInt8(ascii: "-") { index &+= 1 }
      index = try endOfDigits(from: index)
    }
    return index
  }

  /// One digit or more.
  @inline(__always)
  private func endOfDigits(from index: Int) throws(JSONFault) -> Int {
    var end = index
    while end < count, base[end] &- 0x30 < 10 { end &+= 1 }
    guard end > index else { throw unexpected(.digit, at: index) }
    return end
  }

  /// Whether the string starts with `data:`.
  @inline(__always)
  func isDataURL(_ string: JSONString) -> Bool {
    string.end &- string.start > 5 && base[string.start] | 0x20 == UInt8(ascii: "d")
      && base[string.start &+ 1] | 0x20 == UInt8(ascii: "a") && base[string.start &+ 2] | 0x20 == UInt8(ascii: "t")
      && base[string.start &+ 3] | 0x20 == UInt8(ascii: "a") && base[string.start &+ 4] == UInt8(ascii: ":")
  }

  /// Base64 without a `data:` prefix: `input_audio.data`, `file.file_data`, `b64_json`.
  @inline(__always)
  func isEmbeddedFile(_ string: JSONString, named name: JSONString) -> Bool {
    guard string.end &- string.start >= 256 else { return false }
    return name.matches("data", in: bytes) || name.matches("file_data", in: bytes)
      || name.matches("b64_json", in: bytes)
  }
}

import GatewayDialects
import Testing

@Suite struct JSONCursorTests {
  @Test func walksObjectsAndArraysValueByValue() throws {
    let names = try reading("{ \"a\" : 1 , \"b\" : [ true , [ ] , \"x\" ] , \"c\" : { } }") { bytes throws(JSONFault) in
      var cursor = JSONCursor(bytes)
      var names: [String] = []
      var more = try cursor.enterObject()
      while more {
        names.append(try cursor.readName().value(in: bytes))
        if cursor.byte == UInt8(ascii: "[") {
          var moreElements = try cursor.enterArray()
          while moreElements {
            names.append("\(try cursor.skipValue())")
            moreElements = try cursor.nextElement()
          }
        } else {
          names.append("\(try cursor.skipValue())")
        }
        more = try cursor.nextMember()
      }
      try cursor.finish()
      return names
    }
    #expect(names == ["a", "number", "b", "true", "array", "string", "c", "object"])
  }

  @Test func decodesEscapes() throws {
    let source = "\"\\u0041\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u4e2d\\uD83D\\uDE00é中😀\""
    try reading(source) { bytes throws(JSONFault) in
      var cursor = JSONCursor(bytes)
      let string = try cursor.readString()
      let value = "A\"\\/\u{8}\u{C}\n\r\té中😀é中😀"
      #expect(string.value(in: bytes) == value)
      #expect(string.length == value.utf8.count)
      #expect(string.text == TextCount(ascii: 9, other: 18))
      #expect(string.equals(value, in: bytes))
    }
  }

  @Test func comparesNamesWithTheirEscapesDecoded() throws {
    try reading("[\"model\",\"mod\\u0065l\",\"mode1\",\"mod\\\\u0065l\"]") { bytes throws(JSONFault) in
      var cursor = JSONCursor(bytes)
      var found: [Bool] = []
      var strings: [JSONString] = []
      var more = try cursor.enterArray()
      while more {
        let string = try cursor.readString()
        strings.append(string)
        found.append(string.matches("model", in: bytes))
        #expect(string.matches("model", in: bytes) == string.equals("model", in: bytes))
        more = try cursor.nextElement()
      }
      #expect(found == [true, true, false, false])
      #expect(strings[0].equals(strings[1], in: bytes))
      #expect(strings[1].equals(strings[1], in: bytes))
      #expect(!strings[0].equals(strings[2], in: bytes))
    }
  }

  @Test func comparesNamesOfEveryLength() throws {
    let names: [(StaticString, String)] = [
      ("", ""), ("a", "a"), ("ab", "ab"), ("abc", "abc"), ("abcd", "abcd"), ("abcdefg", "abcdefg"),
      ("abcdefgh", "abcdefgh"), ("abcdefghijklm", "abcdefghijklm"), ("abcdefghijklmnopq", "abcdefghijklmnopq"),
    ]
    for (name, text) in names {
      for index in text.indices {
        var other = text
        other.replaceSubrange(index...index, with: "X")
        #expect(try !reading("\"\(other)\"", { b throws(JSONFault) in try Self.string(b).matches(name, in: b) }))
      }
      #expect(try reading("\"\(text)\"") { b throws(JSONFault) in try Self.string(b).matches(name, in: b) })
    }
  }

  @Test func countsTextWithoutNamesAndFiles() throws {
    let file = String(repeating: "QUJD", count: 100)
    let source = """
      {"text":"abcé","image_url":{"url":"data:image/png;base64,\(file)"},"u":"DATA:,x",
      "input_audio":{"data":"\(file)"},"file":{"file_data":"\(file)"},"short":{"data":"abc"},"n":[1,2]}
      """
    try reading(source) { bytes throws(JSONFault) in
      var cursor = JSONCursor(bytes)
      try cursor.skipValue()
      #expect(cursor.text == TextCount(ascii: 6, other: 2))
      #expect(cursor.numbers == 2)
    }
  }

  @Test(
    arguments: [
      ("0", 0), ("12", 12), ("-3", -3), ("1.5", 1.5), ("1e3", 1000), ("123456789012345", 123_456_789_012_345),
      ("1234567890123456789", 1_234_567_890_123_456_768), ("1e999", .infinity),
    ] as [(String, Double)])
  func readsNumbers(_ text: String, _ value: Double) {
    #expect(reading(text) { JSONCursor.number($0, 0..<$0.count) } == value)
  }

  @Test(
    arguments: [
      ("7", 7), ("-7", 0), ("7.9", 7), ("1e999", 1 << 40), ("\"7\"", nil), ("null", nil), ("{\"a\":1}", nil),
    ] as [(String, Int?)])
  func readsCountsThatAreNeverNegative(_ text: String, _ count: Int?) throws {
    let found = try reading(text) { bytes throws(JSONFault) in
      var cursor = JSONCursor(bytes)
      return try cursor.readCount()
    }
    #expect(found == count)
  }

  @Test(arguments: [
    ("null", false), ("false", false), ("\"\"", false), ("[]", false), ("[ \n]", false), ("{ }", false), ("true", true),
    ("0", true), ("\"x\"", true), ("[0]", true), ("{\"a\":null}", true),
  ])
  func tellsWhetherAValueSaysAnything(_ text: String, _ hasContent: Bool) throws {
    let found = try reading(text) { bytes throws(JSONFault) in
      var cursor = JSONCursor(bytes)
      return try cursor.skipValueWithContent()
    }
    #expect(found == hasContent)
  }

  @Test func escapesWhatItQuotesSoThatItReadsBack() throws {
    let text = String(String.UnicodeScalarView((0..<0x250).compactMap(Unicode.Scalar.init))) + "中😀\u{2028}"
    var bytes: [UInt8] = []
    JSONText.quote(into: &bytes, text)
    #expect(fault(bytes) == nil)
    try reading(bytes) { bytes throws(JSONFault) in
      var cursor = JSONCursor(bytes)
      #expect(try cursor.readString().value(in: bytes) == text)
    }
  }

  private static func string(_ bytes: UnsafeRawBufferPointer) throws(JSONFault) -> JSONString {
    var cursor = JSONCursor(bytes)
    return try cursor.readString()
  }
}

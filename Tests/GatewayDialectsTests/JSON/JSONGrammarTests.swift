import GatewayDialects
import Testing

@Suite struct JSONGrammarTests {
  @Test(arguments: [
    "{}", "[]", "[[]]", "[{}]", "{\"a\":{}}", " \t\r\n{ \"a\" : [ 1 , 2 ] } \n", "\"\"", "\"a\"", "0", "-0", "1", "-1",
    "10", "0.1", "-0.0", "1.0e0", "1e1", "1E+1", "1e-1", "0e0", "123456789012345678901234567890", "1e999", "true",
    "false", "null", "[true,false,null]", "[1,\"a\",{},[],null]", "{\"\":\"\"}", "{\"a\":1,\"a\":2}", "\"\\\"\"",
    "\"\\\\\"", "\"\\/\"", "\"\\b\\f\\n\\r\\t\"", "\"\\u0000\"", "\"\\u00e9\"", "\"\\uD83D\\uDE00\"",
    "\"\\udbff\\udfff\"",
    "\"\\u2028\"", "\"\u{2028}\"", "\"\u{7F}\"", "\"é\"", "\"中文\"", "\"😀\"", "\"\u{FFFF}\"", "\"\u{10FFFF}\"",
    "\"a long string of more than thirty-two bytes, with nothing in it at all that is special\"",
  ])
  func acceptsWhatTheGrammarAllows(_ document: String) { #expect(fault(document) == nil) }

  @Test(arguments: [
    "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1,,2]", "{\"a\"}", "{\"a\":}",
    "{\"a\":1,}",
    "{,}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{\"a\" 1}", "{\"a\":1]", "[1}", "[}", "{]",
    "{}{}", "{} x", "1 2", "nul", "nulL", "tru", "truee", "fals", "True", "NaN", "Infinity", "-Infinity", "undefined",
    "01", "-01", "+1", "1.", ".1", "-.1", "-", "--1", "1e", "1e+", "1.e1", "1.2.3", "0x1", "1_000", "1,", "\"", "\"a",
    "\"\\\"", "\"\\a\"", "\"\\'\"", "\"\\U0041\"", "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"", "\"\\u123g\"",
    "\"\\u 123\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"", "\"\\udc00\\ud800\"",
    "\"\\ud800x\"", "\"\\ud83d\\ude0\"", "\"\t\"", "\"\n\"", "\"\u{0}\"", "\"\u{1F}\"", "// c\n1", "[1/* c */]",
    "\u{FEFF}1",
    "\u{A0}1", "\u{B}1", "\u{C}1", "'a'", "{\"a\":1,\"b\"}", "[\"a\":1]", "{\"a\":[}", "[[[", "@", "\\u0031",
  ])
  func refusesWhatTheGrammarDoesNotAllow(_ document: String) { #expect(fault(document) != nil) }

  @Test(
    arguments: [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xC2, 0xC2], [0xE0, 0x80, 0x80],
      [0xE0, 0x9F, 0xBF], [0xE4, 0xB8], [0xE4, 0xB8, 0x41], [0xE4, 0x41, 0xAD], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
      [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func refusesIllFormedTextWhereverItStands(_ sequence: [UInt8]) {
    for padding in 0..<70 {
      let before = [UInt8](repeating: 0x61, count: padding)
      let document = [0x22] + before + sequence + [0x22]
      #expect(fault(document)?.kind == .invalidUTF8)
      // Followed by more, so that the fast paths are taken.
      #expect(fault([0x22] + before + sequence + before + Array("日本語".utf8) + before + [0x22])?.kind == .invalidUTF8)
    }
  }

  @Test func acceptsEachWellFormedCharacterAtTheEdgesOfItsLength() {
    let edges: [UInt32] = [
      0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD000, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x3FFFF, 0x40000, 0xFFFFF,
      0x100000, 0x10FFFF,
    ]
    for scalar in edges.compactMap(Unicode.Scalar.init) {
      for padding in 0..<20 {
        #expect(fault("\"\(String(repeating: "x", count: padding))\(scalar)\"") == nil)
      }
    }
  }

  @Test func findsASpecialByteAtEachPlaceOfALongString() {
    for length in 0..<140 {
      let plain = [UInt8](repeating: 0x61, count: length)
      #expect(fault([0x22] + plain + [0x22]) == nil)
      #expect(fault([0x22] + plain) == JSONFault(.unexpectedEnd(expected: .stringEnd), at: length + 1))
      #expect(fault([0x22] + plain + [0x0A, 0x22])?.offset == length + 1)
      #expect(fault([0x22] + plain + [0x5C, 0x6E] + plain + [0x22]) == nil)
      #expect(fault([0x22] + plain + [0x5C, 0x71] + plain + [0x22])?.offset == length + 2)
    }
  }

  @Test func allowsOneByteAfterABackslashToStartAnEscapeAndNoOther() {
    let letters = Set("\"\\/bfnrt".utf8)
    for byte in UInt8.min...UInt8.max where byte != UInt8(ascii: "u") {
      #expect((fault([0x22, 0x5C, byte, 0x22]) == nil) == letters.contains(byte), "\(byte)")
    }
  }

  @Test func takesHexadecimalDigitsInEitherCaseOnly() {
    let digits = Set("0123456789abcdefABCDEF".utf8)
    for byte in UInt8.min...UInt8.max {
      for place in 0..<4 {
        var unit = Array("0041".utf8)
        unit[place] = byte
        let document = Array("\"\\u".utf8) + unit + [0x22]
        #expect((fault(document) == nil) == digits.contains(byte), "\(byte) at \(place)")
      }
    }
  }

  @Test func stopsAtTheDepthLimit() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[{\"a\":", count: depth / 2) + "1" + String(repeating: "}]", count: depth / 2)
    }
    #expect(fault(nested(JSONCursor.maximumDepth)) == nil)
    #expect(fault(nested(JSONCursor.maximumDepth + 2))?.kind == .tooDeep)
    #expect(fault(String(repeating: "[", count: 1_000_000))?.kind == .tooDeep)
  }

  @Test func remembersAtEachDepthWhetherItIsInAnObject() {
    for depth in 1...JSONCursor.maximumDepth {
      let opening = (0..<depth).map { $0 % 3 == 0 ? "{\"k\":" : "[" }.joined()
      let closing = (0..<depth).reversed().map { $0 % 3 == 0 ? "}" : "]" }
      #expect(fault(opening + "0" + closing.joined()) == nil)
      let wrong = closing.dropLast() + [closing.last == "}" ? "]" : "}"]
      #expect(fault(opening + "0" + wrong.joined()) != nil)
      #expect(fault(opening + "0" + closing.dropLast().joined()) != nil)
    }
  }

  @Test func refusesEveryPrefixOfADocument() {
    let document = Array("{\"a\":[1,-2.5e3,true,null,\"x\\n\\ud83d\\ude00中\",{\"b\":{}}],\"c\":\"\"}".utf8)
    #expect(fault(document) == nil)
    for length in 0..<document.count { #expect(fault(Array(document[..<length])) != nil, "\(length)") }
  }

  @Test func replacesLoneSurrogatesWhenAsked() throws {
    let document = Array("\"a\\ud83dz\\udE00\\ud83d\\ud83d\\ude00\"".utf8)
    #expect(fault(document, loneSurrogates: .replaced) == nil)
    try reading(document) { bytes throws(JSONFault) in
      var cursor = JSONCursor(bytes, loneSurrogates: .replaced)
      let string = try cursor.readString()
      #expect(string.value(in: bytes) == "a\u{FFFD}z\u{FFFD}\u{FFFD}😀")
      #expect(string.length == string.value(in: bytes).utf8.count)
    }
  }

  @Test(arguments: [
    ("{\"a\":}", "unexpected byte 0x7D at offset 5; expected a value"),
    ("[1,", "unexpected end at offset 3; expected a value"),
    ("{\"a\" 1}", "unexpected byte 0x31 at offset 5; expected ':'"),
    ("[1 2]", "unexpected byte 0x32 at offset 3; expected ',' or ']'"),
    ("{} x", "unexpected byte 0x78 at offset 3; expected the end of the document"),
    ("\"a\u{1}\"", "control character 0x01 in a string at offset 2; it must be escaped"),
    ("\"\\ud800\"", "half of a surrogate pair at offset 1; both halves must be escaped together"),
    ("{\"a\":1,}", "unexpected byte 0x7D at offset 7; expected a member name in quotes"),
    ("\"\\u00zz\"", "unexpected byte 0x7A at offset 5; expected a hexadecimal digit"),
    ("nulx", "unexpected byte 0x78 at offset 3; expected true, false or null"),
    ("-x", "unexpected byte 0x78 at offset 1; expected a digit"),
  ])
  func saysWhatIsWrongAndWhere(_ document: String, _ sentence: String) {
    #expect(fault(document)?.description == sentence)
  }
}

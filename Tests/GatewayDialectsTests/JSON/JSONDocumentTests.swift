import GatewayDialects
import Testing

@Suite struct JSONDocumentTests {
  private func root(_ text: String, refusesDuplicates: Bool = false) throws -> JSONNode {
    try JSONDocument(Array(text.utf8), refusesDuplicates: refusesDuplicates).root
  }

  @Test func findsMembersAndElementsInOrder() throws {
    let node = try root(#"{"b":[1,{"x":null},"t"],"a":{"k":true},"b2":[]}"#)
    #expect(node.members.map(\.name.string) == ["b", "a", "b2"])
    #expect(node["b"]?.elements.map(\.kind) == [.number, .object, .string])
    #expect(node["a"]?["k"]?.bool == true)
    #expect(node["b2"]?.isEmpty == true)
    #expect(node["c"] == nil)
  }

  @Test func nullIsAbsentUnlessItIsAskedFor() throws {
    let node = try root(#"{"x":null}"#)
    #expect(node["x"] == nil)
    #expect(node.member("x")?.isNull == true)
  }

  @Test func namesAreComparedDecoded() throws {
    #expect(try root(#"{"mod\u0065l":1}"#)["model"]?.int == 1)
  }

  @Test(arguments: ["1e-9", "12345678901234567890", "0.1", "-0", "1E+2"])
  func numbersKeepTheirText(number: String) throws {
    let node = try root("[ \(number) ]")
    #expect(node.elements.map(\.raw.string) == [number])
  }

  @Test func wholeNumbersAreRead() throws {
    #expect(try root("[1,2.0,1e3,1.5,99999999999999999999]").elements.map(\.int) == [1, 2, 1000, nil, nil])
  }

  @Test(arguments: [#"a\/b"#, #"\ud83d\ude00"#, #"é\n"#, #"\u00e9"#])
  func textsKeepTheirEscapes(text: String) throws {
    let node = try root(#"{"t":"\#(text)"}"#)
    var json = JSONWriter()
    json.object { $0.member("t", node["t"]?.text) }
    #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"t":"\#(text)"}"#)
  }

  @Test func halfOfAPairPassesWhereAnswersAreRead() throws {
    let bytes = Array(#"{"t":"\ud83d"}"#.utf8)
    #expect(throws: JSONFault.self) { try JSONDocument(bytes) }
    let node = try JSONDocument(bytes, loneSurrogates: .replaced).root
    #expect(node["t"].map { Array($0.raw.bytes) } == Array(#""\ud83d""#.utf8))
  }

  @Test(arguments: [
    (#"{"a":1,"a":2}"#, 7), (#"{"x":{"a":1,"\u0061":2}}"#, 12),
    ("{" + (0..<20).map { "\"k\($0)\":0," }.joined() + "\"k3\":1}", 151),
  ])
  func aRepeatedNameIsAFaultWhereItIsAskedFor(text: String, offset: Int) throws {
    _ = try root(text)
    #expect(throws: JSONFault(.duplicateName, at: offset)) { try root(text, refusesDuplicates: true) }
  }

  @Test func aPathNamesEveryStep() throws {
    let node = try root(#"{"messages":[{"content":[{"type":"x"},{"type":"y"}]}]}"#)
    let content = node["messages"]?.elements.map { $0 }[0]["content"]
    let last = try #require(content?.elements.map { $0 }[1]["type"])
    #expect(last.path == "messages[0].content[1].type")
    #expect(node.path.isEmpty)
  }

  @Test func textsAreJoinedAndCompared() throws {
    let node = try root(#"["a\n","b"]"#)
    let texts = node.elements.compactMap(\.text)
    #expect((texts[0] + texts[1]).string == "a\nb")
    #expect(texts[0] == "a\n")
    #expect(texts[1].equals("b"))
    #expect(Set(texts) == ["b", "a\n"])
  }

  @Test func aWriterPutsItsCommas() throws {
    var json = JSONWriter()
    json.object { json in
      json.member("a", 1)
      json.member("none", nil as String?)
      json.array("b") { json in
        json.value("x\"y")
        json.null()
        json.object { _ in }
      }
      json.member("c", true)
    }
    #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"a":1,"b":["x\"y",null,{}],"c":true}"#)
  }
}

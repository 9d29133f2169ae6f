import GatewayCore
import GatewayDialects
import Testing

@testable import GatewayPolicies

/// How a conversation is written, cut and read again.
struct ConversationDocumentTests {
  private func tree(_ json: String, _ mask: (String) -> String = { $0 }) throws -> ConversationTree {
    ConversationTree(try JSONDocument(Array(json.utf8)).root, masking: mask)
  }

  private func text(_ tree: ConversationTree, longest: Int = .max) -> String {
    var bytes: [UInt8] = []
    tree.write(into: &bytes, longest: longest)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func everyTextIsMaskedAndTheRestStays() throws {
    let json = #"{"a":["x",1.50,true,null,{"secret":"s\u0065cret \"q\""}],"n":13800138000}"#
    let masked = try tree(json) { $0.replacing("secret", with: "*").replacing("13800138000", with: "[phone]") }
    #expect(text(masked) == #"{"a":["x",1.50,true,null,{"*":"* \"q\""}],"n":"[phone]"}"#)
  }

  @Test func escapesWithinATextOfJSONHideNothing() throws {
    let json = #"{"arguments":"{\"x\":\"s\\u0065cret\",\"n\":13800138000}","kept":"{ \"y\": \"\\u0041\" }"}"#
    let masked = try tree(json) { $0.replacing("secret", with: "*").replacing("13800138000", with: "[phone]") }
    #expect(
      text(masked)
        == #"{"arguments":"{\"x\":\"*\",\"n\":\"[phone]\"}","kept":"{ \"y\": \"\\u0041\" }"}"#)
  }

  @Test func filesInBase64AreLeftOut() throws {
    let code = String(repeating: "QUJD", count: 1000)
    #expect(text(try tree("[\"\(code)\",\"short=\"]")) == #"["[4000 characters of base64 left out]","short="]"#)
    #expect(
      text(try tree(#"["data:image/png;base64,QUJD"]"#)) == #"["[4 characters of base64 left out]"]"#)
  }

  @Test func aLongTextIsCutBetweenCharacters() throws {
    #expect(text(try tree(#"["ab你好"]"#), longest: 4) == #"["ab… [6 bytes left out]"]"#)
    #expect(text(try tree(#"["ab你好"]"#), longest: 5) == #"["ab… [6 bytes left out]"]"#)
  }

  private func document(request: String, answer: String?) throws -> ConversationDocument {
    var document = ConversationDocument(dialect: .openAIChat, isCut: false)
    document.outcome = "success"
    document.request = try tree(request)
    document.answer = try answer.map { try tree($0) }
    return document
  }

  @Test func whatFitsIsWhole() throws {
    let written = try document(request: #"{"a":1}"#, answer: #"{"b":2}"#).written(maximum: 4096)
    #expect(!written.isTruncated)
    #expect(
      String(decoding: written.bytes, as: UTF8.self)
        == #"{"dialect":"openai-chat","outcome":"success","request":{"a":1},"answer":{"b":2}}"#)
  }

  @Test func aLongOneIsCutToItsMaximumAndStaysJSON() throws {
    let long = String(repeating: "word ", count: 20_000)
    let many = (0..<3000).map { _ in #"{"role":"user","content":"hi"}"# }.joined(separator: ",")
    for request in [#"{"a":"\#(long)"}"#, #"{"messages":[\#(many)]}"#] {
      let written = try document(request: request, answer: #"{"b":"\#(long)"}"#).written(maximum: 4096)
      #expect(written.isTruncated)
      #expect(written.bytes.count <= 4096)
      let root = try JSONDocument(written.bytes).root
      #expect(root["answer"]?["b"]?.string?.hasPrefix("word ") == true)
    }
  }

  @Test func anErrorIsTold() throws {
    var document = try document(request: "{}", answer: nil)
    document.error = ("provider_error", "it said \"no\"")
    let text = String(decoding: document.written(maximum: 4096).bytes, as: UTF8.self)
    #expect(text.hasSuffix(#""answer":null,"error":{"code":"provider_error","message":"it said \"no\""}}"#))
  }

  // MARK: Messages

  private func messages(_ dialect: Dialect, _ request: String, _ answer: String) throws -> ConversationMessages {
    let json = #"{"dialect":"\#(dialect.rawValue)","outcome":"success","request":\#(request),"answer":\#(answer)}"#
    return try ConversationMessages(try JSONDocument(Array(json.utf8)).root)
  }

  @Test func messagesOfChatStayAsTheyAre() throws {
    let read = try messages(
      .openAIChat, #"{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function"}]}"#,
      #"{"choices":[{"index":0,"message":{"role":"assistant","content":"yo"}}]}"#)
    #expect(read.messages.string == #"[{"role":"user","content":"hi"},{"role":"assistant","content":"yo"}]"#)
    #expect(read.tools?.string == #"[{"type":"function"}]"#)
  }

  @Test func messagesOfAnotherDialectAreTranslated() throws {
    let read = try messages(
      .anthropic, #"{"model":"m","max_tokens":9,"system":"be brief","messages":[{"role":"user","content":"hi"}]}"#,
      #"{"id":"1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"yo"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"#
    )
    let list = try #require(read.messages.node).elements.map { $0 }
    #expect(list.map { $0["role"]?.string } == ["system", "user", "assistant"])
    #expect(list.last?["content"]?.string == "yo")
  }

  @Test func aCompletionIsAQuestionAndItsAnswer() throws {
    let read = try messages(
      .openAICompletions, #"{"model":"m","prompt":"once"}"#, #"{"choices":[{"index":0,"text":" upon"}]}"#)
    #expect(read.messages.string == #"[{"role":"user","content":"once"},{"role":"assistant","content":" upon"}]"#)
  }

  @Test func withoutItsRequestItCannotBeRead() {
    #expect(throws: ConversationMessages.Unreadable.self) { try messages(.openAIChat, "null", "null") }
  }
}

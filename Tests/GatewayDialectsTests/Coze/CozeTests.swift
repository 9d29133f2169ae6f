import Foundation
import GatewayCore
import GatewayDialects
import Testing

@Suite("Coze")
struct CozeTests {
  private static func written(_ request: CanonicalRequest) throws -> WrittenRequest {
    try Dialect.coze.writeRequest(request, traits: TargetTraits(model: "7379462189365198898"))
  }

  private static func assembled(_ name: String, size: Int = 1 << 20) throws -> CanonicalAssembler {
    let stream = try DialectTesting.stream(.coze, name)
    var feed = StreamFeed(.coze)
    for start in stride(from: 0, to: stream.count, by: size) {
      try feed.feed(stream[start..<min(start + size, stream.count)])
    }
    return DialectTesting.assembled(try feed.ended())
  }

  // MARK: Requests

  @Test("Turns are written as questions and answers, instructions first, and the call is a stream")
  func writesTurns() throws {
    let written = try Self.written(
      DialectTesting.simple {
        $0.messages.append(CanonicalMessage(.assistant, parts: [.text("Hello!")]))
        $0.messages.append(CanonicalMessage(.system, parts: [.text("Be \"brief\".")]))
        $0.messages.append(CanonicalMessage(.user, parts: [.text("And now?")]))
        $0.metadata = RawJSON(#"{"a":"b"}"#)
        $0.sampling.temperature = RawJSON(1)
        $0.unknown = [("custom_variables", RawJSON(#"{"city":"Zürich"}"#))]
      })
    #expect(written.isStream)
    #expect(written.dropped == [.temperature])
    #expect(
      String(decoding: written.body, as: UTF8.self)
        == #"{"bot_id":"7379462189365198898","user_id":"sluice","stream":true,"auto_save_history":false,"#
        + #""additional_messages":["#
        + #"{"role":"user","type":"question","content_type":"text","content":"Be \"brief\"."},"#
        + #"{"role":"user","type":"question","content_type":"text","content":"Hi"},"#
        + #"{"role":"assistant","type":"answer","content_type":"text","content":"Hello!"},"#
        + #"{"role":"user","type":"question","content_type":"text","content":"And now?"}],"#
        + #""meta_data":{"a":"b"},"custom_variables":{"city":"Zürich"}}"#)
  }

  @Test("Files go as a list within a string, by URL or id")
  func writesFiles() throws {
    let request = DialectTesting.simple {
      $0.user = "u"
      $0.messages[0].parts.append(CanonicalPart(.image(MediaPart(.url("https://example.com/a.png")))))
      $0.messages[0].parts.append(CanonicalPart(.file(MediaPart(.fileID("7")))))
    }
    #expect(
      String(decoding: try Self.written(request).body, as: UTF8.self).contains(
        #""content_type":"object_string","content":"[{\"type\":\"text\",\"text\":\"Hi\"},"#
          + #"{\"type\":\"image\",\"file_url\":\"https://example.com/a.png\"},{\"type\":\"file\",\"file_id\":\"7\"}]""#)
    )
    let inline = DialectTesting.simple {
      $0.messages[0].parts.append(CanonicalPart(.image(MediaPart(.base64("iVBORw0KGgo=")))))
    }
    #expect(DialectTesting.unsupported(.coze, inline) == .images)
  }

  @Test("Tools, formats and several choices are refused")
  func refuses() {
    func unsupported(_ change: (inout CanonicalRequest) -> Void) -> RequestPart? {
      DialectTesting.unsupported(.coze, DialectTesting.simple(change))
    }
    let search = CanonicalTool(name: "web_search", kind: .webSearch(.openAIChat, options: .emptyObject))
    #expect(unsupported { $0.tools = [search] } == .webSearch)
    #expect(unsupported { $0.output = .jsonObject } == .structuredOutput)
    #expect(unsupported { $0.choices = 2 } == .severalChoices)
    #expect(
      unsupported { $0.messages[0].parts = [CanonicalPart(.video(MediaPart(.url("https://e.com/v"))))] } == .video)
  }

  // MARK: Answers

  @Test("Only answers are told, in pieces or whole, cut at every byte", arguments: ["text", "whole"])
  func readsText(name: String) throws {
    for size in [1, 7, 1 << 20] {
      let assembled = try Self.assembled(name, size: size)
      #expect(assembled.isEnded)
      #expect(
        DialectTesting.lines(assembled.answer) == [
          "text Hello, Wörld! 😀\nIt's \"quoted\".", "finish stop -", "usage 12+0+0+0 9+0+0",
        ])
    }
  }

  @Test("Thoughts come before the answer")
  func readsThoughts() throws {
    #expect(
      DialectTesting.lines(try Self.assembled("thinking").answer).prefix(2) == [
        "thought The user greets me. signed - redacted -", "text Hi!",
      ])
  }

  @Test(
    "Errors and chats that fail are failures",
    arguments: [
      ("error", "4013", "Request frequency has been limited."), ("failed", "5000", "The bot is gone."),
    ])
  func readsErrors(name: String, code: String, message: String) throws {
    let assembled = try Self.assembled(name)
    #expect(assembled.failure?.code == code)
    #expect(assembled.failure?.message == message)
    #expect(!assembled.isEnded)
  }

  @Test("A bot that waits for a tool of its caller's is a failure")
  func readsRequiredAction() throws {
    var feed = StreamFeed(.coze)
    try feed.feed(Array("event:conversation.chat.requires_action\ndata:{\"id\":\"1\"}\n\n".utf8))
    #expect(DialectTesting.assembled(try feed.ended()).failure?.code == "requires_action")
  }

  @Test("A stream that ends early is a fault")
  func refusesCutStream() throws {
    let events = try fixture("Dialects/coze/text.stream.txt").components(separatedBy: "\n\n")
    for count in 0..<(events.count - 2) {
      var feed = StreamFeed(.coze)
      try feed.feed(Array((events.prefix(count).joined(separator: "\n\n") + "\n\n").utf8))
      #expect(throws: AnswerFault("the stream ended without 'conversation.chat.completed'")) { try feed.ended() }
    }
  }

  @Test("A plain answer is an error, or one that comes later")
  func refusesPlainAnswers() {
    #expect(throws: AnswerFault("the provider answered with an error: Invalid bot id.")) {
      try DialectTesting.answer(.coze, #"{"code":4000,"msg":"Invalid bot id."}"#)
    }
    #expect(throws: AnswerFault("a chat that answers later, although a stream was asked for")) {
      try DialectTesting.answer(.coze, #"{"code":0,"msg":"","data":{"id":"1","status":"in_progress"}}"#)
    }
  }

  @Test("An error in the place of an answer is known by its members")
  func knowsErrors() throws {
    func isError(_ body: String) throws -> Bool { ProviderError.isIn(try JSONDocument(Array(body.utf8)).root) }
    #expect(try isError(#"{"code":4000,"msg":"x"}"#))
    #expect(try isError(#"{"code":"InvalidApiKey","message":"x"}"#))
    #expect(try isError(#"{"base_resp":{"status_code":1004,"status_msg":"x"},"choices":null}"#))
    #expect(try isError(#"{"error":"x"}"#))
    #expect(try !isError(#"{"code":0,"msg":"","data":{}}"#))
    #expect(try !isError(#"{"code":"","message":"","output":{}}"#))
    #expect(try !isError(#"{"base_resp":{"status_code":0},"choices":[]}"#))
  }

  @Test("Whatever comes in, the parts keep their order")
  func keepsOrder() throws {
    var noise = JSONNoise(seed: 8)
    for name in ["text", "whole", "thinking", "error", "failed"] {
      let stream = try DialectTesting.stream(.coze, name)
      for _ in 0..<60 {
        var feed = StreamFeed(.coze)
        try? feed.feed(noise.damaged(stream))
        #expect(DeltaOrder.fault((try? feed.ended()) ?? feed.deltas) == nil)
      }
    }
  }
}

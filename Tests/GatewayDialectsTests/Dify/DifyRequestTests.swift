import GatewayCore
import GatewayDialects
import Testing

@Suite("Dify requests")
struct DifyRequestTests {
  private static func written(
    _ request: CanonicalRequest, _ app: DifyApp = .chat
  ) throws -> WrittenRequest {
    var traits = TargetTraits(model: "m")
    traits.app = app
    return try Dialect.dify.writeRequest(request, traits: traits)
  }

  private static func body(_ request: CanonicalRequest, _ app: DifyApp = .chat) throws -> String {
    String(decoding: try written(request, app).body, as: UTF8.self)
  }

  @Test("One question is the query")
  func writesQuery() throws {
    #expect(
      try Self.body(DialectTesting.simple { $0.user = "abc" })
        == #"{"inputs":{},"query":"Hi","conversation_id":"","response_mode":"blocking","user":"abc"}"#)
  }

  @Test("Earlier turns and instructions become part of the question")
  func writesTranscript() throws {
    let request = DialectTesting.simple {
      $0.messages.insert(CanonicalMessage(.system, parts: [.text("Be \"brief\".")]), at: 0)
      $0.messages.append(CanonicalMessage(.assistant, parts: [.text("Hello!")]))
      $0.messages.append(CanonicalMessage(.user, parts: [.text("And now?")]))
    }
    #expect(
      try Self.body(request).contains(
        #""query":"system: Be \"brief\".\n\nuser: Hi\n\nassistant: Hello!\n\nuser: And now?""#))
  }

  @Test("With a conversation's id only the last turn is sent")
  func writesConversation() throws {
    let request = DialectTesting.simple {
      $0.messages.append(CanonicalMessage(.user, parts: [.text("And now?")]))
      $0.unknown = [("conversation_id", RawJSON(#""c1""#)), ("inputs", RawJSON(#"{"city":"Zürich","n":1e-9}"#))]
    }
    let written = try Self.written(request)
    #expect(
      String(decoding: written.body, as: UTF8.self)
        == #"{"inputs":{"city":"Zürich","n":1e-9},"query":"And now?","conversation_id":"c1","response_mode":"blocking","#
        + #""user":"sluice"}"#)
    #expect(written.dropped.isEmpty)
  }

  @Test("An app without questions gets it as an input, unless the caller named that one")
  func writesInputs() throws {
    for app in [DifyApp.completion, .workflow] {
      #expect(
        try Self.body(DialectTesting.simple(), app)
          == #"{"inputs":{"query":"Hi"},"response_mode":"blocking","user":"sluice"}"#)
      let named = DialectTesting.simple { $0.unknown = [("inputs", RawJSON(#"{"query":"x"}"#))] }
      #expect(try Self.body(named, app).hasPrefix(#"{"inputs":{"query":"x"},"#))
    }
  }

  @Test("An agent is streamed always, the others as the caller wants", arguments: DifyApp.allCases)
  func streamsAgents(app: DifyApp) throws {
    let written = try Self.written(DialectTesting.simple(), app)
    #expect(written.isStream == (app == .agent))
    let mode = app == .agent ? "streaming" : "blocking"
    #expect(String(decoding: written.body, as: UTF8.self).contains("\"response_mode\":\"\(mode)\""))
    #expect(try Self.written(DialectTesting.simple { $0.isStream = true }, app).isStream)
  }

  @Test("Files are sent by their URL, and only so")
  func writesFiles() throws {
    let request = DialectTesting.simple {
      $0.messages[0].parts.append(CanonicalPart(.image(MediaPart(.url("https://example.com/a.png")))))
    }
    #expect(
      try Self.body(request).hasSuffix(
        #""files":[{"type":"image","transfer_method":"remote_url","url":"https://example.com/a.png"}]}"#))
    let inline = DialectTesting.simple {
      $0.messages[0].parts.append(CanonicalPart(.image(MediaPart(.base64("iVBORw0KGgo=")))))
    }
    #expect(DialectTesting.unsupported(.dify, inline) == .images)
  }

  @Test("What an app has by itself or not at all is refused, hints are told")
  func refusesAndDrops() throws {
    func unsupported(_ change: (inout CanonicalRequest) -> Void) -> RequestPart? {
      DialectTesting.unsupported(.dify, DialectTesting.simple(change))
    }
    let function = CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil))
    #expect(unsupported { $0.tools = [function] } == .tools)
    #expect(unsupported { $0.output = .jsonObject } == .structuredOutput)
    #expect(unsupported { $0.choices = 2 } == .severalChoices)
    #expect(unsupported { $0.logprobs = true } == .logprobs)
    #expect(unsupported { $0.stop = ["END"] } == .stopSequences)
    #expect(unsupported { $0.previousResponseID = "r" } == .storedState)
    let written = try Self.written(
      DialectTesting.simple {
        $0.sampling.temperature = RawJSON(1)
        $0.maxOutputTokens = RawJSON(5)
      })
    #expect(written.dropped == [.temperature, .unknown("max_tokens")])
  }
}

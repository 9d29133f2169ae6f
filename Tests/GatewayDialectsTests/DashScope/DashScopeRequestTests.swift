import GatewayCore
import GatewayDialects
import Testing

@Suite("DashScope requests")
struct DashScopeRequestTests {
  private static func read(_ name: String) throws -> CanonicalRequest {
    try DialectTesting.request(.dashscope, fixture("Dialects/dashscope/\(name).request.json"))
  }

  private static func written(
    _ request: CanonicalRequest, model: String = "qwen-plus"
  ) throws -> WrittenRequest {
    try Dialect.dashscope.writeRequest(request, traits: TargetTraits(model: model))
  }

  private static func body(_ request: CanonicalRequest, model: String = "qwen-plus") throws -> String {
    String(decoding: try written(request, model: model).body, as: UTF8.self)
  }

  // MARK: Reading

  @Test("Text, limits and digits are read as they stand")
  func readsText() throws {
    let request = try Self.read("text")
    #expect(DialectTesting.lines(request) == ["system: text Be brief.", "user: text Hello"])
    #expect(request.maxOutputTokens?.string == "100")
    #expect(request.sampling.topP?.string == "1e-1")
    #expect(request.stop == ["END"])
    #expect(request.unknown.isEmpty)
  }

  @Test("A prompt is a message of the user, and a search is a tool")
  func readsPromptAndSearch() throws {
    let request = try DialectTesting.request(
      .dashscope,
      #"{"model":"m","input":{"prompt":"Hi"},"parameters":{"enable_search":true,"search_options":{"forced_search":true}}}"#
    )
    #expect(DialectTesting.lines(request) == ["user: text Hi"])
    guard case .webSearch(.dashscope, let options)? = request.tools.first?.kind else {
      Issue.record("no search")
      return
    }
    #expect(options.string == #"{"forced_search":true}"#)
  }

  @Test("A stream repeats itself unless told otherwise")
  func readsIncrementalOutput() throws {
    func isCumulative(_ body: String) throws -> Bool {
      DashScopeRequestReader.isCumulative(try JSONDocument(Array(body.utf8)).root)
    }
    #expect(try isCumulative(#"{"parameters":{}}"#))
    #expect(try isCumulative(#"{"parameters":{"incremental_output":false}}"#))
    #expect(try !isCumulative(#"{"parameters":{"incremental_output":true}}"#))
  }

  @Test(
    "What is wrong is named by its path",
    arguments: [
      (#"{"model":"m"}"#, "You must provide 'input'."),
      (#"{"input":{}}"#, "You must provide 'input.messages'."),
      (#"{"input":{"messages":[]}}"#, "'input.messages' must be an array with at least one message."),
      (
        #"{"input":{"messages":[{"role":"robot","content":"x"}]}}"#,
        #"'input.messages[0].role' must be "system", "user", "assistant" or "tool"."#
      ),
      (#"{"input":{"messages":[{"role":"user"}]}}"#, "You must provide 'input.messages[0].content'."),
      (
        #"{"input":{"messages":[{"role":"user","content":[{"picture":"x"}]}]}}"#,
        "'input.messages[0].content[0]' has none of text, image, audio and video."
      ),
      (
        #"{"input":{"messages":[{"role":"tool","tool_call_id":"1","content":"x"}]}}"#,
        "'input.messages[0]' answers the tool call '1', which no assistant message before it has made."
      ),
      (
        #"{"input":{"prompt":"x"},"parameters":{"result_format":"xml"}}"#,
        #"'parameters.result_format' must be "message" or "text"."#
      ),
      (#"{"input":{"prompt":"x"},"parameters":{"n":0}}"#, "'parameters.n' must be a whole number, at least 1."),
    ])
  func refuses(body: String, message: String) {
    #expect {
      try DialectTesting.request(.dashscope, body)
    } throws: {
      ($0 as? DialectFault)?.message == message
    }
  }

  // MARK: Writing

  @Test("A request is written with its parameters, and instructions in one message at the front")
  func writesText() throws {
    let request = DialectTesting.simple { request in
      request.messages += [
        CanonicalMessage(.system, parts: [.text("Be brief.")]), CanonicalMessage(.developer, parts: [.text("Rhyme.")]),
      ]
      request.maxOutputTokens = RawJSON(100)
      request.sampling.temperature = RawJSON("1e-1")
      request.stop = ["END"]
      request.choices = 2
    }
    #expect(
      try Self.body(request)
        == #"{"model":"qwen-plus","input":{"messages":[{"role":"system","content":"Be brief.\n\nRhyme."},"#
        + #"{"role":"user","content":"Hi"}]},"parameters":{"result_format":"message","temperature":1e-1,"#
        + #""max_tokens":100,"stop":["END"],"n":2}}"#)
  }

  @Test("A stream is asked for piece by piece")
  func writesStream() throws {
    let written = try Self.written(DialectTesting.simple { $0.isStream = true })
    #expect(written.isStream)
    #expect(String(decoding: written.body, as: UTF8.self).contains(#""incremental_output":true"#))
  }

  @Test(
    "What a model answers as a stream only is streamed",
    arguments: [
      ("qwen-plus", false), ("qwq-plus", true), ("qvq-max", true), ("qwen3-32b", true), ("qwen3-max", false),
      ("qwen3-vl-plus-thinking", true), ("qwen2.5-omni-7b", true),
    ])
  func streamsWhereItMust(model: String, isStream: Bool) throws {
    #expect(try Self.written(DialectTesting.simple(), model: model).isStream == isStream)
  }

  @Test("Thoughts have a budget and are streamed; without them an open model need not stream")
  func writesThinking() throws {
    let thinking = try Self.written(DialectTesting.simple { $0.reasoning.effort = .medium })
    #expect(thinking.isStream)
    #expect(
      String(decoding: thinking.body, as: UTF8.self).contains(#""enable_thinking":true,"thinking_budget":8192"#))
    let without = try Self.written(DialectTesting.simple { $0.reasoning.effort = .off }, model: "qwen3-32b")
    #expect(!without.isStream)
    #expect(String(decoding: without.body, as: UTF8.self).contains(#""enable_thinking":false"#))
  }

  @Test("Calls and results are written as in chat")
  func writesTools() throws {
    let body = try Self.body(Self.read("tools"))
    #expect(
      body.contains(
        #"{"role":"assistant","content":"","tool_calls":[{"id":"call_Jlkwe1","type":"function","function":"#
          + #"{"name":"get_weather","arguments":"{\"city\":\"Zürich\",\"days\":2}"}}"#))
    #expect(body.contains(#"{"role":"tool","tool_call_id":"call_Jlkwe2","content":"12:00"}"#))
    #expect(body.contains(#""tool_choice":"auto","parallel_tool_calls":true"#))
  }

  @Test("Any tool is a named one where there is one, and refused where there are several")
  func writesRequiredChoice() throws {
    var request = try Self.read("tools")
    request.toolChoice = .required
    #expect(DialectTesting.unsupported(.dashscope, request) == .toolChoice)
    request.toolChoice = .allowed(["get_time"], isRequired: true)
    let body = try Self.body(request)
    #expect(body.contains(#""tool_choice":{"type":"function","function":{"name":"get_time"}}"#))
    #expect(!body.contains("The weather."))
  }

  @Test("A multimodal model gets parts, another one no images")
  func writesImages() throws {
    let request = try Self.read("image")
    #expect(
      try Self.body(request, model: "qwen-vl-max").contains(
        #"{"role":"user","content":[{"text":"What is this?"},{"image":"data:image/png;base64,iVBORw0KGgo="},"#
          + #"{"image":"https://example.com/a.png"}]}"#))
    #expect(DialectTesting.unsupported(.dashscope, request) == .images)
  }

  @Test(
    "Multimodal models are known by name",
    arguments: [
      ("qwen-vl-max", true), ("qvq-max-latest", true), ("qwen3.5-plus", true), ("qwen3.7-plus", true),
      ("qwen3.7-max", false), ("qwen-plus", false), ("qwen2.5-72b-instruct", false), ("qwen3-omni-flash", true),
      ("deepseek-r1", false),
    ])
  func knowsMultimodalModels(model: String, isMultimodal: Bool) {
    #expect(DashScopeModel.isMultimodal(model) == isMultimodal)
  }

  @Test("A search goes out under its own name")
  func writesSearch() throws {
    let request = DialectTesting.simple {
      $0.tools = [CanonicalTool(name: "web_search", kind: .webSearch(.openAIResponses, options: .emptyObject))]
    }
    #expect(
      try Self.body(request).contains(#""enable_search":true,"search_options":{"enable_source":true}"#))
  }

  @Test("What it has no word for is refused or told")
  func refusesAndDrops() throws {
    #expect(
      DialectTesting.unsupported(.dashscope, DialectTesting.simple { $0.previousResponseID = "r" }) == .storedState)
    #expect(DialectTesting.unsupported(.dashscope, DialectTesting.simple { $0.modalities = ["audio"] }) == .audioOutput)
    let written = try Self.written(
      DialectTesting.simple {
        $0.sampling.frequencyPenalty = RawJSON(1)
        $0.sampling.topK = RawJSON(20)
        $0.user = "u"
      })
    #expect(written.dropped == [.frequencyPenalty, .user])
  }
}

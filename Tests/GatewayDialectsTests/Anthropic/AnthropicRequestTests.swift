import GatewayCore
import GatewayDialects
import Testing

@Suite("Requests of the Messages API")
struct AnthropicRequestTests {
  private func read(_ messages: String, _ members: String = "") throws -> CanonicalRequest {
    try DialectTesting.request(.anthropic, #"{"max_tokens":9,"messages":[\#(messages)]\#(members)}"#)
  }

  private func written(
    _ request: CanonicalRequest, _ change: (inout TargetTraits) -> Void = { _ in }
  ) throws -> String { try DialectTesting.written(.anthropic, request, change) }

  // MARK: Reading

  @Test("Every kind of block is read")
  func readsBlocks() throws {
    let request = try read(
      #"""
      {"role":"user","content":[
        {"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},
        {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},
        {"type":"image","source":{"type":"file","file_id":"f"}},
        {"type":"document","title":"T","context":"C","source":{"type":"url","url":"https://x/a.pdf"}},
        {"type":"document","source":{"type":"text","media_type":"text/plain","data":"d"}},
        {"type":"document","source":{"type":"content","content":[{"type":"text","text":"x"},{"type":"text","text":"y"}]}},
        {"type":"search_result","source":"s","title":"t","content":[]}]},
      {"role":"assistant","content":[
        {"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"ZGF0YQ=="},
        {"type":"thinking","thinking":"unsigned","signature":""},
        {"type":"server_tool_use","id":"s","name":"web_search","input":{}},
        {"type":"tool_use","id":"a","name":"f","input":{"x":1e-9}},{"type":"tool_use","id":"b","name":"g","input":{}}]},
      {"role":"user","content":[
        {"type":"text","text":"and"},
        {"type":"tool_result","tool_use_id":"b","content":"r","is_error":true},
        {"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"t"},
          {"type":"image","source":{"type":"url","url":"https://x/a.png"}}],"cache_control":{"type":"ephemeral"}}]}
      """#)
    #expect(
      DialectTesting.lines(request) == [
        "user: text a cached 1h", "user: image base64 AA== image/png -", "user: image id f - -",
        "user: file url https://x/a.pdf - T", "user: file text d text/plain -", "user: file text x\ny - -",
        #"user: opaque anthropic search_result {"type":"search_result","source":"s","title":"t","content":[]}"#,
        "assistant: thought hm signed c2ln redacted -", "assistant: thought  signed - redacted ZGF0YQ==",
        "assistant: thought unsigned signed - redacted -",
        #"assistant: opaque anthropic server_tool_use {"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#,
        #"assistant: call a f {"x":1e-9} signed -"#, "assistant: call b g {} signed -",
        "tool: error b: text r", "tool: result a: text t, image url https://x/a.png - - cached -", "user: text and",
      ])
  }

  @Test("Instructions within a turn stay where they are")
  func readsInstructionsWithinATurn() throws {
    let request = try read(
      #"""
      {"role":"user","content":[{"type":"text","text":"a"},
        {"type":"mid_conv_system","content":[{"type":"text","text":"be brief"}]},{"type":"text","text":"b"}]},
      {"role":"system","content":"more"}
      """#)
    #expect(
      DialectTesting.lines(request) == ["user: text a", "system: text be brief", "user: text b", "system: text more"])
  }

  @Test("A document with images goes back to the same API only")
  func keepsDocumentsWithImages() throws {
    let request = try read(
      #"{"role":"user","content":[{"type":"document","source":{"type":"content","content":[{"type":"image"}]}}]}"#)
    #expect(DialectTesting.unsupported(.gemini, request) == .opaqueContent)
    #expect(DialectTesting.unsupported(.anthropic, request) == nil)
  }

  @Test("Tools of every kind are read, and what is lost of them is named")
  func readsTools() throws {
    let request = try read(
      #"{"role":"user","content":"Hi"}"#,
      #"""
      ,"tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":true,"input_examples":[{}],
        "cache_control":{"type":"ephemeral"}},
        {"type":"web_search_20250305","name":"web_search","max_uses":2},{"type":"bash_20250124","name":"bash"},
        {"type":"mcp_toolset","mcp_server_name":"x"}],
      "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true}
      """#)
    #expect(request.tools.map(\.name.string) == ["f", "web_search", "bash", "mcp_toolset"])
    #expect(request.unknown.map(\.name.string) == ["input_examples"])
    #expect(request.toolChoice == .named("f"))
    #expect(request.parallelToolCalls == false)
    #expect(request.parts.isSuperset(of: [.tools, .webSearch, .serverTools, .toolChoice, .singleToolCalls]))
    guard case .function(let schema, let isStrict) = request.tools[0].kind else {
      Issue.record("no function")
      return
    }
    #expect(schema?.string == #"{"type":"object"}"#)
    #expect(isStrict == true)
  }

  @Test(
    "A choice of tools is read",
    arguments: [("auto", ToolChoice.auto), ("any", .required), ("none", .forbidden)])
  func readsChoice(type: String, choice: ToolChoice) throws {
    let tools = #","tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"\#(type)"}"#
    #expect(try read(#"{"role":"user","content":"Hi"}"#, tools).toolChoice == choice)
  }

  @Test("No thinking wins over an effort, in either order")
  func disabledThinkingWins() throws {
    let user = #"{"role":"user","content":"Hi"}"#
    let thinking = #","thinking":{"type":"disabled"}"#
    let effort = #","output_config":{"effort":"high"}"#
    #expect(try read(user, thinking + effort).reasoning.effort == .off)
    #expect(try read(user, effort + thinking).reasoning.effort == .off)
  }

  // MARK: Writing

  @Test("A conversation is written with turns that alternate, results first")
  func writesConversation() throws {
    var request = CanonicalRequest()
    let call = ToolCall(id: "a|b\u{1}", name: "f", arguments: .string(RawText("{\"x\":1e-9}")))
    var thought = ReasoningPart(text: "hm")
    thought.signature = "c2ln"
    request.messages = [
      CanonicalMessage(
        .user, parts: [.text("a"), CanonicalPart(.text(TextPart(text: "b")), cacheControl: CacheControl())]),
      CanonicalMessage(.assistant, parts: [CanonicalPart(.reasoning(thought)), CanonicalPart(.toolCall(call))]),
      CanonicalMessage(.user, parts: [.text("and")]),
      CanonicalMessage(
        .tool, parts: [CanonicalPart(.toolResult(ToolResult(callID: "a|b\u{1}", parts: [.text("r")], isError: true)))]),
      CanonicalMessage(.developer, parts: [.text("be brief")]),
    ]
    #expect(
      try written(request) == #"{"model":"m","system":"be brief","messages":["#
        + #"{"role":"user","content":[{"type":"text","text":"a"},"#
        + #"{"type":"text","text":"b","cache_control":{"type":"ephemeral"}}]},"#
        + #"{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},"#
        + #"{"type":"tool_use","id":"a_7cb_01","name":"f","input":{"x":1e-9}}]},"#
        + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"a_7cb_01","content":"r","is_error":true},"#
        + #"{"type":"text","text":"and"}]}],"max_tokens":4096}"#)
  }

  @Test("Instructions alone are a turn of the user")
  func writesInstructionsAlone() throws {
    var request = CanonicalRequest()
    request.messages = [CanonicalMessage(.system, parts: [.text("Say hello.")])]
    #expect(
      try written(request)
        == #"{"model":"m","messages":[{"role":"user","content":"Say hello."}],"max_tokens":4096}"#)
  }

  @Test("Files are PDF, plain text or images")
  func writesFiles() throws {
    func file(_ media: MediaPart) throws -> String {
      let request = DialectTesting.simple { $0.messages[0].parts = [CanonicalPart(.file(media))] }
      let text = try written(request)
      return String(text.dropFirst(#"{"model":"m","messages":[{"role":"user","content":["#.count).prefix { $0 != "]" })
    }
    #expect(
      try file(MediaPart(.base64("AA=="), mediaType: "application/pdf", name: "n"))
        == #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AA=="},"title":"n"}"#)
    #expect(
      try file(MediaPart(.base64("aGkK"), mediaType: "text/csv"))
        == #"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"hi\n"}}"#)
    #expect(
      try file(MediaPart(.base64("AA=="), mediaType: "image/png"))
        == #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}"#)
  }

  @Test("A budget of any size is written without overflow, and the limit holds it")
  func writesBudgets() throws {
    func limits(_ maximum: Int, _ budget: Int, known: Int? = nil) throws -> String {
      let request = DialectTesting.simple {
        $0.maxOutputTokens = RawJSON(maximum)
        $0.reasoning.budget = budget
      }
      let text = try written(request) { $0.maximumOutput = known }
      return String(text.dropFirst(#"{"model":"m","messages":[{"role":"user","content":"Hi"}],"#.count))
    }
    #expect(
      try limits(100, 2000) == #""thinking":{"type":"enabled","budget_tokens":2000},"max_tokens":2100}"#)
    #expect(
      try limits(100, 1) == #""thinking":{"type":"enabled","budget_tokens":1024},"max_tokens":1124}"#)
    #expect(
      try limits(8000, 2000) == #""thinking":{"type":"enabled","budget_tokens":2000},"max_tokens":8000}"#)
    #expect(
      try limits(100, 40000, known: 32000)
        == #""thinking":{"type":"enabled","budget_tokens":16000},"max_tokens":32000}"#)
    #expect(try limits(100, .max).hasSuffix(#""max_tokens":\#(Int.max)}"#))
  }

  @Test("In the midst of calls without a thought there is no budget")
  func leavesThinkingOutInTheMidstOfCalls() throws {
    var request = DialectTesting.simple { $0.reasoning.effort = .low }
    let call = ToolCall(id: "a", name: "f", arguments: .json(.emptyObject))
    request.messages += [
      CanonicalMessage(.assistant, parts: [CanonicalPart(.toolCall(call))]),
      CanonicalMessage(.tool, parts: [CanonicalPart(.toolResult(ToolResult(callID: "a", parts: [.text("r")])))]),
    ]
    #expect(try !written(request).contains("thinking"))
    let dropped = try Dialect.anthropic.writeRequest(request, traits: TargetTraits(model: "m")).dropped
    #expect(dropped == [.reasoningEffort])
    var thought = ReasoningPart(text: "hm")
    thought.signature = "c2ln"
    request.messages[1].parts.insert(CanonicalPart(.reasoning(thought)), at: 0)
    #expect(try written(request).contains(#""thinking":{"type":"enabled","budget_tokens":1024}"#))
  }

  @Test("With thinking only the sampling that the API takes is written")
  func writesSampling() throws {
    func tail(_ change: (inout CanonicalRequest) -> Void) throws -> String {
      let request = DialectTesting.simple {
        $0.maxOutputTokens = RawJSON("9000")
        change(&$0)
      }
      return try #require(written(request).split(separator: "9000").last.map(String.init))
    }
    #expect(try tail { $0.sampling.temperature = RawJSON("1.5") } == #","temperature":1}"#)
    #expect(try tail { $0.sampling.topP = RawJSON("1e-1") } == #","top_p":1e-1}"#)
    #expect(
      try tail {
        $0.reasoning.budget = 2000
        $0.sampling.temperature = RawJSON("0.5")
        $0.sampling.topK = RawJSON("3")
        $0.sampling.topP = RawJSON("0.5")
      } == "}")
    #expect(
      try tail {
        $0.reasoning.budget = 2000
        $0.sampling.topP = RawJSON("0.97")
      } == #","top_p":0.97}"#)
  }

  @Test("A choice among some tools tells only these")
  func writesAllowedTools() throws {
    let request = DialectTesting.simple {
      $0.tools = ["f", "g"].map { CanonicalTool(name: $0, kind: .function(parameters: nil, isStrict: nil)) }
      $0.toolChoice = .allowed(["g"], isRequired: true)
    }
    let text = try written(request)
    #expect(text.contains(#""tools":[{"name":"g","#))
    #expect(!text.contains(#""name":"f""#))
    #expect(text.contains(#""tool_choice":{"type":"any"}"#))
  }

  @Test("An adaptive model is told the effort, and hidden thoughts are asked for as such")
  func writesAdaptiveThinking() throws {
    let request = DialectTesting.simple {
      $0.reasoning.isAdaptive = true
      $0.reasoning.effort = .high
      $0.reasoning.includesThoughts = false
    }
    let text = try written(request)
    #expect(text.contains(#""thinking":{"type":"adaptive","display":"omitted"}"#))
    #expect(text.contains(#""output_config":{"effort":"high"}"#))
  }

  @Test("Where the model has no schema, a forced call stands for it")
  func emulatesSchema() throws {
    var request = DialectTesting.simple { $0.output = .jsonObject }
    #expect(try written(request).contains(#""tool_choice":{"type":"tool","name":"json_response"}"#))
    request.tools = [CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil))]
    #expect(try written(request).contains(#""tool_choice":{"type":"any"}"#))
    request.toolChoice = .forbidden
    #expect(try written(request).contains(#""tool_choice":{"type":"tool","name":"json_response"}"#))
  }

  @Test(
    "Models before Claude 4.5 have no schemas, so theirs become a tool",
    arguments: [
      ("claude-3-5-sonnet-20241022", true), ("claude-3-7-sonnet@20250219", true), ("claude-sonnet-4-20250514", true),
      ("claude-opus-4-1-20250805", true), ("claude-sonnet-4-5-20250929", false), ("claude-haiku-4-5", false),
      ("claude-opus-5", false), ("some-other-model", false),
    ])
  func emulatesSchemaOfOldModels(model: String, isEmulated: Bool) throws {
    let request = DialectTesting.simple {
      $0.output = .jsonSchema(name: "r", description: nil, schema: RawJSON(#"{"type":"object"}"#), isStrict: true)
    }
    var traits = TargetTraits(model: model)
    traits.maximumOutput = 100
    let written = try Dialect.anthropic.writeRequest(request, traits: traits)
    #expect(written.emulated == (isEmulated ? [.responseFormat] : []))
    #expect(String(decoding: written.body, as: UTF8.self).contains("output_config") == !isEmulated)
  }

  @Test("A schema of something else than an object cannot become a tool")
  func refusesEmulationOfOtherSchemas() {
    let request = DialectTesting.simple {
      $0.output = .jsonSchema(name: "r", description: nil, schema: RawJSON(#"{"type":"array"}"#), isStrict: true)
    }
    #expect(throws: DialectFault.self) { try written(request) { $0.model = "claude-3-5-haiku-latest" } }
  }

  @Test("Citations go back where they are the API's own")
  func writesCitations() throws {
    let request = try read(
      #"""
      {"role":"user","content":"q"},{"role":"assistant","content":[{"type":"text","text":"a","citations":[
      {"type":"char_location","cited_text":"c","document_index":0,"document_title":null,"start_char_index":0,"end_char_index":1},
      {"type":"web_search_result_location","cited_text":"c","url":"https://x","title":"t","encrypted_index":""}]}]}
      """#)
    #expect(
      try written(request).contains(
        #""text":"a","citations":[{"type":"char_location","cited_text":"c","document_index":0,"document_title":null,"start_char_index":0,"end_char_index":1}]}"#
      ))
  }
}

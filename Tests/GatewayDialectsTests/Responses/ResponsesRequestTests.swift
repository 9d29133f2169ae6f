import GatewayCore
import GatewayDialects
import Testing

@Suite struct ResponsesRequestTests {
  private func request(_ body: String) throws -> CanonicalRequest { try OpenAITesting.request(.openAIResponses, body) }

  /// The `input` that is written of an input that is read.
  private func again(_ input: String) throws -> String? {
    try OpenAITesting.body(.openAIResponses, request(#"{"input":\#(input)}"#))["input"]?.raw.string
  }

  // MARK: Reading

  @Test func everyKindOfItemIsRead() throws {
    let body = #"""
      {"instructions":"be kind","input":[
        {"role":"developer","content":"d"},
        {"type":"message","role":"user","content":[
          {"type":"input_text","text":"a"},
          {"type":"input_image","image_url":"https://x/a.png","detail":"low"},
          {"type":"input_image","file_id":"file-1","detail":"high"},
          {"type":"input_file","file_url":"https://x/a.pdf"},
          {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}]},
        {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"one"},{"type":"summary_text","text":"two"}],"encrypted_content":"e"},
        {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"b","annotations":[]},{"type":"refusal","refusal":"no"}]},
        {"type":"function_call","id":"fc_1","call_id":"1","name":"f","arguments":"{\"x\":1}"},
        {"type":"custom_tool_call","call_id":"2","name":"c","input":"free"},
        {"type":"function_call_output","call_id":"1","output":[{"type":"input_text","text":"r"}]},
        {"type":"custom_tool_call_output","call_id":"2","output":"s"},
        {"type":"web_search_call","id":"ws_1","status":"completed"},
        {"type":"reasoning","id":"rs_2","summary":[]}]}
      """#
    #expect(
      OpenAITesting.lines(try request(body)) == [
        "system: text be kind", "developer: text d", "user: text a", "user: image at https://x/a.png - - low -",
        "user: image id file-1 - - high -", "user: file at https://x/a.pdf - - - -",
        "user: file base64 JVBE application/pdf a.pdf - -", "assistant: thought one\n\ntwo signed e",
        "assistant: text b", "assistant: refusal no", #"assistant: call 1 f {"x":1}"#,
        "assistant: custom call 2 c free", "tool: result 1: text r", "tool: result 2: text s",
        #"assistant: opaque web_search_call {"type":"web_search_call","id":"ws_1","status":"completed"}"#,
      ])
  }

  @Test func membersAreRead() throws {
    let body = #"""
      {"input":"a","max_output_tokens":20,"temperature":1.0,"top_p":0.5,"include":["message.output_text.logprobs"],
       "top_logprobs":2,"reasoning":{"effort":"max","summary":"detailed"},"text":{"verbosity":"low","format":{"type":"json_schema","name":"s","schema":{"b":1,"a":2},"strict":true}},
       "parallel_tool_calls":false,"store":true,"metadata":{"k":"v"},"prompt_cache_key":"p","service_tier":"flex",
       "safety_identifier":"u","truncation":"auto"}
      """#
    let request = try request(body)
    #expect(request.maxOutputTokens?.string == "20")
    #expect(request.logprobs == true)
    #expect(request.topLogprobs == 2)
    #expect(request.reasoning.effort == .xhigh)
    #expect(request.reasoning.summary == "detailed")
    #expect(request.verbosity == "low")
    #expect(
      request.output == .jsonSchema(name: "s", description: nil, schema: RawJSON(#"{"b":1,"a":2}"#), isStrict: true))
    #expect(request.parallelToolCalls == false)
    #expect(request.user == "u")
    let written = try OpenAITesting.written(.openAIResponses, request)
    #expect(written.dropped == [.unknown("truncation")])
    let again = try OpenAITesting.request(.openAIResponses, String(decoding: written.body, as: UTF8.self))
    #expect(again.logprobs == true)
    #expect(again.topLogprobs == 2)
    #expect(again.output == request.output)
    #expect(again.reasoning == request.reasoning)
    #expect(again.verbosity == "low")
    #expect(again.store == true)
  }

  // MARK: Writing

  @Test func itemsGoThereAndBack() throws {
    let input =
      #"[{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]},{"type":"custom_tool_call","call_id":"2","name":"c","input":"free"},{"type":"custom_tool_call_output","call_id":"2","output":"s"},{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"1","output":[{"type":"input_image","image_url":"https://x","detail":"auto"}]},{"type":"mcp_call","id":"m"}]"#
    #expect(try again(input) == input)
  }

  @Test func anEncryptedThoughtGoesBackWithoutAnID() throws {
    let input =
      #"[{"type":"reasoning","id":"rs_ours","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"e"}]"#
    #expect(
      try again(input)
        == #"[{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"e"}]"#)
  }

  @Test func anEmptyResultIsAnEmptyString() throws {
    var request = CanonicalRequest()
    let call = ToolCall(id: "1", name: "f", arguments: .string(.empty))
    request.messages = [
      CanonicalMessage(.assistant, parts: [CanonicalPart(.toolCall(call))]),
      CanonicalMessage(.tool, parts: [CanonicalPart(.toolResult(ToolResult(callID: "1", parts: [])))]),
    ]
    #expect(
      try OpenAITesting.body(.openAIResponses, request)["input"]?.raw.string
        == #"[{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"1","output":""}]"#
    )
  }

  @Test func choicesOfToolsGoThereAndBack() throws {
    let tools =
      #"[{"type":"function","name":"f","parameters":{},"strict":true},{"type":"custom","name":"c"},{"type":"web_search_preview"},{"type":"file_search","vector_store_ids":["v"]}]"#
    for choice in [
      #""auto""#, #""none""#, #""required""#, #"{"type":"function","name":"f"}"#, #"{"type":"custom","name":"c"}"#,
      #"{"type":"web_search_preview"}"#, #"{"type":"file_search"}"#,
      #"{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"},{"type":"custom","name":"c"},{"type":"file_search"}]}"#,
    ] {
      let body = try OpenAITesting.body(
        .openAIResponses, request(#"{"input":"a","tools":\#(tools),"tool_choice":\#(choice)}"#))
      #expect(body["tool_choice"]?.raw.string == choice)
      #expect(body["tools"]?.raw.string == tools)
    }
  }

  @Test(arguments: [
    (
      Dialect.openAIChat,
      RawJSON(#"{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"city":"Bern"}}}"#),
      #"{"type":"web_search","search_context_size":"low","user_location":{"type":"approximate","city":"Bern"}}"#
    ),
    (
      .anthropic,
      RawJSON(
        #"{"type":"web_search_20250305","name":"web_search","allowed_domains":["a.ch"],"user_location":{"type":"approximate","country":"CH"}}"#
      ),
      #"{"type":"web_search","filters":{"allowed_domains":["a.ch"]},"user_location":{"type":"approximate","country":"CH"}}"#
    ),
    (.gemini, RawJSON("{}"), #"{"type":"web_search"}"#),
  ])
  func theWebSearchOfOthersIsTranslated(dialect: Dialect, options: RawJSON, expected: String) throws {
    let request = OpenAITesting.simple {
      $0.tools = [CanonicalTool(name: "web_search", kind: .webSearch(dialect, options: options))]
      $0.toolChoice = .named("web_search")
    }
    let body = try OpenAITesting.body(.openAIResponses, request)
    #expect(body["tools"]?.raw.string == "[\(expected)]")
    #expect(body["tool_choice"]?.raw.string == #"{"type":"web_search"}"#)
  }

  @Test func whatTheAPIHasNoWordForGoesToAnotherTarget() {
    func refusal(_ change: (inout CanonicalRequest) -> Void) -> RequestPart? {
      OpenAITesting.refusal(.openAIResponses, OpenAITesting.simple(change))
    }
    func content(_ content: CanonicalPart.Content, _ role: CanonicalMessage.Role = .user) -> RequestPart? {
      refusal { $0.messages.append(CanonicalMessage(role, parts: [CanonicalPart(content)])) }
    }
    #expect(refusal { $0.choices = 2 } == .severalChoices)
    #expect(refusal { $0.stop = ["x"] } == .stopSequences)
    #expect(refusal { $0.modalities = ["audio"] } == .audioOutput)
    #expect(refusal { $0.modalities = ["image"] } == .imageOutput)
    #expect(refusal { $0.cachedContent = "c" } == .cachedContent)
    #expect(content(.audio(MediaPart(.base64("AA==")))) == .audio)
    #expect(content(.video(MediaPart(.url("https://x")))) == .video)
    #expect(content(.image(MediaPart(.url("https://x"))), .assistant) == .opaqueContent)
    #expect(content(.opaque(.anthropic, kind: "container_upload", .emptyObject), .assistant) == .opaqueContent)
    let blocked = RawJSON(#"{"blocked_domains":["a.ch"]}"#)
    #expect(
      refusal { $0.tools = [CanonicalTool(name: "w", kind: .webSearch(.anthropic, options: blocked))] } == .webSearch)
  }

  @Test func hintsWithoutAWordAreNamed() throws {
    let written = try OpenAITesting.written(
      .openAIResponses,
      OpenAITesting.simple {
        $0.sampling.seed = RawJSON(7)
        $0.prediction = .emptyObject
        $0.messages[0].name = "ann"
        $0.messages[0].parts[0].cacheControl = CacheControl()
      })
    #expect(Set(written.dropped) == [.seed, .prediction, .participantName, .cacheControl])
  }

  @Test func aLimitThatTheAPIRefusesIsTheLeastThatItTakes() throws {
    func limit(_ tokens: Int) throws -> Int? {
      try OpenAITesting.body(.openAIResponses, OpenAITesting.simple { $0.maxOutputTokens = RawJSON(tokens) })[
        "max_output_tokens"]?.int
    }
    #expect(try limit(1) == 16)
    #expect(try limit(17) == 17)
  }

  @Test func effortIsWrittenWhereTheModelTakesIt() throws {
    func body(_ model: String, _ effort: ReasoningRequest.Effort) throws -> JSONNode {
      try OpenAITesting.body(.openAIResponses, OpenAITesting.simple { $0.reasoning.effort = effort }) {
        $0.model = model
      }
    }
    let high = try body("gpt-5", .high)
    #expect(high["reasoning"]?.raw.string == #"{"effort":"high","summary":"auto"}"#)
    #expect(high["include"]?.raw.string == #"["reasoning.encrypted_content"]"#)
    #expect(try body("gpt-5", .off)["reasoning"] == nil)
    #expect(try body("gpt-5.2", .off)["reasoning"]?["effort"]?.string == "none")
    #expect(try body("gpt-4o", .high)["reasoning"] == nil)
    #expect(try body("gpt-4o", .high)["include"] == nil)
  }
}

import GatewayCore
import GatewayDialects
import Testing

@Suite struct OpenAIChatRequestTests {
  private func request(_ messages: String) throws -> CanonicalRequest {
    try OpenAITesting.request(.openAIChat, #"{"messages":[\#(messages)]}"#)
  }

  private func lines(_ messages: String) throws -> [String] { OpenAITesting.lines(try request(messages)) }

  // MARK: Reading

  @Test func everyKindOfPartIsRead() throws {
    let content = #"""
      {"role":"user","content":[
        {"type":"text","text":"a\"b"},
        {"type":"image_url","image_url":{"url":"https://x/a.png","detail":"high"}},
        {"type":"image_url","image_url":{"url":"data:image\/png;base64,AAA\/"}},
        {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}},
        {"type":"input_audio","input_audio":{"data":"https://x/a.mp3","format":"mp3"}},
        {"type":"video_url","video_url":{"url":"https://x/a.mp4"}},
        {"type":"file","file":{"file_data":"data:application/pdf;base64,JVBE","filename":"a.pdf"}},
        {"type":"file","file":{"file_id":"file-1"}}]}
      """#
    #expect(
      try lines(content) == [
        "user: text a\"b", "user: image at https://x/a.png - - high -", "user: image base64 AAA/ image/png - - -",
        "user: audio base64 UklG audio/wav - - -", "user: audio at https://x/a.mp3 audio/mpeg - - -",
        "user: video at https://x/a.mp4 - - - -", "user: file base64 JVBE application/pdf a.pdf - -",
        "user: file id file-1 - - - -",
      ])
  }

  @Test func instructionsStayWhereTheyStand() throws {
    let messages =
      #"{"role":"system","content":"a"},{"role":"user","content":"b"},{"role":"developer","content":"c"}"#
    #expect(try lines(messages) == ["system: text a", "user: text b", "developer: text c"])
    let body = try OpenAITesting.body(.openAIChat, request(messages))
    #expect(body["messages"]?.elements.map { $0["role"]?.string } == ["system", "user", "system"])
  }

  @Test func thoughtsGoByAllTheirNames() throws {
    let plain = #"{"role":"assistant","content":"x","reasoning_content":"hm"}"#
    let other = #"{"role":"assistant","content":"x","reasoning":"hm"}"#
    let details =
      #"{"role":"assistant","content":"x","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"s"},{"type":"reasoning.encrypted","data":"e"}]}"#
    let blocks =
      #"{"role":"assistant","content":"x","thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"redacted_thinking","data":"e"}]}"#
    let text = "assistant: text x"
    #expect(try lines(plain) == ["assistant: thought hm", text])
    #expect(try lines(other) == ["assistant: thought hm", text])
    let signed = ["assistant: thought hm signed s", "assistant: thought  redacted e", text]
    #expect(try lines(details) == signed)
    #expect(try lines(blocks) == signed)
  }

  @Test func aSignatureFromAStreamFindsItsThought() throws {
    let message =
      #"{"role":"assistant","content":"x","reasoning_content":"hm","reasoning_details":[{"type":"reasoning.text","text":"","signature":"s","index":0}]}"#
    #expect(try lines(message) == ["assistant: thought hm signed s", "assistant: text x"])
  }

  @Test func detailsOfAnUnknownKindDoNotHideTheThought() throws {
    let message =
      #"{"role":"assistant","content":"x","reasoning":"hm","reasoning_details":[{"type":"reasoning.new","data":1}]}"#
    #expect(try lines(message) == ["assistant: thought hm", "assistant: text x"])
  }

  @Test func theOlderFunctionsBecomeTools() throws {
    let body = #"""
      {"messages":[{"role":"user","content":"a"},
        {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{\"x\":1e-9}"}},
        {"role":"function","name":"f","content":"ok"}],
       "functions":[{"name":"f","parameters":{"type":"object"}}],"function_call":{"name":"f"}}
      """#
    let request = try OpenAITesting.request(.openAIChat, body)
    #expect(
      OpenAITesting.lines(request) == [
        "user: text a", #"assistant: call call_1 f {"x":1e-9}"#, "tool: result call_1: text ok",
      ])
    #expect(request.tools.map(\.name) == ["f"])
    #expect(request.toolChoice == .named("f"))
  }

  @Test func membersAreRead() throws {
    let body = #"""
      {"messages":[{"role":"user","content":"a"}],"model":"m","max_tokens":7,"max_completion_tokens":9,"n":2,
       "logprobs":true,"top_logprobs":3,"seed":12345678901234567890,"temperature":0.10,"stop":"x","user":"u",
       "reasoning_effort":"max","verbosity":"low","prediction":{"type":"content","content":"p"},
       "modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"},"service_tier":"flex","store":true,
       "stream":true,"stream_options":{"include_usage":true},"made_up":{"a":1}}
      """#
    let request = try OpenAITesting.request(.openAIChat, body)
    #expect(request.maxOutputTokens?.string == "9")
    #expect(request.choices == 2)
    #expect(request.logprobs == true)
    #expect(request.topLogprobs == 3)
    #expect(request.sampling.seed?.string == "12345678901234567890")
    #expect(request.sampling.temperature?.string == "0.10")
    #expect(request.stop == ["x"])
    #expect(request.reasoning.effort == .xhigh)
    #expect(request.includesUsage == true)
    #expect(request.parts == [.severalChoices, .logprobs, .audioOutput])
    let written = try OpenAITesting.written(.openAIChat, request)
    #expect(written.dropped == [.unknown("made_up")])
  }

  // MARK: Writing

  @Test func choicesOfToolsGoThereAndBack() throws {
    let tools =
      #"[{"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"c","format":{"type":"text"}}}]"#
    for choice in [
      #""auto""#, #""none""#, #""required""#, #"{"type":"function","function":{"name":"f"}}"#,
      #"{"type":"custom","custom":{"name":"c"}}"#,
      #"{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"c"}}]}}"#,
    ] {
      let request = try OpenAITesting.request(
        .openAIChat, #"{"messages":[{"role":"user","content":"a"}],"tools":\#(tools),"tool_choice":\#(choice)}"#)
      let body = try OpenAITesting.body(.openAIChat, request)
      #expect(body["tool_choice"]?.raw.string == choice)
      #expect(body["tools"]?.raw.string == tools)
    }
  }

  @Test func customCallsGoThereAndBack() throws {
    let messages =
      #"{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"custom","custom":{"name":"c","input":"a\nb"}}]},{"role":"tool","tool_call_id":"1","content":"ok"}"#
    let body = try OpenAITesting.body(.openAIChat, request(messages))
    #expect(body["messages"]?.raw.string == "[\(messages)]")
  }

  @Test func whatToolsHaveShownFollowsAllOfTheirResults() throws {
    var request = CanonicalRequest()
    func call(_ id: RawText) -> CanonicalPart {
      CanonicalPart(.toolCall(ToolCall(id: id, name: "f", arguments: .string("{}"))))
    }
    func result(_ id: RawText) -> CanonicalMessage {
      let image = CanonicalPart(.image(MediaPart(.base64("AA=="), mediaType: "image/png")))
      return CanonicalMessage(.tool, parts: [CanonicalPart(.toolResult(ToolResult(callID: id, parts: [image])))])
    }
    request.messages = [
      CanonicalMessage(.user, parts: [.text("a")]), CanonicalMessage(.assistant, parts: [call("1"), call("2")]),
      result("1"), result("2"), CanonicalMessage(.assistant, parts: [.text("b")]),
    ]
    func roles() throws -> [String?] {
      try OpenAITesting.body(.openAIChat, request)["messages"]?.elements.map { $0["role"]?.string } ?? []
    }
    #expect(try roles() == ["user", "assistant", "tool", "tool", "user", "assistant"])
    request.messages.removeLast()
    #expect(try roles() == ["user", "assistant", "tool", "tool", "user"])
    request.messages.append(CanonicalMessage(.user, parts: [.text("and?")]))
    #expect(try roles() == ["user", "assistant", "tool", "tool", "user"])
  }

  @Test func aMessageOfResultsOnlyIsNoEmptyMessageOfTheUser() throws {
    var request = CanonicalRequest()
    let call = ToolCall(id: "1", name: "f", arguments: .string("{}"))
    request.messages = [
      CanonicalMessage(.assistant, parts: [CanonicalPart(.toolCall(call))]),
      CanonicalMessage(.user, parts: [CanonicalPart(.toolResult(ToolResult(callID: "1", parts: [.text("ok")])))]),
    ]
    let roles = try OpenAITesting.body(.openAIChat, request)["messages"]?.elements.map { $0["role"]?.string }
    #expect(roles == ["assistant", "tool"])
  }

  @Test func whatChatHasNoWordForGoesToAnotherTarget() {
    func refusal(_ change: (inout CanonicalRequest) -> Void) -> RequestPart? {
      OpenAITesting.refusal(.openAIChat, OpenAITesting.simple(change))
    }
    func content(_ content: CanonicalPart.Content, role: CanonicalMessage.Role = .user) -> RequestPart? {
      refusal { $0.messages.append(CanonicalMessage(role, parts: [CanonicalPart(content)])) }
    }
    #expect(refusal { $0.previousResponseID = "r" } == .storedState)
    #expect(refusal { $0.cachedContent = "c" } == .cachedContent)
    #expect(
      refusal { $0.tools = [CanonicalTool(name: "w", kind: .webSearch(.anthropic, options: .emptyObject))] }
        == .webSearch)
    #expect(
      refusal {
        $0.tools = [CanonicalTool(name: "x", kind: .server(.openAIResponses, type: "mcp", definition: .emptyObject))]
      } == .serverTools)
    #expect(content(.audio(MediaPart(.url("https://x")))) == .audio)
    #expect(content(.image(MediaPart(.fileID("f")))) == .images)
    #expect(content(.file(MediaPart(.url("https://x")))) == .files)
    #expect(content(.opaque(.openAIResponses, kind: "computer_call", .emptyObject), role: .assistant) == .opaqueContent)
    #expect(content(.opaque(.openAIResponses, kind: "web_search_call", .emptyObject), role: .assistant) == nil)
  }

  @Test func effortIsWrittenWhereTheModelTakesIt() throws {
    func effort(_ model: String, _ effort: ReasoningRequest.Effort) throws -> String? {
      let request = OpenAITesting.simple { $0.reasoning.effort = effort }
      return try OpenAITesting.body(.openAIChat, request) { $0.model = model }["reasoning_effort"]?.string
    }
    #expect(try effort("gpt-5", .high) == "high")
    #expect(try effort("gpt-5", .off) == nil)
    #expect(try effort("gpt-5.1", .off) == "none")
    #expect(try effort("gpt-4o", .high) == nil)
  }

  @Test func cacheMarksPassOrAreNamed() throws {
    let request = OpenAITesting.simple {
      $0.messages[0].parts[0].cacheControl = CacheControl(ttl: "1h")
      $0.tools = [
        CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil), cacheControl: CacheControl())
      ]
    }
    let body = try OpenAITesting.body(.openAIChat, request)
    let text = body["messages"]?.elements.first { _ in true }?["content"]?.elements.first { _ in true }
    #expect(text?["cache_control"]?.raw.string == #"{"type":"ephemeral","ttl":"1h"}"#)
    #expect(body["tools"]?.elements.first { _ in true }?["cache_control"]?.raw.string == #"{"type":"ephemeral"}"#)
    let refused = try OpenAITesting.written(.openAIChat, request) { $0.refused = ["cache_control"] }
    #expect(refused.dropped == [.cacheControl])
    #expect(!String(decoding: refused.body, as: UTF8.self).contains("cache_control"))
  }
}

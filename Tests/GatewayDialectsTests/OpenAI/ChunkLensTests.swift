import GatewayCore
import GatewayDialects
import Testing

@Suite struct ChunkLensTests {
  @Test(arguments: [
    "{\"content\":\"x\"}", "{\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}", "{\"reasoning_content\":\"x\"}",
    "{\"reasoning\":\"x\"}", "{\"reasoning_details\":[{\"text\":\"x\"}]}", "{\"refusal\":\"x\"}",
    "{\"tool_calls\":[{\"index\":0}]}", "{\"function_call\":{\"name\":\"f\"}}", "{\"audio\":{\"id\":\"a\"}}",
    "{\"images\":[{}]}", "{\"role\":\"assistant\",\"content\":null,\"reasoning\":\" \"}",
  ])
  func seesContent(_ delta: String) throws {
    let chunk = try chunk("{\"choices\":[{\"index\":0,\"delta\":\(delta),\"finish_reason\":null}]}")
    #expect(chunk.hasContent)
    #expect(!chunk.hasFinishReason)
  }

  @Test(arguments: [
    "{}", "null", "{\"role\":\"assistant\"}", "{\"role\":\"assistant\",\"content\":\"\"}", "{\"content\":null}",
    "{\"tool_calls\":[]}", "{\"tool_calls\":null}", "{\"content\":\"\",\"reasoning_content\":null,\"refusal\":null}",
    "{\"function_call\":null}", "{\"name\":\"x\"}", "{\"content\":[]}",
  ])
  func seesNoContentInWhatSaysNothing(_ delta: String) throws {
    #expect(try !chunk("{\"choices\":[{\"index\":0,\"delta\":\(delta)}]}").hasContent)
  }

  @Test func seesContentOfAnyChoice() throws {
    let chunk = try chunk("{\"choices\":[{\"delta\":{\"content\":\"\"}},{\"delta\":{\"content\":\"x\"}}]}")
    #expect(chunk.hasContent)
  }

  @Test func seesTheTextOfCompletions() throws {
    #expect(
      try chunk("{\"object\":\"text_completion\",\"choices\":[{\"text\":\"x\",\"finish_reason\":null}]}").hasContent)
    #expect(try !chunk("{\"object\":\"text_completion\",\"choices\":[{\"text\":\"\"}]}").hasContent)
  }

  @Test(arguments: [
    ("\"stop\"", true), ("\"tool_calls\"", true), ("null", false), ("\"\"", false), ("\"null\"", false), ("1", false),
  ])
  func seesAFinishReason(_ reason: String, _ isThere: Bool) throws {
    #expect(try chunk("{\"choices\":[{\"delta\":{},\"finish_reason\":\(reason)}]}").hasFinishReason == isThere)
  }

  @Test func countsTheTextOfTheAnswer() throws {
    let payload = """
      {"id":"no","model":"no","choices":[{"delta":{"role":"no","content":"abc","reasoning":"中文","reasoning_content":"中",
      "tool_calls":[{"id":"no","type":"no","function":{"name":"f","arguments":"{\\"x\\":1}"}}]}}]}
      """
    #expect(try chunk(payload).text == TextCount(ascii: 3 + 1 + 7, other: 6))
  }

  @Test(arguments: [
    ("{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}", true),
    ("{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}", true),
    ("{\"choices\":null,\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}", true),
    ("{\"choices\":[],\"usage\":null}", false), ("{\"choices\":[]}", false),
    ("{\"choices\":[{\"delta\":{}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}", false),
  ])
  func tellsTheChunkThatIsOnlyUsage(_ payload: String, _ isUsageOnly: Bool) throws {
    #expect(try chunk(payload).isUsageOnly == isUsageOnly)
  }

  @Test(arguments: [
    (
      "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"code\":429}}", ProviderError(message: "m", type: "t", code: "429")
    ),
    ("{\"error\":\"m\"}", ProviderError(message: "m")),
    ("{\"id\":\"1\",\"choices\":[],\"error\":{\"message\":\"m\"}}", ProviderError(message: "m")),
    (
      "{\"code\":\"InvalidParameter\",\"message\":\"m\",\"request_id\":\"r\"}",
      ProviderError(message: "m", code: "InvalidParameter")
    ),
    (
      "{\"object\":\"error\",\"message\":\"m\",\"type\":\"T\",\"param\":null,\"code\":400}",
      ProviderError(message: "m", type: "T", code: "400")
    ),
    ("{\"base_resp\":{\"status_code\":1004,\"status_msg\":\"m\"}}", ProviderError(message: "m", code: "1004")),
    ("{\"x_groq\":{\"id\":\"1\",\"error\":\"m\"},\"choices\":[]}", ProviderError(message: "m")),
  ])
  func seesAnErrorInPlaceOfAChunk(_ payload: String, _ error: ProviderError) throws {
    #expect(try chunk(payload).error == error)
  }

  @Test(arguments: [
    "{\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"error\":null}", "{\"choices\":[],\"error\":\"\"}",
    "{\"choices\":[],\"error\":{}}", "{\"code\":\"a\",\"message\":\"m\",\"choices\":[{\"delta\":{}}]}",
    "{\"code\":\"\",\"message\":\"\"}", "{\"code\":200,\"message\":\"ok\"}", "{\"object\":\"chat.completion.chunk\"}",
    "{\"base_resp\":{\"status_code\":0,\"status_msg\":\"\"}}",
  ])
  func seesNoErrorWhereThereIsNone(_ payload: String) throws { #expect(try chunk(payload).error == nil) }

  @Test(arguments: ["", "[DONE]", "[]", "\"x\"", "{\"choices\":[}", "{\"choices\":[]} x", "null"])
  func throwsForWhatIsNoObject(_ payload: String) { #expect(throws: JSONFault.self) { try chunk(payload) } }

  @Test func acceptsHalfASurrogatePairFromAProvider() throws {
    let chunk = try chunk("{\"choices\":[{\"delta\":{\"content\":\"\\ud83d\"}}]}")
    #expect(chunk.hasContent)
    #expect(chunk.text == TextCount(ascii: 0, other: 3))
  }

  @Test(arguments: [
    ("stream-openai", [false, true, false, false], TokenUsage(inputUncached: 9, output: 2)),
    ("stream-deepseek", [false, true, true, false], TokenUsage(inputUncached: 12, output: 10, reasoning: 20)),
    ("stream-moonshot", [false, true, false], TokenUsage(inputUncached: 19, output: 13)),
    ("stream-groq", [false, true, false], TokenUsage(inputUncached: 18, output: 5)),
    ("stream-dashscope", [false, true, false, false], TokenUsage(inputUncached: 22, output: 17)),
  ])
  func readsTheStreamsOfProviders(_ name: String, _ content: [Bool], _ usage: TokenUsage) throws {
    let chunks = try payloads(name).map { try chunk($0) }
    #expect(chunks.map(\.hasContent) == content)
    #expect(chunks.filter(\.hasFinishReason).count == 1)
    #expect(chunks.compactMap(\.usage) == [usage])
    #expect(chunks.allSatisfy { $0.error == nil })
    // Usage has a chunk of its own where the provider follows `stream_options.include_usage`.
    #expect(chunks.contains(where: \.isUsageOnly) == ["stream-openai", "stream-dashscope"].contains(name))
  }

  @Test func readsAStreamThatFails() throws {
    let chunks = try payloads("stream-vllm-error").map { try chunk($0) }
    let error = ProviderError(message: "EngineCore encountered an issue.", type: "InternalServerError", code: "500")
    #expect(chunks.map(\.error) == [nil, error])
  }

  private func payloads(_ name: String) throws -> [String] {
    try fixture("openai/\(name).sse").split(separator: "\n").filter { $0.hasPrefix("data: {") }
      .map { String($0.dropFirst(6)) }
  }
}

import GatewayCore
import GatewayDialects
import Testing

@Suite("Answers of Bedrock")
struct BedrockAnswerTests {
  private func written(_ answer: CanonicalResponse, emulated: [Emulation] = []) -> String {
    String(decoding: BedrockAnswerWriter.write(answer, context: bedrockContext(emulated: emulated)), as: UTF8.self)
  }

  private func answer(_ parts: [CanonicalPart], _ finish: FinishReason?) -> CanonicalResponse {
    var answer = CanonicalResponse()
    var choice = CanonicalResponse.Choice(index: 0)
    choice.parts = parts
    choice.finish = finish
    answer.choices = [choice]
    return answer
  }

  @Test func readsTheFixtures() throws {
    #expect(
      summary(try bedrockAnswer(bedrockFixture("text.answer.json"))) == [
        "text Hello, Wörld! 😀\nIt's \"quoted\". []", "finish Optional(GatewayDialects.FinishReason.stop) -",
        "usage 8+4+0 9+0",
      ])
    #expect(
      summary(try bedrockAnswer(bedrockFixture("tools.answer.json"))) == [
        "text Let me look. []",
        #"call tooluse_kZJMlvQmRJ6eAyJE5GIl7Q get_weather {"city":"Zürich","days":2}"#,
        #"call tooluse_9aB1cD2eF3gH4iJ5kL6mN7 get_time {"tz":"Europe/Zurich","precise":1e-9}"#,
        "finish Optional(GatewayDialects.FinishReason.toolCalls) -", "usage 50+0+0 30+0",
      ])
    #expect(try bedrockAnswer(bedrockFixture("length.answer.json")).choices[0].finish == .length)
    #expect(try bedrockAnswer(bedrockFixture("filtered.answer.json")).choices[0].finish == .contentFilter)
    #expect(
      summary(try bedrockAnswer(bedrockFixture("thinking.answer.json")))[0]
        == "thought The user greets me. c2lnbmF0dXJl -")
  }

  @Test(arguments: ["text", "tools", "thinking", "length", "filtered"])
  func whatIsWrittenReadsTheSame(name: String) throws {
    let answer = try bedrockAnswer(bedrockFixture("\(name).answer.json"))
    #expect(summary(try bedrockAnswer(written(answer))) == summary(answer))
  }

  @Test func writesAnAnswer() throws {
    #expect(
      written(try bedrockAnswer(bedrockFixture("text.answer.json")))
        == #"{"output":{"message":{"role":"assistant","content":[{"text":"Hello, W\u00f6rld! \ud83d\ude00\nIt's \"quoted\"."}]}},"stopReason":"end_turn","usage":{"inputTokens":8,"outputTokens":9,"totalTokens":21,"cacheReadInputTokens":4,"cacheWriteInputTokens":0},"metrics":{"latencyMs":0}}"#
    )
  }

  @Test(
    arguments: [
      ("end_turn", FinishReason.stop), ("stop_sequence", .stop), ("tool_use", .toolCalls), ("max_tokens", .length),
      ("model_context_window_exceeded", .contextLength), ("guardrail_intervened", .contentFilter),
      ("content_filtered", .contentFilter), ("malformed_tool_use", .other("malformed_tool_use")),
      ("new", .other("new")),
    ])
  func readsWhyItStopped(reason: String, finish: FinishReason) throws {
    let answer = try bedrockAnswer(#"{"output":{"message":{"content":[]}},"stopReason":"\#(reason)"}"#)
    #expect(answer.choices[0].finish == finish)
  }

  @Test(
    arguments: [
      (FinishReason.stop, "end_turn"), (.length, "max_tokens"), (.contextLength, "model_context_window_exceeded"),
      (.toolCalls, "tool_use"), (.contentFilter, "content_filtered"), (.refusal, "content_filtered"),
      (.pause, "end_turn"), (.other("malformed_tool_use"), "malformed_tool_use"), (.other("x"), "end_turn"),
    ])
  func writesWhyItStopped(finish: FinishReason, reason: String) {
    #expect(written(answer([.text("x")], finish)).contains(#""stopReason":"\#(reason)""#))
  }

  @Test func callsAreToldEvenByModelsThatSayEndTurn() throws {
    let answer = try bedrockAnswer(
      #"{"output":{"message":{"content":[{"toolUse":{"toolUseId":"a","name":"f"}}]}},"stopReason":"end_turn"}"#)
    #expect(summary(answer) == ["call a f {}", "finish Optional(GatewayDialects.FinishReason.toolCalls) -"])
  }

  @Test func cachedTokensAreNotCountedTwice() throws {
    let answer = try bedrockAnswer(
      #"""
      {"output":{"message":{"content":[]}},"stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":5,
       "totalTokens":1008,"cacheReadInputTokens":800,"cacheWriteInputTokens":200,
       "cacheDetails":[{"ttl":"5m","inputTokens":150},{"ttl":"1h","inputTokens":50}]}}
      """#)
    var usage = TokenUsage(inputUncached: 3, inputCached: 800, cacheWrite: 200, output: 5)
    usage.cacheWrite1h = 50
    #expect(answer.usage == usage)
    #expect(written(answer).contains(#""totalTokens":1008"#))
  }

  @Test func absurdCountsAreImpossible() throws {
    let answer = try bedrockAnswer(
      #"{"output":{"message":{"content":[]}},"stopReason":"end_turn","usage":{"inputTokens":-3,"outputTokens":1e300}}"#)
    #expect(answer.usage == .impossible)
  }

  @Test func readsCitationsGuardsAndServerTools() throws {
    let answer = try bedrockAnswer(
      #"""
      {"output":{"message":{"content":[
       {"citationsContent":{"content":[{"text":"The sky "},{"text":"is blue."}],"citations":[{"title":"Sky","source":"https://a.example"}]}},
       {"toolUse":{"toolUseId":"s","name":"nova_grounding","input":{},"type":"server_tool_use"}},
       {"toolResult":{"toolUseId":"s","content":[],"type":"nova_grounding_result"}},
       {"image":{"format":"png","source":{"bytes":"iVBO"}}},{"reasoningContent":{"redactedContent":"c2Vj"}}]}},
       "stopReason":"stop_sequence","additionalModelResponseFields":{"stop_sequence":"END"},"serviceTier":{"type":"flex"}}
      """#)
    let expected = [
      #"text The sky is blue. ["Sky"]"#,
      #"opaque bedrock-converse toolUse {"toolUseId":"s","name":"nova_grounding","input":{},"type":"server_tool_use"}"#,
      #"opaque bedrock-converse toolResult {"toolUseId":"s","content":[],"type":"nova_grounding_result"}"#,
      "image image/png base64(iVBO)", "thought  - c2Vj", "finish Optional(GatewayDialects.FinishReason.stop) END",
    ]
    #expect(summary(answer) == expected)
    #expect(summary(try bedrockAnswer(written(answer))) == expected + ["usage 0+0+0 0+0"])
    #expect(answer.serviceTier == "flex")
    guard case .text(let text) = answer.choices[0].parts[0].content else { return }
    #expect(text.citations.first?.url == "https://a.example")
  }

  @Test(
    arguments: [
      (#"{"message":"x"}"#, "malformed answer: output.message.content is missing"),
      ("{}", "malformed answer: output.message.content is missing"),
      (#"{"output":{"message":{"content":"x"}}}"#, "malformed answer: output.message.content is missing"),
      (#"{"output":{"message":{"content":[]}}}"#, "malformed answer: stopReason is missing"),
      (
        #"{"output":{"message":{"content":[{"text":1}]}},"stopReason":"end_turn"}"#,
        "malformed answer: a text block without text"
      ),
      (
        #"{"output":{"message":{"content":[{"toolUse":{"name":"f"}}]}},"stopReason":"tool_use"}"#,
        "malformed answer: a toolUse without toolUseId or name"
      ),
    ])
  func malformedAnswersAreFaults(body: String, message: String) {
    #expect(throws: AnswerFault(message)) { _ = try bedrockAnswer(body) }
  }

  // MARK: Of other providers

  @Test func aForcedToolThatStandsForTheTextBecomesText() {
    let call = ToolCall(id: "a", name: "json_response", arguments: .json(RawJSON(#"{"city":"Paris"}"#)))
    let text = written(answer([CanonicalPart(.toolCall(call))], .toolCalls), emulated: [.responseFormat])
    #expect(text.contains(#"[{"text":"{\"city\":\"Paris\"}"}]}},"stopReason":"end_turn""#))
  }

  @Test func marksOfOtherProvidersComeBack() throws {
    let call = ToolCall(id: "a", name: "f", arguments: .string(#"{"x":1}"#), signature: "Gem+ini==")
    let thought = ReasoningPart(redacted: "gAAAA-_x")
    let text = written(answer([CanonicalPart(.reasoning(thought)), CanonicalPart(.toolCall(call))], .toolCalls))
    let document = try bedrockNode(text)
    let message = try #require(document["output"]?["message"]).raw.string
    let request = try readBedrock(#"{"messages":[\#(message)]}"#)
    let parts = request.messages[0].parts
    #expect(parts.map(summary) == ["thought  - gAAAA-_x", #"call a f {"x":1}"#])
    guard case .toolCall(let again) = parts[1].content else { return }
    #expect(again.signature == "Gem+ini==")
    // The same in a stream.
    let streamed = try frames(
      encoded([
        .partStarted(choice: 0, part: 0, .toolCall(id: "a", name: "f", kind: .function, signature: "Gem+ini==")),
        .partEnded(choice: 0, part: 0), .ended,
      ]))
    #expect(
      streamed.map(\.name) == [
        "messageStart", "contentBlockDelta", "contentBlockStop", "contentBlockStart", "contentBlockStop", "messageStop",
        "metadata",
      ])
  }

  @Test func aRefusalIsTextThatWasFiltered() {
    let text = written(answer([CanonicalPart(.refusal("I can't."))], .refusal))
    #expect(text.contains(#"[{"text":"I can't."}]}},"stopReason":"content_filtered""#))
  }

  @Test func brokenArgumentsAreKept() {
    let call = ToolCall(id: "", name: "f", arguments: .string("{"))
    #expect(
      written(answer([CanonicalPart(.toolCall(call))], nil)).contains(
        #"{"toolUse":{"toolUseId":"tooluse_0Ab9_1","name":"f","input":{"input":"{"}}}]}},"stopReason":"tool_use""#))
  }
}

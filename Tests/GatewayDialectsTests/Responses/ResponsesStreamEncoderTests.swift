import GatewayCore
import GatewayDialects
import Testing

@Suite struct ResponsesStreamEncoderTests {
  private func events(_ parts: [CanonicalPart], _ finish: FinishReason = .stop) throws -> [JSONNode] {
    try OpenAITesting.payloads(OpenAITesting.encoded(.openAIResponses, OpenAITesting.answer(parts, finish).deltas))
  }

  private static let parts: [CanonicalPart] = {
    var text = TextPart(text: "a\"")
    text.citations = [Citation(url: "u", title: "t")]
    return [
      CanonicalPart(.reasoning(ReasoningPart(text: "hm", signature: "s"))),
      CanonicalPart(.reasoning(ReasoningPart(redacted: "e"))), CanonicalPart(.text(text)),
      CanonicalPart(.toolCall(ToolCall(id: "1", name: "f", arguments: .string(.empty)))),
      CanonicalPart(.toolCall(ToolCall(kind: .custom, id: "2", name: "c", arguments: .string("x")))),
      CanonicalPart(.refusal("no")), CanonicalPart(.image(MediaPart(.base64("AA==")))),
    ]
  }()

  @Test func eventsComeInTheOrderOfTheAPI() throws {
    #expect(
      try events(Self.parts, .toolCalls).map { $0["type"]?.string?.dropFirst(9) } == [
        "created", "in_progress",
        "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta",
        "reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done",
        "output_item.added", "output_item.done",
        "output_item.added", "content_part.added", "output_text.delta", "output_text.annotation.added",
        "output_text.done", "content_part.done", "output_item.done",
        "output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
        "output_item.added", "custom_tool_call_input.delta", "custom_tool_call_input.done", "output_item.done",
        "output_item.added", "content_part.added", "refusal.delta", "refusal.done", "content_part.done",
        "output_item.done",
        "output_item.added", "output_item.done",
        "completed",
      ])
  }

  @Test func numbersAndIDsFitTogether() throws {
    let events = try events(Self.parts, .toolCalls)
    #expect(events.map { $0["sequence_number"]?.int } == Array(0..<events.count))
    var index = -1
    var id: String?
    for event in events {
      if event["type"]?.string == "response.output_item.added" {
        index += 1
        id = event["item"]?["id"]?.string
      }
      guard let place = event["output_index"]?.int else { continue }
      #expect(place == index)
      #expect((event["item_id"] ?? event["item"]?["id"])?.string == id)
    }
    let done = events.filter { $0["type"]?.string == "response.output_item.done" }.map { $0["item"]?.raw.string }
    #expect(events.last?["response"]?["output"]?.elements.map { $0.raw.string } == done)
  }

  @Test func theStreamEndsWithTheAnswerThatTheSameCallHasWithoutStreaming() throws {
    for finish in [FinishReason.toolCalls, .length, .contentFilter] {
      let answer = OpenAITesting.answer(Self.parts, finish)
      let plain = try OpenAITesting.written(.openAIResponses, answer)
      #expect(try events(Self.parts, finish).last?["response"]?.raw.string == plain.raw.string)
    }
  }

  @Test func theItemThatWasCutSaysSo() throws {
    let events = try events([.text("a"), .text("b")], .length)
    let statuses = events.filter { $0["type"]?.string == "response.output_item.done" }.map {
      $0["item"]?["status"]?.string
    }
    #expect(statuses == ["completed", "incomplete"])
    #expect(events.last?["type"]?.string == "response.incomplete")
    #expect(events.last?["response"]?["incomplete_details"]?["reason"]?.string == "max_output_tokens")
  }

  @Test func logprobsStandInTheTextThatIsDone() throws {
    let deltas: [CanonicalDelta] = [
      .partStarted(choice: 0, part: 0, .text), .text(choice: 0, part: 0, "a"),
      .logprobs(choice: 0, RawJSON(#"{"content":[{"token":"a"}]}"#)), .text(choice: 0, part: 0, "b"),
      .partEnded(choice: 0, part: 0), .logprobs(choice: 0, RawJSON(#"{"content":[{"token":"b"}]}"#)),
      .finished(choice: 0, .stop, stopSequence: nil), .ended,
    ]
    let events = try OpenAITesting.payloads(OpenAITesting.encoded(.openAIResponses, deltas))
    let done = events.first { $0["type"]?.string == "response.output_text.done" }
    #expect(done?["logprobs"]?.raw.string == #"[{"token":"a"},{"token":"b"}]"#)
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let answer = OpenAITesting.answer(Self.parts.dropLast(), .toolCalls)
    let stream = OpenAITesting.encoded(.openAIResponses, answer.deltas)
    let lines = OpenAITesting.lines(try OpenAITesting.streamed(.openAIResponses, stream).answer)
    #expect(
      lines == [
        "thought hm signed s", "thought  signed e", "text a\" [0..0 u]", "call 1 f {}", "custom call 2 c x",
        "refusal no", "finish toolCalls", "usage 0 0",
      ])
  }

  @Test func aFailureIsAFailedResponse() throws {
    let deltas: [CanonicalDelta] = [
      .partStarted(choice: 0, part: 0, .text), .text(choice: 0, part: 0, "a"),
      .failed(ProviderError(message: "down", code: "server_error")),
    ]
    let events = try OpenAITesting.payloads(OpenAITesting.encoded(.openAIResponses, deltas))
    let response = events.last?["response"]
    #expect(events.last?["type"]?.string == "response.failed")
    #expect(response?["status"]?.string == "failed")
    #expect(response?["error"]?.raw.string == #"{"code":"server_error","message":"down"}"#)
  }

  @Test func aPingIsAComment() {
    #expect(OpenAITesting.encoded(.openAIResponses, [.ping]) == ": ping\n\n")
  }

  @Test func theGatewaysFailureIsAnErrorEvent() throws {
    let event = String(
      decoding: Dialect.openAIResponses.errorEvent(GatewayError(.providerTimeout, "too late")), as: UTF8.self)
    #expect(
      event == "event: error\n"
        + #"data: {"type":"error","sequence_number":0,"code":"provider_timeout","message":"too late","param":null}"#
        + "\n\n")
    let failure = OpenAITesting.assembled(try OpenAITesting.deltas(.openAIResponses, event)).failure
    #expect(failure?.code == "provider_timeout")
  }
}

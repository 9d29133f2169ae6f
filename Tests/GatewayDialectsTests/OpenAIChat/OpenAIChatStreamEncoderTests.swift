import GatewayCore
import GatewayDialects
import Testing

@Suite struct OpenAIChatStreamEncoderTests {
  private func deltas(_ parts: [CanonicalPart], _ finish: FinishReason = .stop) -> [CanonicalDelta] {
    OpenAITesting.answer(parts, finish).deltas
  }

  /// The `delta` of every chunk.
  private func chunks(_ deltas: [CanonicalDelta]) throws -> [String] {
    try OpenAITesting.payloads(OpenAITesting.encoded(.openAIChat, deltas)).compactMap { chunk in
      chunk["choices"]?.elements.first { _ in true }?["delta"]?.raw.string
    }
  }

  @Test func functionsAndCustomToolsHaveTheirOwnMembers() throws {
    let parts: [CanonicalPart] = [
      CanonicalPart(.toolCall(ToolCall(id: "1", name: "f", arguments: .string("{}")))),
      CanonicalPart(.toolCall(ToolCall(kind: .custom, id: "2", name: "c", arguments: .string("x")))),
    ]
    #expect(
      try chunks(deltas(parts, .toolCalls)) == [
        #"{"role":"assistant","tool_calls":[{"index":0,"id":"1","type":"function","function":{"name":"f","arguments":""}}]}"#,
        #"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#,
        #"{"tool_calls":[{"index":1,"id":"2","type":"custom","custom":{"name":"c","input":""}}]}"#,
        #"{"tool_calls":[{"index":1,"custom":{"input":"x"}}]}"#, "{}",
      ])
  }

  @Test func aCallWithoutArgumentsHasAnEmptyObject() throws {
    let call = CanonicalPart(.toolCall(ToolCall(id: "1", name: "f", arguments: .string(.empty))))
    #expect(
      try chunks(deltas([call], .toolCalls)).contains(#"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#))
  }

  @Test func aSoundIsWritten() throws {
    var sound = MediaPart(.base64("AAAA"))
    sound.context = "hi"
    #expect(
      try chunks(deltas([CanonicalPart(.audio(sound))])).first
        == #"{"role":"assistant","audio":{"id":"audio_0123","data":"AAAA","expires_at":1700000000,"transcript":"hi"}}"#)
  }

  @Test func theStreamHasItsHeadInEveryChunkAndEndsWithTheUsage() throws {
    var answer = OpenAITesting.answer([.text("a")])
    answer.model = "gpt"
    answer.created = 5
    answer.serviceTier = "default"
    answer.systemFingerprint = "fp"
    answer.usage = TokenUsage(inputUncached: 3, output: 4)
    let stream = OpenAITesting.encoded(.openAIChat, answer.deltas)
    #expect(stream.hasSuffix("data: [DONE]\n\n"))
    let payloads = try OpenAITesting.payloads(stream)
    for chunk in payloads {
      #expect(chunk["id"]?.string == "chatcmpl-0123")
      #expect(chunk["object"]?.string == "chat.completion.chunk")
      #expect(chunk["model"]?.string == "gpt")
      #expect(chunk["created"]?.int == 5)
      #expect(chunk["service_tier"]?.string == "default")
      #expect(chunk["system_fingerprint"]?.string == "fp")
    }
    #expect(payloads.last?["choices"]?.isEmpty == true)
    #expect(payloads.last?["usage"]?["total_tokens"]?.int == 7)
  }

  @Test func choicesKeepTheirIndexAndEachHasARole() throws {
    var answer = OpenAITesting.answer([.text("a")])
    var second = CanonicalResponse.Choice(index: 1)
    second.parts = [.text("b")]
    second.finish = .length
    answer.choices.append(second)
    let stream = OpenAITesting.encoded(.openAIChat, answer.deltas)
    let read = try OpenAITesting.streamed(.openAIChat, stream)
    #expect(OpenAITesting.lines(read.answer) == ["text a", "finish stop", "text b", "finish length"])
    let roles = try OpenAITesting.payloads(stream).compactMap { chunk in
      chunk["choices"]?.elements.first { $0["delta"]?["role"] != nil }?["index"]?.int
    }
    #expect(roles == [0, 1])
  }

  @Test func aFailureIsAnErrorWithoutAnEnd() throws {
    let stream = OpenAITesting.encoded(
      .openAIChat, [.failed(ProviderError(message: "too long", code: "context_length_exceeded"))])
    #expect(
      stream
        == #"data: {"error":{"message":"too long","type":"api_error","param":null,"code":"context_length_exceeded"}}"#
        + "\n\n")
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    var text = TextPart(text: "a\"\n")
    text.citations = [Citation(url: "u", title: "t")]
    let parts: [CanonicalPart] = [
      CanonicalPart(.reasoning(ReasoningPart(text: "hm", signature: "s"))),
      CanonicalPart(.reasoning(ReasoningPart(redacted: "e"))), CanonicalPart(.text(text)),
      CanonicalPart(.toolCall(ToolCall(id: "1", name: "f", arguments: .string(#"{\"x\":1}"#), signature: "g"))),
      CanonicalPart(.refusal("no")),
      CanonicalPart(.image(MediaPart(.base64("AA=="), mediaType: "image/png"))),
    ]
    let answer = OpenAITesting.answer(parts, .toolCalls)
    let read = try OpenAITesting.streamed(.openAIChat, OpenAITesting.encoded(.openAIChat, answer.deltas))
    #expect(
      OpenAITesting.lines(read.answer)
        == OpenAITesting.lines(answer).map { $0.replacing("[-1..-1 u]", with: "[0..0 u]") })
  }
}

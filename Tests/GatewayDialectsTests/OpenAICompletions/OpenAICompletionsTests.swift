import GatewayCore
import GatewayDialects
import Testing

@Suite struct OpenAICompletionsTests {
  private static func with(_ members: String) -> String { #"{"prompt":"a",\#(members)}"# }

  // MARK: Requests

  @Test(arguments: [
    ("[]", ""), ("{}", "prompt"), (#"{"prompt":null}"#, "prompt"), (#"{"prompt":7}"#, "prompt"),
    (#"{"prompt":[]}"#, "prompt"), (#"{"prompt":[{}]}"#, "prompt[0]"), (#"{"prompt":["a",1.5]}"#, "prompt[1]"),
    (with(#""max_tokens":"x""#), "max_tokens"), (with(#""n":0"#), "n"), (with(#""stream":1"#), "stream"),
    (with(#""stop":7"#), "stop"), (with(#""stop":[7]"#), "stop[0]"), (with(#""temperature":"x""#), "temperature"),
    (with(#""logit_bias":[]"#), "logit_bias"), (with(#""logprobs":"x""#), "logprobs"), (with(#""echo":1"#), "echo"),
    (with(#""suffix":1"#), "suffix"), (with(#""best_of":"x""#), "best_of"), (with(#""n":3,"best_of":2"#), "best_of"),
    (with(#""stream_options":[]"#), "stream_options"),
  ])
  func aBadBodyIsRefusedWithItsPath(body: String, path: String) throws {
    let fault = try #require(try OpenAITesting.fault(.openAICompletions, body))
    #expect(fault.path == path)
    #expect(fault.kind == .invalid)
  }

  @Test(arguments: [
    (#"{"prompt":["a","b"]}"#, RequestPart.tokenInputs, "prompt"), (#"{"prompt":[1,2]}"#, .tokenInputs, "prompt"),
    (#"{"prompt":[[1],[2]]}"#, .tokenInputs, "prompt"), (with(#""logprobs":0"#), .logprobs, "logprobs"),
    (with(#""echo":true"#), .opaqueContent, "echo"), (with(#""suffix":"x""#), .opaqueContent, "suffix"),
    (with(#""best_of":2"#), .opaqueContent, "best_of"),
  ])
  func whatChatHasNotGoesToAnotherTarget(body: String, part: RequestPart, path: String) throws {
    let fault = try #require(try OpenAITesting.fault(.openAICompletions, body))
    #expect(fault.kind == .unsupported(part))
    #expect(fault.path == path)
  }

  @Test func thePromptBecomesTheUsersMessage() throws {
    let body = #"""
      {"model":"m","prompt":["Say\n"],"max_tokens":16,"n":2,"best_of":2,"echo":false,"suffix":"","logprobs":null,
       "stop":["x","y"],"temperature":0.0,"top_k":5,"seed":1,"user":"u","stream":true,"stream_options":{"include_usage":true},"made_up":1}
      """#
    let request = try OpenAITesting.request(.openAICompletions, body)
    #expect(OpenAITesting.lines(request) == ["user: text Say\n"])
    #expect(request.maxOutputTokens?.string == "16")
    #expect(request.choices == 2)
    #expect(request.stop == ["x", "y"])
    #expect(request.sampling.temperature?.string == "0.0")
    #expect(request.sampling.topK?.string == "5")
    #expect(request.includesUsage == true)
    #expect(request.unknown.map(\.name) == ["made_up"])
  }

  // MARK: Answers

  private var answer: CanonicalResponse {
    var answer = OpenAITesting.answer(
      [CanonicalPart(.reasoning(ReasoningPart(text: "hm"))), .text("a"), .text("b")], .toolCalls)
    var second = CanonicalResponse.Choice(index: 1)
    second.parts = [CanonicalPart(.refusal("no"))]
    second.finish = .length
    answer.choices.append(second)
    answer.systemFingerprint = "fp"
    answer.usage = TokenUsage(inputUncached: 1, output: 2)
    return answer
  }

  @Test func anAnswerIsItsTexts() throws {
    let body = try OpenAITesting.written(.openAICompletions, answer)
    #expect(body["id"]?.string == "cmpl-0123")
    #expect(body["object"]?.string == "text_completion")
    #expect(body["system_fingerprint"]?.string == "fp")
    #expect(body["usage"]?["total_tokens"]?.int == 3)
    #expect(
      body["choices"]?.raw.string
        == #"[{"text":"ab","index":0,"logprobs":null,"finish_reason":"stop"},{"text":"no","index":1,"logprobs":null,"finish_reason":"length"}]"#
    )
  }

  @Test func aStreamIsTheAnswerInPieces() throws {
    let stream = OpenAITesting.encoded(.openAICompletions, answer.deltas)
    #expect(stream.hasSuffix("data: [DONE]\n\n"))
    let payloads = try OpenAITesting.payloads(stream)
    var texts: [Int: String] = [:]
    var reasons: [Int: String] = [:]
    for payload in payloads {
      #expect(payload["object"]?.string == "text_completion")
      for choice in payload["choices"]?.elements.map({ $0 }) ?? [] {
        let index = choice["index"]?.int ?? -1
        texts[index, default: ""] += choice["text"]?.string ?? ""
        if let reason = choice["finish_reason"]?.string { reasons[index] = reason }
      }
    }
    #expect(texts == [0: "ab", 1: "no"])
    #expect(reasons == [0: "stop", 1: "length"])
    #expect(payloads.last?["usage"]?["total_tokens"]?.int == 3)
  }

  @Test func aFailureIsAnErrorWithoutAnEnd() {
    let stream = OpenAITesting.encoded(.openAICompletions, [.failed(ProviderError(message: "x", type: "t"))])
    #expect(stream == #"data: {"error":{"message":"x","type":"t","param":null,"code":null}}"# + "\n\n")
  }
}

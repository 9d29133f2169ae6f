import GatewayCore
import GatewayDialects
import Testing

@Suite("Answers of Gemini")
struct GeminiAnswerTests {
  private func read(_ candidates: String, _ members: String = "") throws -> CanonicalResponse {
    try DialectTesting.answer(
      .gemini, #"{"candidates":[\#(candidates)]\#(members),"responseId":"r-1","modelVersion":"g"}"#)
  }

  @Test("Every kind of part is read")
  func readsParts() throws {
    let answer = try read(
      #"""
      {"content":{"parts":[{"text":"hm ","thought":true},{"text":"yes","thought":true},{"text":"a"},
        {"text":"b","thoughtSignature":"c2ln"},{"inlineData":{"mimeType":"image/png","data":"AA=="}},
        {"executableCode":{"code":"1"}},{"functionCall":{"name":"f","args":{"x":1e-9}},"thoughtSignature":"Y2FsbA=="},
        {"functionCall":{"id":"own","name":"g"}}]},"finishReason":"STOP"}
      """#,
      #"""
      ,"usageMetadata":{"promptTokenCount":20,"toolUsePromptTokenCount":5,"cachedContentTokenCount":4,
        "candidatesTokenCount":9,"thoughtsTokenCount":3,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":6}],
        "candidatesTokensDetails":[{"modality":"TEXT","tokenCount":7},{"modality":"AUDIO","tokenCount":2}]}
      """#)
    #expect(
      DialectTesting.lines(answer) == [
        "thought hm yes signed - redacted -", "text a", "thought  signed c2ln redacted -", "text b",
        "image base64 AA== image/png -", #"opaque gemini executableCode {"executableCode":{"code":"1"}}"#,
        #"call call_r-1_0_0 f {"x":1e-9} signed Y2FsbA=="#, "call own g {} signed -", "finish toolCalls -",
        "usage 15+4+0+6 7+3+2",
      ])
  }

  @Test("Calls of two answers never share an id")
  func makesDistinctIDs() throws {
    func id(_ response: String) throws -> RawText? {
      let body =
        #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}}]}}],"responseId":"\#(response)"}"#
      let answer = try DialectTesting.answer(.gemini, body)
      guard case .toolCall(let call) = answer.choices.first?.parts.first?.content else { return nil }
      return call.id
    }
    #expect(try id("8kTTaKHkLqWkvdIP3bTZmAk") == "call_8kTTaKHkLqWkvdIP3bTZmAk_0_0")
    #expect(try id("8kTTaKHkLqWkvdIP3bTZmAl") != id("8kTTaKHkLqWkvdIP3bTZmAk"))
    #expect(try id(String(repeating: "a b", count: 99)).map(\.count) == 33)
  }

  @Test("Several candidates are several choices")
  func readsCandidates() throws {
    let answer = try read(
      #"{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP","index":0},"#
        + #"{"content":{"parts":[{"text":"b"}]},"finishReason":"MAX_TOKENS","index":1}"#)
    #expect(DialectTesting.lines(answer) == ["text a", "finish stop -", "text b", "finish length -"])
    #expect(
      DialectTesting.written(.gemini, answer) == #"{"candidates":["#
        + #"{"content":{"parts":[{"text":"a"}],"role":"model"},"finishReason":"STOP","index":0},"#
        + #"{"content":{"parts":[{"text":"b"}],"role":"model"},"finishReason":"MAX_TOKENS","index":1}],"#
        + #""modelVersion":"g","responseId":"0123"}"#)
  }

  @Test("Sources and log probabilities are read, and written as they were")
  func keepsGroundingAndLogprobs() throws {
    let grounding =
      #""groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://x","title":"t","domain":"x"}},"#
      + #"{"retrievedContext":{"uri":"gs://y","title":"u"}}]}"#
    let logprobs =
      #""logprobsResult":{"topCandidates":[{"candidates":[{"token":"a","logProbability":-0.10}]}],"#
      + #""chosenCandidates":[{"token":"a","logProbability":-0.10}]}"#
    let answer = try read(
      #"{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP",\#(logprobs),\#(grounding)}"#)
    #expect(
      DialectTesting.lines(answer) == [
        "text a [t https://x] [u gs://y]",
        #"logprobs {"content":[{"token":"a","logprob":-0.10,"bytes":[97],"top_logprobs":[{"token":"a","logprob":-0.10,"bytes":[97]}]}]}"#,
        "finish stop -",
      ])
    let written = DialectTesting.written(.gemini, answer)
    #expect(written.contains(grounding))
    #expect(written.contains(logprobs))
  }

  @Test(
    "Reasons to end are read",
    arguments: [
      ("STOP", FinishReason.stop), ("MAX_TOKENS", .length), ("SAFETY", .contentFilter), ("RECITATION", .contentFilter),
      ("SPII", .contentFilter), ("BLOCKLIST", .contentFilter), ("OTHER", .other("OTHER")),
    ])
  func readsFinish(word: String, reason: FinishReason) throws {
    #expect(try read(#"{"finishReason":"\#(word)"}"#).choices.first?.finish == reason)
  }

  @Test("A prompt that is blocked is filtered", arguments: ["SAFETY", "JAILBREAK", "NEW_REASON"])
  func readsBlocked(reason: String) throws {
    let answer = try DialectTesting.answer(.gemini, #"{"promptFeedback":{"blockReason":"\#(reason)"}}"#)
    #expect(DialectTesting.lines(answer) == ["finish contentFilter -"])
  }

  @Test("Usage is written in Google's buckets")
  func writesUsage() {
    var answer = CanonicalResponse()
    answer.usage = TokenUsage(
      inputUncached: 1, inputCached: 2, cacheWrite: 3, inputAudio: 4, output: 5, reasoning: 6, outputAudio: 7)
    let text = DialectTesting.written(.gemini, answer)
    #expect(
      text.contains(
        #""usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":12,"totalTokenCount":28,"cachedContentTokenCount":2,"#
          + #""promptTokensDetails":[{"modality":"TEXT","tokenCount":6},{"modality":"AUDIO","tokenCount":4}],"#
          + #""candidatesTokensDetails":[{"modality":"TEXT","tokenCount":5},{"modality":"AUDIO","tokenCount":7}],"#
          + #""thoughtsTokenCount":6}"#))
  }

  @Test("Media are written with what is known of them")
  func writesMedia() {
    var answer = CanonicalResponse()
    var choice = CanonicalResponse.Choice(index: 0)
    choice.parts = [
      CanonicalPart(.image(MediaPart(.base64("AA==")))), CanonicalPart(.image(MediaPart(.url("https://x/a.png")))),
    ]
    answer.choices = [choice]
    #expect(
      DialectTesting.written(.gemini, answer).contains(
        #""parts":[{"inlineData":{"mimeType":"image/png","data":"AA=="}},{"fileData":{"fileUri":"https://x/a.png"}}]"#))
  }

  @Test(
    "What is no answer is a fault",
    arguments: [
      "7", "{}", #"{"candidates":[]}"#, #"{"candidates":{"a":1}}"#, #"{"candidates":[7]}"#, #"{"candidates":[{}]}"#,
      #"{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]}"#, #"{"candidates":[{"index":-1}]}"#,
      #"{"candidates":[{"index":1e9,"finishReason":"STOP"}]}"#, #"{"candidates":[{"content":{"parts":[7]}}]}"#,
      #"{"candidates":[{"content":{"parts":[{"functionCall":{}}]}}]}"#,
      #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":[]}}]}}]}"#,
      #"{"error":{"code":500,"message":"no"}}"#,
    ])
  func refusesBroken(body: String) {
    #expect(throws: AnswerFault.self) { try DialectTesting.answer(.gemini, body) }
  }

  @Test("An error in a stream has the code of its cause")
  func writesErrors() {
    func start(_ error: ProviderError) -> String {
      String(DialectTesting.encoded(.gemini, [.failed(error)]).prefix { $0 != "," })
    }
    #expect(start(ProviderError(message: "m", type: "overloaded_error")) == #"data: {"error":{"code":503"#)
    #expect(start(ProviderError(message: "m", code: "rate_limit_exceeded")) == #"data: {"error":{"code":429"#)
    #expect(start(ProviderError(message: "m", code: "7")) == #"data: {"error":{"code":500"#)
  }
}

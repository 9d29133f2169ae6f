import GatewayCore
import GatewayDialects
import Testing

/// Where a part stands that a provider has no word for, in the words of the caller.
struct PartPlaceTests {
  private static let image = #"{"type":"image_url","image_url":{"url":"ftp://a/b.png"}}"#

  @Test(arguments: [
    (image, RequestPart.images, "messages[0].content[1].image_url.url"),
    (
      #"{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}"#, .images,
      "messages[0].content[1].image_url.url"
    ),
    (
      #"{"type":"input_audio","input_audio":{"data":"QUJD","format":"wav"}}"#, .audio,
      "messages[0].content[1].input_audio.data"
    ),
    (#"{"type":"file","file":{"file_id":"file-1"}}"#, .files, "messages[0].content[1].file.file_id"),
  ])
  func mediaAreNamedByTheirPlace(part: String, kind: RequestPart, path: String) throws {
    #expect(try place(of: kind, [part]) == path)
  }

  @Test func mediaOfSeveralFormsAreNotMistakenForEachOther() throws {
    let other = #"{"type":"image_url","image_url":{"url":"https://a/b.png"}}"#
    #expect(try place(of: .images, [other, Self.image]) == nil)
  }

  @Test func mediaOfAnotherKindAreNotNamed() throws { #expect(try place(of: .audio, [Self.image]) == nil) }

  @Test(arguments: [
    (RequestPart.logprobs, Dialect.openAIChat, "logprobs"),
    (.logprobs, .gemini, "generationConfig.responseLogprobs"),
    (.audioOutput, .openAIChat, "modalities"),
    (.imageOutput, .gemini, "generationConfig.responseModalities"),
    (.singleToolCalls, .anthropic, "tool_choice.disable_parallel_tool_use"),
    (.singleToolCalls, .dashscope, "parameters.parallel_tool_calls"),
    (.stopSequences, .bedrockConverse, "inferenceConfig.stopSequences"),
  ])
  func aPartWithAPlaceOfItsOwnIsNamedByIt(part: RequestPart, dialect: Dialect, path: String) {
    #expect(part.path(in: dialect) == path)
  }

  @Test(arguments: [
    (RequestPart.webSearch, Dialect.openAIChat, "web_search_options"),
    (.webSearch, .dashscope, "parameters.enable_search"),
    (.serverTools, .bedrockConverse, "toolConfig.tools"),
    (.cachedContent, .gemini, "cachedContent"),
    (.storedState, .openAIResponses, "previous_response_id"),
  ])
  func aPartHasAUsualPlace(part: RequestPart, dialect: Dialect, path: String) {
    #expect(part.path(in: dialect) == nil)
    #expect(part.usualPath(in: dialect) == path)
  }

  @Test(arguments: Dialect.allCases.filter { $0 != .bedrockConverse && $0 != .openAICompletions })
  func aGuardrailIsNeverLeftOut(dialect: Dialect) throws {
    #expect(DialectTesting.unsupported(dialect, try guarded()) == .guardrail)
  }

  @Test func aGuardrailGoesToBedrock() throws {
    #expect(try DialectTesting.written(.bedrockConverse, guarded()).contains(#""guardrailConfig":{"#))
  }

  private func guarded() throws -> CanonicalRequest {
    try DialectTesting.request(
      .bedrockConverse,
      #"{"messages":[{"role":"user","content":[{"text":"x"}]}],"guardrailConfig":{"guardrailIdentifier":"g"}}"#)
  }

  private func place(of kind: RequestPart, _ parts: [String]) throws -> String? {
    let content = ([#"{"type":"text","text":"x"}"#] + parts).joined(separator: ",")
    let body = #"{"model":"m","messages":[{"role":"user","content":[\#(content)]}]}"#
    let request = try DialectTesting.request(.openAIChat, body)
    return request.place(of: kind, in: try JSONDocument(Array(body.utf8)).root)
  }
}

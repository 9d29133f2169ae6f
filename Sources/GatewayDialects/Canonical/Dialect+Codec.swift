package import GatewayCore

/// Which reader and writer belong to which dialect: the one place that knows.
extension Dialect {
  // MARK: Requests

  /// - Parameter body: parsed with `refusesDuplicates`.
  package func readRequest(_ body: JSONNode) throws(DialectFault) -> CanonicalRequest {
    switch self {
    case .openAIChat: try OpenAIChatRequestReader.read(body)
    case .openAIResponses: try ResponsesRequestReader.read(body)
    case .openAICompletions: try OpenAICompletionsRequestReader.read(body)
    case .anthropic: try AnthropicRequestReader.read(body)
    case .gemini: try GeminiRequestReader.read(body)
    case .bedrockConverse: try BedrockRequestReader.read(body)
    case .cohere: try CohereRequestReader.read(body)
    case .dashscope: try DashScopeRequestReader.read(body)
    case .dify, .coze, .hunyuan, .minimax: throw DialectFault("no conversation is read as \(rawValue)")
    }
  }

  package func writeRequest(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    if self != .bedrockConverse, request.unknown.contains(where: { $0.name.equals("guardrailConfig") }) {
      throw DialectFault(unsupported: .guardrail, "guardrails are Bedrock's own", path: "guardrailConfig")
    }
    return switch self {
    case .openAIChat: try OpenAIChatRequestWriter.write(request, traits: traits)
    case .openAIResponses: try ResponsesRequestWriter.write(request, traits: traits)
    case .anthropic: try AnthropicRequestWriter.write(request, traits: traits)
    case .gemini: try GeminiRequestWriter.write(request, traits: traits)
    case .bedrockConverse: try BedrockRequestWriter.write(request, traits: traits)
    case .cohere: try CohereRequestWriter.write(request, traits: traits)
    case .dashscope: try DashScopeRequestWriter.write(request, traits: traits)
    case .dify: try DifyRequestWriter.write(request, traits: traits)
    case .coze: try CozeRequestWriter.write(request, traits: traits)
    case .hunyuan: try HunyuanRequestWriter.write(request, traits: traits)
    case .minimax: try MiniMaxRequestWriter.write(request, traits: traits)
    case .openAICompletions: throw DialectFault("no conversation is written as \(rawValue)")
    }
  }

  // MARK: Answers

  package func readAnswer(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    switch self {
    case .openAIChat: try OpenAIChatAnswerReader.read(body)
    case .openAIResponses: try ResponsesAnswerReader.read(body)
    case .anthropic: try AnthropicAnswerReader.read(body)
    case .gemini: try GeminiAnswerReader.read(body)
    case .bedrockConverse: try BedrockAnswerReader.read(body)
    case .cohere: try CohereAnswerReader.read(body)
    case .dashscope: try DashScopeAnswerReader.read(body)
    case .dify: try DifyAnswerReader.read(body)
    case .coze: try CozeAnswerReader.read(body)
    case .hunyuan: try HunyuanAnswerReader.read(body)
    case .minimax: try MiniMaxAnswerReader.read(body)
    case .openAICompletions: throw AnswerFault("no answer is read as \(rawValue)")
    }
  }

  package func writeAnswer(_ answer: CanonicalResponse, context: AnswerContext) -> [UInt8] {
    switch self {
    // Nobody calls in the last four.
    case .openAIChat, .dify, .coze, .hunyuan, .minimax: OpenAIChatAnswerWriter.write(answer, context: context)
    case .openAIResponses: ResponsesAnswerWriter.write(answer, context: context)
    case .openAICompletions: OpenAICompletionsAnswerWriter.write(answer, context: context)
    case .anthropic: AnthropicAnswerWriter.write(answer, context: context)
    case .gemini: GeminiAnswerWriter.write(answer, context: context)
    case .bedrockConverse: BedrockAnswerWriter.write(answer, context: context)
    case .cohere: CohereAnswerWriter.write(answer, context: context)
    case .dashscope: DashScopeAnswerWriter.write(answer, context: context)
    }
  }

  // MARK: Streams

  /// - Parameter finishesByDone: a streamed chat ends with `[DONE]` alone (see `Provider.Quirks`).
  package func streamDecoder(finishesByDone: Bool = false) -> any StreamDecoder {
    switch self {
    case .openAIChat, .openAICompletions: OpenAIChatStreamDecoder(finishesByDone: finishesByDone)
    case .openAIResponses: ResponsesStreamDecoder()
    case .anthropic: AnthropicStreamDecoder()
    case .gemini: GeminiStreamDecoder()
    case .bedrockConverse: BedrockStreamDecoder()
    case .cohere: CohereStreamDecoder()
    case .dashscope: DashScopeStreamDecoder()
    case .dify: DifyStreamDecoder()
    case .coze: CozeStreamDecoder()
    case .hunyuan: HunyuanStreamDecoder()
    case .minimax: MiniMaxStreamDecoder()
    }
  }

  package func streamEncoder(context: AnswerContext) -> any StreamEncoder {
    switch self {
    case .openAIChat, .dify, .coze, .hunyuan, .minimax: OpenAIChatStreamEncoder(context: context)
    case .openAIResponses: ResponsesStreamEncoder(context: context)
    case .openAICompletions: OpenAICompletionsStreamEncoder(context: context)
    case .anthropic: AnthropicStreamEncoder(context: context)
    case .gemini: GeminiStreamEncoder(context: context)
    case .bedrockConverse: BedrockStreamEncoder(context: context)
    case .cohere: CohereStreamEncoder(context: context)
    case .dashscope: DashScopeStreamEncoder(context: context)
    }
  }

  /// What the answer to a streamed request says of itself.
  package var streamContentType: StaticString {
    self == .bedrockConverse ? "application/vnd.amazon.eventstream" : "text/event-stream"
  }

  // MARK: Errors

  /// The body of an answer that refuses.
  package func errorBody(_ error: GatewayError) -> [UInt8] {
    switch self {
    case .openAIChat, .openAIResponses, .openAICompletions, .dify, .coze, .hunyuan, .minimax:
      ErrorEnvelope.body(error)
    case .anthropic: AnthropicErrorWriter.body(error)
    case .gemini: GeminiErrorWriter.body(error)
    case .bedrockConverse: BedrockErrorWriter.body(error)
    case .cohere: CohereErrorWriter.body(error)
    case .dashscope: DashScopeErrorWriter.body(error)
    }
  }

  /// What ends a stream that broke.
  package func errorEvent(_ error: GatewayError) -> [UInt8] {
    switch self {
    case .openAIChat, .openAICompletions, .dify, .coze, .hunyuan, .minimax: ErrorEnvelope.event(error)
    case .openAIResponses: ResponsesErrorWriter.event(error)
    case .anthropic: AnthropicErrorWriter.event(error)
    case .gemini: GeminiErrorWriter.event(error)
    case .bedrockConverse: BedrockErrorWriter.event(error)
    case .cohere: CohereErrorWriter.event(error)
    case .dashscope: DashScopeErrorWriter.event(error)
    }
  }
}

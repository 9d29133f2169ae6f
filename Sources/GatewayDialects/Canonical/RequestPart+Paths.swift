package import GatewayCore

extension RequestPart {
  /// What a model must be able to do; nil for what depends on the provider alone.
  package var capability: Capability? {
    switch self {
    case .tools, .toolChoice, .singleToolCalls: .tools
    case .webSearch: .webSearch
    case .structuredOutput: .structuredOutput
    case .severalChoices: .severalChoices
    case .logprobs: .logprobs
    case .images: .images
    case .audio: .audio
    case .video: .video
    case .files: .files
    case .audioOutput: .audioOutput
    case .imageOutput: .imageOutput
    default: nil
    }
  }

  /// Where the part stands in the body of a caller of that dialect; nil where it has no fixed place.
  package func path(in dialect: Dialect) -> String? {
    if dialect == .dashscope { return path(in: .openAIChat).map { "parameters." + $0 } }
    return switch self {
    case .severalChoices:
      switch dialect {
      case .gemini: "generationConfig.candidateCount"
      default: "n"
      }
    case .stopSequences:
      switch dialect {
      case .anthropic, .cohere: "stop_sequences"
      case .gemini: "generationConfig.stopSequences"
      case .bedrockConverse: "inferenceConfig.stopSequences"
      case .openAIChat, .openAICompletions, .openAIResponses, .dashscope, .dify, .coze, .hunyuan, .minimax: "stop"
      }
    case .structuredOutput:
      switch dialect {
      case .openAIResponses: "text.format"
      case .anthropic: "output_config.format"
      case .gemini: "generationConfig.responseJsonSchema"
      case .bedrockConverse: "outputConfig"
      case .openAIChat, .openAICompletions, .cohere, .dashscope, .dify, .coze, .hunyuan, .minimax: "response_format"
      }
    case .tools: dialect == .bedrockConverse ? "toolConfig.tools" : "tools"
    case .toolChoice:
      switch dialect {
      case .gemini: "toolConfig.functionCallingConfig"
      case .bedrockConverse: "toolConfig.toolChoice"
      default: "tool_choice"
      }
    default: nil
    }
  }
}

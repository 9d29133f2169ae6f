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
    case .tools, .toolChoice, .singleToolCalls: toolPath(in: dialect)
    case .severalChoices, .stopSequences, .logprobs: samplingPath(in: dialect)
    case .structuredOutput, .audioOutput, .imageOutput: outputPath(in: dialect)
    default: nil
    }
  }

  /// Where the part stands for the most part, for faults that do not know it better.
  package func usualPath(in dialect: Dialect) -> String? {
    switch self {
    case .serverTools, .webSearch: toolPath(in: dialect).map { dialect == .dashscope ? "parameters." + $0 : $0 }
    case .cachedContent: dialect == .gemini ? "cachedContent" : nil
    case .storedState: dialect == .openAIResponses ? "previous_response_id" : nil
    default: nil
    }
  }

  private func toolPath(in dialect: Dialect) -> String? {
    switch (self, dialect) {
    case (.toolChoice, .gemini): "toolConfig.functionCallingConfig"
    case (.toolChoice, .bedrockConverse): "toolConfig.toolChoice"
    case (.toolChoice, _): "tool_choice"
    case (.singleToolCalls, .anthropic): "tool_choice.disable_parallel_tool_use"
    case (.singleToolCalls, .openAIChat), (.singleToolCalls, .openAIResponses): "parallel_tool_calls"
    case (.singleToolCalls, _): nil
    case (.webSearch, .openAIChat): "web_search_options"
    case (.webSearch, .dashscope): "enable_search"
    case (_, .bedrockConverse): "toolConfig.tools"
    default: "tools"
    }
  }

  private func samplingPath(in dialect: Dialect) -> String? {
    switch (self, dialect) {
    case (.severalChoices, .gemini): "generationConfig.candidateCount"
    case (.severalChoices, _): "n"
    case (.stopSequences, .anthropic), (.stopSequences, .cohere): "stop_sequences"
    case (.stopSequences, .gemini): "generationConfig.stopSequences"
    case (.stopSequences, .bedrockConverse): "inferenceConfig.stopSequences"
    case (.stopSequences, _): "stop"
    case (_, .gemini): "generationConfig.responseLogprobs"
    case (_, .openAIResponses): "include"
    default: "logprobs"
    }
  }

  private func outputPath(in dialect: Dialect) -> String? {
    switch (self, dialect) {
    case (.structuredOutput, .openAIResponses): "text.format"
    case (.structuredOutput, .anthropic): "output_config.format"
    case (.structuredOutput, .gemini): "generationConfig.responseJsonSchema"
    case (.structuredOutput, .bedrockConverse): "outputConfig"
    case (.structuredOutput, _): "response_format"
    case (_, .gemini): "generationConfig.responseModalities"
    case (_, .openAIChat): "modalities"
    default: nil
    }
  }
}

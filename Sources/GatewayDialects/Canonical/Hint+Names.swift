package import GatewayCore

extension Hint {
  /// The member as a caller of that dialect writes it: for `x-sluice-dropped`.
  package func name(in dialect: Dialect) -> String {
    let isCamelCase = dialect == .gemini || dialect == .bedrockConverse
    switch self {
    case .temperature: return "temperature"
    case .topP: return isCamelCase ? "topP" : dialect == .cohere ? "p" : "top_p"
    case .topK: return isCamelCase ? "topK" : dialect == .cohere ? "k" : "top_k"
    case .minP: return "min_p"
    case .frequencyPenalty: return isCamelCase ? "frequencyPenalty" : "frequency_penalty"
    case .presencePenalty: return isCamelCase ? "presencePenalty" : "presence_penalty"
    case .repetitionPenalty: return "repetition_penalty"
    case .seed: return "seed"
    case .logitBias: return "logit_bias"
    case .user: return dialect == .anthropic ? "metadata.user_id" : "user"
    case .metadata:
      return dialect == .gemini ? "labels" : dialect == .bedrockConverse ? "requestMetadata" : "metadata"
    case .serviceTier: return isCamelCase ? "serviceTier" : "service_tier"
    case .store: return "store"
    case .promptCacheKey: return "prompt_cache_key"
    case .verbosity: return dialect == .openAIResponses ? "text.verbosity" : "verbosity"
    case .prediction: return "prediction"
    case .parallelToolCalls:
      return dialect == .anthropic ? "tool_choice.disable_parallel_tool_use" : "parallel_tool_calls"
    case .safetySettings: return dialect == .cohere ? "safety_mode" : "safetySettings"
    case .cacheControl: return dialect == .bedrockConverse ? "cachePoint" : "cache_control"
    case .reasoningEffort:
      switch dialect {
      case .openAIResponses: return "reasoning"
      case .anthropic, .cohere: return "thinking"
      case .gemini: return "thinkingConfig"
      case .openAIChat, .openAICompletions, .bedrockConverse, .dify, .coze, .hunyuan, .minimax:
        return "reasoning_effort"
      case .dashscope: return "enable_thinking"
      }
    case .reasoningSummary: return "reasoning.summary"
    case .strict: return "strict"
    case .imageDetail: return "detail"
    case .participantName: return "name"
    case .citations: return "citations"
    case .toolError: return dialect == .bedrockConverse ? "status" : dialect == .gemini ? "error" : "is_error"
    case .unknown(let name): return name
    }
  }
}

extension ProviderError {
  /// What an error means, where providers say the same in many ways.
  package enum Meaning: String, CaseIterable, Hashable, Sendable {
    /// The input, or the input and the answer that was asked for, is longer than the model's context.
    case contextLength = "context_length_exceeded"
    /// The input or the answer was refused by the provider's content rules.
    case contentPolicy = "content_policy_violation"
  }

  /// From the code first, which is made for programs; else from the words.
  package var meaning: Meaning? {
    for label in [code, type] {
      guard let label = label?.lowercased() else { continue }
      if Self.contextCodes.contains(label) { return .contextLength }
      if Self.contentCodes.contains(label) { return .contentPolicy }
    }
    let words = message.lowercased()
    if Self.contextWords.contains(where: { $0.allSatisfy(words.contains) }) { return .contextLength }
    if Self.contentWords.contains(where: { $0.allSatisfy(words.contains) }) { return .contentPolicy }
    return nil
  }

  /// The code that callers are told: OpenAI's own for what has one, else the provider's.
  package var publicCode: String? { meaning?.rawValue ?? code }

  private static let contextCodes: Set<String> = [
    "context_length_exceeded", "string_above_max_length", "model_context_window_exceeded", "request_too_long",
    // Zhipu; Baidu.
    "1261", "336007",
  ]

  private static let contentCodes: Set<String> = [
    "content_policy_violation", "content_filter", "moderation_blocked", "responsibleaipolicyviolation",
    "data_inspection_failed", "datainspectionfailed", "sensitivecontentdetected", "inputtextsensitivecontentdetected",
    "outputtextsensitivecontentdetected", "inputimagesensitivecontentdetected",
    "operationdenied.textillegaldetected", "operationdenied.imageillegaldetected",
    // Zhipu; MiniMax, input and output; Spark, input and output; Baidu.
    "1301", "1026", "1027", "10013", "10014", "336104",
  ]

  /// All words of one line.
  private static let contextWords: [[String]] = [
    ["maximum context length"],  // OpenAI, vLLM, DeepSeek, OpenRouter, Mistral
    ["prompt is too long"],  // Anthropic, Fireworks
    ["exceed context limit"],  // Anthropic
    ["input token count", "exceeds the maximum"],  // Gemini
    ["input is too long for requested model"],  // Bedrock
    ["too many input tokens"],  // Bedrock
    ["too many tokens", "cannot exceed"],  // Cohere
    ["reduce the length of the messages"],  // OpenAI, Groq
    ["range of input length should be"],  // DashScope
    ["exceeded model token limit"],  // Moonshot
    ["maximum prompt length"],  // xAI
    ["context window", "exceed"], ["context size", "exceed"],  // llama.cpp, LM Studio
    ["exceed max message tokens"],  // Ark
    ["`inputs` must have less than"], ["inputs` tokens +"],  // TGI, Together
    ["context length", "exceed"], ["prompt too long"], ["input length", "exceeds"],
  ]

  private static let contentWords: [[String]] = [
    ["content management policy"],  // Azure
    ["blocked by content filtering policy"],  // Anthropic
    ["content violates usage guidelines"],  // xAI
    ["rejected", "safety system"],  // OpenAI's images
    ["inappropriate content"],  // DashScope
    ["high risk"],  // Moonshot
    ["content exists risk"],  // DeepSeek
    ["flagged", "moderation"],  // OpenRouter
  ]
}

package import GatewayCore

/// `parameters:` of a model go by the names of OpenAI chat; other dialects call the same members otherwise, and some keep them in
/// an object of their own.
extension ParameterPolicy {
  /// Whether a body in a dialect can be spliced for the policy; else it must be read and written anew.
  package func canBeSpliced(in dialect: Dialect, lens: RequestLens, body: UnsafeRawBufferPointer) -> Bool {
    isEmpty || spelled(in: dialect, lens: lens, body: body) != nil
  }

  /// - Returns: nil where a name has no word in the dialect, or the caller's body leaves it open where the word belongs.
  func spelled(in dialect: Dialect, lens: RequestLens, body: UnsafeRawBufferPointer) -> SpelledParameters? {
    if dialect == .openAIChat || dialect == .openAICompletions { return SpelledParameters(policy: self, home: .top) }
    guard renames.isEmpty, let words = Self.words[dialect] else { return nil }
    guard let home = SpelledParameters.Home(dialect, lens: lens, body: body) else { return nil }
    var policy = ParameterPolicy()
    for (name, value) in defaults {
      guard let word = words[name].flatMap(home.spelling) else { return nil }
      let isSingle = Self.lists.contains(word) && value.bytes.first == UInt8(ascii: "\"")
      var value = value
      if isSingle { value.bytes = [UInt8(ascii: "[")] + value.bytes + [UInt8(ascii: "]")] }
      policy.defaults.append((word, value))
    }
    for (name, range) in clamps {
      guard let word = words[name].flatMap(home.spelling) else { return nil }
      policy.clamps.append((word, range))
    }
    return SpelledParameters(policy: policy, home: home)
  }

  /// Words whose value is a list, where chat takes a single text, too.
  private static let lists: Set = ["stop_sequences", "stopSequences"]

  private static let words: [Dialect: [String: String]] = [
    .openAIResponses: [
      "max_tokens": "max_output_tokens", "max_completion_tokens": "max_output_tokens", "temperature": "temperature",
      "top_p": "top_p", "user": "user", "metadata": "metadata", "store": "store", "service_tier": "service_tier",
      "parallel_tool_calls": "parallel_tool_calls", "top_logprobs": "top_logprobs",
      "prompt_cache_key": "prompt_cache_key", "safety_identifier": "safety_identifier",
    ],
    .anthropic: [
      "max_tokens": "max_tokens", "max_completion_tokens": "max_tokens", "temperature": "temperature",
      "top_p": "top_p", "top_k": "top_k", "stop": "stop_sequences", "service_tier": "service_tier",
    ],
    .cohere: [
      "max_tokens": "max_tokens", "max_completion_tokens": "max_tokens", "temperature": "temperature", "top_p": "p",
      "top_k": "k", "seed": "seed", "frequency_penalty": "frequency_penalty", "presence_penalty": "presence_penalty",
      "stop": "stop_sequences",
    ],
    .gemini: [
      "max_tokens": "maxOutputTokens", "max_completion_tokens": "maxOutputTokens", "temperature": "temperature",
      "top_p": "topP", "top_k": "topK", "seed": "seed", "frequency_penalty": "frequencyPenalty",
      "presence_penalty": "presencePenalty", "stop": "stopSequences",
    ],
    .bedrockConverse: [
      "max_tokens": "maxTokens", "max_completion_tokens": "maxTokens", "temperature": "temperature", "top_p": "topP",
      "stop": "stopSequences",
    ],
    .dashscope: [
      "max_tokens": "max_tokens", "max_completion_tokens": "max_tokens", "temperature": "temperature",
      "top_p": "top_p", "top_k": "top_k", "seed": "seed", "stop": "stop", "repetition_penalty": "repetition_penalty",
      "presence_penalty": "presence_penalty",
    ],
  ]
}

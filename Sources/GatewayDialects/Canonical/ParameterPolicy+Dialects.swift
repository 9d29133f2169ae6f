package import GatewayCore

/// `parameters:` of a model go by the names of OpenAI chat; other dialects call the same members otherwise.
extension ParameterPolicy {
  /// The policy in the words of a dialect whose members stand at the top level, so that a body in it can be spliced.
  ///
  /// - Returns: nil where a name has no such word: the request must be read and written anew.
  package func spelled(in dialect: Dialect) -> ParameterPolicy? {
    if isEmpty || dialect == .openAIChat || dialect == .openAICompletions { return self }
    guard renames.isEmpty, let words = Self.words[dialect] else { return nil }
    var policy = ParameterPolicy()
    for (name, value) in defaults {
      guard let word = words[name] else { return nil }
      let isSingle = word == "stop_sequences" && value.bytes.first == UInt8(ascii: "\"")
      var value = value
      if isSingle { value.bytes = [UInt8(ascii: "[")] + value.bytes + [UInt8(ascii: "]")] }
      policy.defaults.append((word, value))
    }
    for (name, range) in clamps {
      guard let word = words[name] else { return nil }
      policy.clamps.append((word, range))
    }
    return policy
  }

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
  ]
}

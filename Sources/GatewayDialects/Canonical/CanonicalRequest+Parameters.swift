package import GatewayCore

/// `parameters:` of a model, by the names of OpenAI chat, on a request that is written in another dialect.
extension CanonicalRequest {
  /// Renames are left out: they are between members of OpenAI's own dialect.
  package mutating func apply(_ policy: ParameterPolicy) {
    for (name, value) in policy.defaults where !has(name) { set(name, RawJSON(written: value.bytes)) }
    for (name, range) in policy.clamps {
      guard let field = Self.numbers[name], let number = self[keyPath: field]?.node?.double else { continue }
      let clamped = min(max(number, range.lowerBound), range.upperBound)
      if clamped != number { self[keyPath: field] = Self.digits(clamped) }
    }
  }

  private static let numbers: [String: any WritableKeyPath<CanonicalRequest, RawJSON?> & Sendable] = [
    "temperature": \.sampling.temperature, "top_p": \.sampling.topP, "top_k": \.sampling.topK, "min_p": \.sampling.minP,
    "frequency_penalty": \.sampling.frequencyPenalty, "presence_penalty": \.sampling.presencePenalty,
    "repetition_penalty": \.sampling.repetitionPenalty, "seed": \.sampling.seed, "max_tokens": \.maxOutputTokens,
    "max_completion_tokens": \.maxOutputTokens,
  ]

  private func has(_ name: String) -> Bool {
    if let field = Self.numbers[name] { return self[keyPath: field] != nil }
    switch name {
    case "stop": return !stop.isEmpty
    case "logit_bias": return sampling.logitBias != nil
    case "n": return choices != nil
    case "user": return user != nil
    case "metadata": return metadata != nil
    case "service_tier": return serviceTier != nil
    case "reasoning_effort": return reasoning.effort != nil || reasoning.budget != nil || reasoning.isAdaptive
    case "parallel_tool_calls": return parallelToolCalls != nil
    case "verbosity": return verbosity != nil
    default: return unknown.contains { $0.name.string == name }
    }
  }

  private mutating func set(_ name: String, _ value: RawJSON) {
    if let field = Self.numbers[name] {
      self[keyPath: field] = value
      return
    }
    guard let node = value.node else { return }
    switch name {
    case "stop": stop = node.text.map { [$0] } ?? node.elements.compactMap(\.text)
    case "logit_bias": sampling.logitBias = value
    case "n": choices = node.int
    case "user": user = node.text
    case "metadata": metadata = value
    case "service_tier": serviceTier = node.text
    case "reasoning_effort": reasoning.effort = node.string.flatMap(ReasoningRequest.Effort.init(rawValue:))
    case "parallel_tool_calls": parallelToolCalls = node.bool
    case "verbosity": verbosity = node.text
    default: unknown.append((RawText(name), value))
    }
  }

  /// Without a point where the number is whole: `max_tokens` takes no other.
  private static func digits(_ number: Double) -> RawJSON {
    if let whole = Int(exactly: number) { return RawJSON(whole) }
    return RawJSON(written: Array("\(number)".utf8))
  }
}

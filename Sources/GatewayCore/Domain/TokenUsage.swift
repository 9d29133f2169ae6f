/// Tokens of one attempt in disjoint buckets: each token is counted in exactly one, so that a sum is a total and a price
/// is never charged twice. (OpenAI counts cached tokens within the prompt, Anthropic beside it; dialects normalise.)
package struct TokenUsage: Hashable, Sendable {
  /// Prompt tokens that were read at the full price.
  package var inputUncached: Int = 0
  /// Prompt tokens served from the provider's prompt cache.
  package var inputCached: Int = 0
  /// Prompt tokens written to the provider's prompt cache.
  package var cacheWrite: Int = 0
  /// Those of `cacheWrite` that are kept for an hour, which some providers bill otherwise.
  package var cacheWrite1h: Int = 0
  /// Prompt tokens of audio.
  package var inputAudio: Int = 0
  /// Visible answer tokens.
  package var output: Int = 0
  /// Hidden reasoning tokens.
  package var reasoning: Int = 0
  /// Answer tokens of audio.
  package var outputAudio: Int = 0
  /// Counted by the gateway because the provider sent no usage, or one that cannot be.
  package var isEstimated: Bool = false
  /// The provider sent one that cannot be.
  package var isImplausible: Bool = false

  package init(
    inputUncached: Int = 0, inputCached: Int = 0, cacheWrite: Int = 0, inputAudio: Int = 0, output: Int = 0,
    reasoning: Int = 0, outputAudio: Int = 0, isEstimated: Bool = false
  ) {
    self.inputUncached = inputUncached
    self.inputCached = inputCached
    self.cacheWrite = cacheWrite
    self.inputAudio = inputAudio
    self.output = output
    self.reasoning = reasoning
    self.outputAudio = outputAudio
    self.isEstimated = isEstimated
  }

  /// A thousand times what one call can use.
  package static let largestCount = 1_000_000_000

  /// What dialects read where a provider reports less than nothing. Not so little that a sum could hide it.
  package static let impossible = TokenUsage(inputUncached: -(1 << 50))

  /// nil where a provider reports what nobody can have used: it is treated as no report.
  package var plausible: TokenUsage? {
    let counts = [inputUncached, inputCached, cacheWrite, cacheWrite1h, inputAudio, output, reasoning, outputAudio]
    return counts.allSatisfy { (0...Self.largestCount).contains($0) } ? self : nil
  }

  /// What is counted where a provider has reported `reported`, or nothing.
  ///
  /// - Parameter estimate: what the gateway has counted itself.
  package static func settled(_ reported: TokenUsage?, estimate: @autoclosure () -> TokenUsage) -> TokenUsage {
    if let plausible = reported?.plausible { return plausible }
    var usage = estimate()
    usage.isImplausible = reported != nil
    return usage
  }

  package var totalInput: Int { inputUncached &+ inputCached &+ cacheWrite &+ inputAudio }
  package var totalOutput: Int { output &+ reasoning &+ outputAudio }
  package var total: Int { totalInput &+ totalOutput }
}

extension TokenUsage {
  /// The tokens of both; estimated when one of them is.
  package func adding(_ other: TokenUsage) -> TokenUsage {
    var sum = TokenUsage(
      inputUncached: inputUncached &+ other.inputUncached, inputCached: inputCached &+ other.inputCached,
      cacheWrite: cacheWrite &+ other.cacheWrite, inputAudio: inputAudio &+ other.inputAudio,
      output: output &+ other.output, reasoning: reasoning &+ other.reasoning,
      outputAudio: outputAudio &+ other.outputAudio, isEstimated: isEstimated || other.isEstimated)
    sum.cacheWrite1h = cacheWrite1h &+ other.cacheWrite1h
    sum.isImplausible = isImplausible || other.isImplausible
    return sum
  }
}

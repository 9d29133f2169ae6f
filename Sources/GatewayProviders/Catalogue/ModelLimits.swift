/// The longest answer of models that must be told one with every request.
/// Source: https://docs.anthropic.com/en/docs/about-claude/models/overview
package enum ModelLimits {
  /// Tokens; `nil`: unknown.
  ///
  /// - Parameter model: as any provider calls it: `claude-sonnet-4-5`, `eu.anthropic.claude-sonnet-4-5-20250929-v1:0`.
  package static func maximumOutput(of model: String) -> Int? {
    guard let start = model.firstRange(of: "claude-")?.lowerBound else { return nil }
    let name = model[start...]
    return longest.first { name.hasPrefix($0.name) }?.tokens
  }

  // The longer of two names that begin alike comes first.
  private static let longest: [(name: String, tokens: Int)] = [
    ("claude-opus-4-6", 128_000), ("claude-opus-4-5", 64_000), ("claude-opus-4", 32_000),
    ("claude-sonnet-4", 64_000), ("claude-haiku-4-5", 64_000), ("claude-3-7-sonnet", 64_000),
    ("claude-3-5-", 8192), ("claude-3-", 4096),
  ]
}

package import GatewayCore

/// Bedrock's `usage`: cached tokens, read and written, stand beside `inputTokens` and are part of `totalTokens`. Reasoning is
/// counted within `outputTokens` and not told apart.
package enum BedrockUsage {
  /// Nil when the object counts neither input nor output.
  package static func read(_ node: JSONNode?) -> TokenUsage? {
    guard let node, node["inputTokens"] != nil || node["outputTokens"] != nil else { return nil }
    return TokenUsage(
      inputUncached: count(node["inputTokens"]), inputCached: count(node["cacheReadInputTokens"]),
      cacheWrite: count(node["cacheWriteInputTokens"]), output: count(node["outputTokens"]))
  }

  /// Never negative, at most 2⁴⁰.
  private static func count(_ node: JSONNode?) -> Int { min(max(node?.int ?? 0, 0), 1 << 40) }

  /// As a value; zeros for what is not known, because the SDKs of typed languages insist on the numbers.
  package static func write(_ usage: TokenUsage?, to json: inout JSONWriter) {
    let usage = usage ?? TokenUsage()
    json.object { json in
      json.member("inputTokens", usage.inputUncached + usage.inputAudio)
      json.member("outputTokens", usage.totalOutput)
      json.member("totalTokens", usage.total)
      if usage.inputCached > 0 || usage.cacheWrite > 0 {
        json.member("cacheReadInputTokens", usage.inputCached)
        json.member("cacheWriteInputTokens", usage.cacheWrite)
      }
    }
  }
}

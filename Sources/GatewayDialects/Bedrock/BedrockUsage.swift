package import GatewayCore

/// Bedrock's `usage`: cached tokens, read and written, stand beside `inputTokens` and are part of `totalTokens`. Reasoning is
/// counted within `outputTokens` and not told apart.
package enum BedrockUsage {
  /// Nil when the object counts neither input nor output.
  package static func read(_ node: JSONNode?) -> TokenUsage? {
    guard let node, node["inputTokens"] != nil || node["outputTokens"] != nil else { return nil }
    let names: [StaticString] = ["inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens", "outputTokens"]
    let counts = names.map { CheckedMembers.tokens(node[$0]) ?? 0 }
    if counts.contains(where: { $0 < 0 }) { return .impossible }
    var usage = TokenUsage(inputUncached: counts[0], inputCached: counts[1], cacheWrite: counts[2], output: counts[3])
    for detail in node["cacheDetails"]?.elements.map({ $0 }) ?? [] where detail["ttl"]?.text?.equals("1h") == true {
      usage.cacheWrite1h = min(max(CheckedMembers.tokens(detail["inputTokens"]) ?? 0, 0), usage.cacheWrite)
    }
    return usage
  }

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

import GatewayCore

/// `usage`: disjoint buckets already.
struct AnthropicUsage {
  private var input: Int?
  private var cacheRead: Int?
  private var cacheWrite: Int?
  private var output: Int?

  /// Later objects of a stream say the totals so far; what they leave out stays.
  mutating func merge(_ node: JSONNode?) {
    guard let node, node.isObject else { return }
    input = CheckedMembers.tokens(node["input_tokens"]) ?? input
    cacheRead = CheckedMembers.tokens(node["cache_read_input_tokens"]) ?? cacheRead
    cacheWrite = CheckedMembers.tokens(node["cache_creation_input_tokens"]) ?? cacheWrite
    output = CheckedMembers.tokens(node["output_tokens"]) ?? output
  }

  var usage: TokenUsage? {
    guard input != nil || output != nil else { return nil }
    return TokenUsage(
      inputUncached: input ?? 0, inputCached: cacheRead ?? 0, cacheWrite: cacheWrite ?? 0, output: output ?? 0)
  }

  static func write(_ usage: TokenUsage?, into json: inout JSONWriter) {
    let usage = usage ?? TokenUsage()
    json.object("usage") { json in
      json.member("input_tokens", usage.inputUncached + usage.inputAudio)
      json.member("cache_creation_input_tokens", usage.cacheWrite)
      json.member("cache_read_input_tokens", usage.inputCached)
      json.member("output_tokens", usage.totalOutput)
    }
  }
}

/// `stop_reason`.
enum AnthropicStop {
  static func read(_ text: RawText) -> FinishReason {
    if text.equals("end_turn") || text.equals("stop_sequence") { return .stop }
    if text.equals("max_tokens") { return .length }
    if text.equals("tool_use") { return .toolCalls }
    if text.equals("refusal") { return .refusal }
    if text.equals("pause_turn") { return .pause }
    if text.equals("model_context_window_exceeded") { return .contextLength }
    return .other(text)
  }

  static func word(_ reason: FinishReason?, stopSequence: RawText?) -> RawText {
    switch reason {
    case .stop, .other, nil: stopSequence == nil ? "end_turn" : "stop_sequence"
    case .length: "max_tokens"
    case .contextLength: "model_context_window_exceeded"
    case .toolCalls: "tool_use"
    case .contentFilter, .refusal: "refusal"
    case .pause: "pause_turn"
    }
  }
}

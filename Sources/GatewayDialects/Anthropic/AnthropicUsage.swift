import GatewayCore

/// `usage`: disjoint buckets already.
struct AnthropicUsage {
  private var input: Int?
  private var cacheRead: Int?
  private var cacheWrite: Int?
  /// Within `cacheWrite`.
  private var cacheWrite1h: Int?
  private var output: Int?
  /// Within `output`.
  private var thinking: Int?
  /// What is billed was less than nothing once.
  private var isImpossible = false

  /// Later objects of a stream say the totals so far, which only grow; some servers send zeros where they know nothing.
  mutating func merge(_ node: JSONNode?) {
    guard let node, node.isObject else { return }
    isImpossible =
      isImpossible
      || ![
        Self.raise(&input, node["input_tokens"]),
        Self.raise(&cacheRead, node["cache_read_input_tokens"]),
        Self.raise(&cacheWrite, node["cache_creation_input_tokens"]),
        Self.raise(&output, node["output_tokens"]),
      ].allSatisfy(\.self)
    _ = Self.raise(&cacheWrite1h, node["cache_creation"]?["ephemeral_1h_input_tokens"])
    _ = Self.raise(&thinking, node["output_tokens_details"]?["thinking_tokens"])
  }

  /// - Returns: whether it can be.
  private static func raise(_ count: inout Int?, _ node: JSONNode?) -> Bool {
    guard let tokens = CheckedMembers.tokens(node) else { return true }
    count = max(tokens, count ?? 0)
    return tokens >= 0
  }

  var usage: TokenUsage? {
    if isImpossible { return .impossible }
    guard input != nil || output != nil else { return nil }
    let reasoning = min(thinking ?? 0, output ?? 0)
    var usage = TokenUsage(
      inputUncached: input ?? 0, inputCached: cacheRead ?? 0, cacheWrite: cacheWrite ?? 0,
      output: (output ?? 0) - reasoning, reasoning: reasoning)
    usage.cacheWrite1h = min(cacheWrite1h ?? 0, cacheWrite ?? 0)
    return usage
  }

  static func write(_ usage: TokenUsage?, into json: inout JSONWriter) {
    let usage = usage ?? TokenUsage()
    json.object("usage") { json in
      json.member("input_tokens", usage.inputUncached + usage.inputAudio)
      json.member("cache_creation_input_tokens", usage.cacheWrite)
      json.member("cache_read_input_tokens", usage.inputCached)
      json.member("output_tokens", usage.totalOutput)
      if usage.reasoning > 0 {
        json.object("output_tokens_details") { $0.member("thinking_tokens", usage.reasoning) }
      }
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

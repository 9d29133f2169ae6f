/// Bedrock's `stopReason`.
enum BedrockStopReason {
  /// - Parameter hasToolCalls: some models call tools and say `end_turn`.
  static func read(_ text: RawText, hasToolCalls: Bool) -> FinishReason {
    if text.equals("end_turn") || text.equals("stop_sequence") { return hasToolCalls ? .toolCalls : .stop }
    if text.equals("tool_use") { return .toolCalls }
    if text.equals("max_tokens") { return .length }
    if text.equals("model_context_window_exceeded") { return .contextLength }
    if text.equals("guardrail_intervened") || text.equals("content_filtered") { return .contentFilter }
    if text.equals("refusal") { return .refusal }
    if text.equals("pause_turn") { return .pause }
    return .other(text)
  }

  static func write(_ reason: FinishReason?, stopSequence: RawText?, hasToolCalls: Bool) -> StaticString {
    switch reason {
    case nil: hasToolCalls ? "tool_use" : "end_turn"
    case .stop: stopSequence == nil ? "end_turn" : "stop_sequence"
    case .length: "max_tokens"
    case .contextLength: "model_context_window_exceeded"
    case .toolCalls: "tool_use"
    // Bedrock has no word for a model that declines; clients look for this one.
    case .contentFilter, .refusal: "content_filtered"
    case .pause: "end_turn"
    case .other(let text):
      if text.equals("malformed_model_output") {
        "malformed_model_output"
      } else if text.equals("malformed_tool_use") {
        "malformed_tool_use"
      } else {
        "end_turn"
      }
    }
  }
}

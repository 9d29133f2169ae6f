/// `finish_reason`.
enum OpenAIChatFinish {
  static func read(_ text: RawText) -> FinishReason {
    if text.equals("stop") || text.equals("eos") || text.equals("end_turn") { return .stop }
    if text.equals("length") || text.equals("max_tokens") { return .length }
    if text.equals("tool_calls") || text.equals("function_call") { return .toolCalls }
    if text.equals("content_filter") || text.equals("sensitive") { return .contentFilter }
    if text.equals("model_context_window_exceeded") { return .contextLength }
    if text.equals("refusal") { return .refusal }
    return .other(text)
  }

  /// Whether it says that the answer was broken off: OpenRouter, DeepSeek, vLLM. Half an answer is no answer.
  static func isFailure(_ text: RawText) -> Bool {
    text.equals("error") || text.equals("insufficient_system_resource") || text.equals("abort")
  }

  /// A word that OpenAI's SDKs know.
  static func word(_ reason: FinishReason) -> RawText {
    switch reason {
    case .stop, .pause, .other: "stop"
    case .length, .contextLength: "length"
    case .toolCalls: "tool_calls"
    case .contentFilter, .refusal: "content_filter"
    }
  }
}

import GatewayCore

/// `finishReason`.
enum GeminiFinish {
  /// - Parameter hasCalls: Gemini says `STOP` after calls, too.
  static func read(_ text: RawText, hasCalls: Bool) -> FinishReason {
    if text.equals("STOP") { return hasCalls ? .toolCalls : .stop }
    if text.equals("MAX_TOKENS") { return .length }
    switch text.string {
    case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT",
      "IMAGE_RECITATION", "LANGUAGE":
      return .contentFilter
    default: return .other(text)
    }
  }

  /// The model began a call that Gemini could not read: without content there is no answer.
  static func isBroken(_ reason: RawText) -> Bool {
    switch reason.string {
    case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE",
      "FINISH_REASON_UNSPECIFIED", "MALFORMED_RESPONSE":
      true
    default: false
    }
  }

  static func word(_ reason: FinishReason?) -> RawText {
    switch reason {
    case .stop, .toolCalls, .pause, nil: "STOP"
    case .length, .contextLength: "MAX_TOKENS"
    case .contentFilter, .refusal: "SAFETY"
    case .other: "OTHER"
    }
  }
}

import GatewayCore

/// `usageMetadata`: thoughts stand beside the candidates, cached tokens within the prompt.
enum GeminiUsage {
  static func read(_ node: JSONNode?) -> TokenUsage? {
    guard let node, node.isObject else { return nil }
    func count(_ camel: StaticString, _ snake: StaticString) -> Int? {
      CheckedMembers.tokens(node.either(camel, snake))
    }
    let prompt =
      (count("promptTokenCount", "prompt_token_count") ?? 0)
      + (count("toolUsePromptTokenCount", "tool_use_prompt_token_count") ?? 0)
    let candidates = count("candidatesTokenCount", "candidates_token_count")
    let thoughts = count("thoughtsTokenCount", "thoughts_token_count") ?? 0
    guard prompt > 0 || candidates != nil || thoughts > 0 else { return nil }
    var usage = TokenUsage()
    var rest = prompt
    func take(_ wanted: Int, from rest: inout Int) -> Int {
      let taken = min(wanted, rest)
      rest -= taken
      return taken
    }
    usage.inputCached = take(count("cachedContentTokenCount", "cached_content_token_count") ?? 0, from: &rest)
    usage.inputAudio = take(audio(node.either("promptTokensDetails", "prompt_tokens_details")), from: &rest)
    usage.inputUncached = rest
    var output = candidates ?? 0
    usage.outputAudio = take(audio(node.either("candidatesTokensDetails", "candidates_tokens_details")), from: &output)
    usage.output = output
    usage.reasoning = thoughts
    return usage
  }

  private static func audio(_ details: JSONNode?) -> Int {
    for detail in details?.elements.map({ $0 }) ?? [] where detail["modality"]?.text?.equals("AUDIO") == true {
      return CheckedMembers.tokens(detail.either("tokenCount", "token_count")) ?? 0
    }
    return 0
  }

  static func write(_ usage: TokenUsage, into json: inout JSONWriter) {
    json.object("usageMetadata") { json in
      json.member("promptTokenCount", usage.totalInput)
      json.member("candidatesTokenCount", usage.output + usage.outputAudio)
      json.member("totalTokenCount", usage.total)
      if usage.inputCached > 0 { json.member("cachedContentTokenCount", usage.inputCached) }
      if usage.reasoning > 0 { json.member("thoughtsTokenCount", usage.reasoning) }
    }
  }
}

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

  static func word(_ reason: FinishReason?) -> RawText {
    switch reason {
    case .stop, .toolCalls, .pause, nil: "STOP"
    case .length, .contextLength: "MAX_TOKENS"
    case .contentFilter, .refusal: "SAFETY"
    case .other: "OTHER"
    }
  }
}

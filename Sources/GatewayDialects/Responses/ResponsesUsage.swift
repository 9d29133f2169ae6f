import GatewayCore

/// `usage`.
enum ResponsesUsage {
  static func read(_ node: JSONNode?) -> TokenUsage? { OpenAIChatUsage.read(node) }

  static func write(_ usage: TokenUsage?, into json: inout JSONWriter) {
    let usage = usage ?? TokenUsage()
    json.object("usage") { json in
      json.member("input_tokens", usage.totalInput)
      json.object("input_tokens_details") { json in
        json.member("cached_tokens", usage.inputCached)
        json.member("cache_write_tokens", usage.cacheWrite)
      }
      json.member("output_tokens", usage.totalOutput)
      json.object("output_tokens_details") { $0.member("reasoning_tokens", usage.reasoning) }
      json.member("total_tokens", usage.total)
    }
  }
}

/// `status` and `incomplete_details`.
enum ResponsesStatus {
  static func read(_ response: JSONNode, hasCalls: Bool) -> FinishReason? {
    guard let status = response["status"]?.text else { return hasCalls ? .toolCalls : .stop }
    if status.equals("incomplete") {
      let reason = response["incomplete_details"]?["reason"]?.text
      return reason?.equals("content_filter") == true ? .contentFilter : .length
    }
    return status.equals("completed") ? (hasCalls ? .toolCalls : .stop) : nil
  }

  /// The reason of an incomplete answer; `nil`: it is complete.
  static func reason(_ finish: FinishReason?) -> RawText? {
    switch finish {
    case .length, .contextLength: "max_output_tokens"
    case .contentFilter, .refusal: "content_filter"
    case .stop, .toolCalls, .pause, .other, nil: nil
    }
  }
}

import GatewayCore

/// The `usage` object. Reading is `UsageFields`, which knows the vendors' ways.
enum OpenAIChatUsage {
  static func read(_ node: JSONNode?) -> TokenUsage? {
    guard let node, node.isObject else { return nil }
    return node.raw.bytes.withUnsafeBytes { bytes in
      var cursor = JSONCursor(bytes, loneSurrogates: .replaced)
      return (try? UsageFields.read(&cursor)) ?? nil
    }
  }

  static func write(_ usage: TokenUsage, into json: inout JSONWriter) {
    json.object("usage") { json in
      json.member("prompt_tokens", usage.totalInput)
      json.member("completion_tokens", usage.totalOutput)
      json.member("total_tokens", usage.total)
      json.object("prompt_tokens_details") { json in
        json.member("cached_tokens", usage.inputCached)
        if usage.cacheWrite > 0 { json.member("cache_write_tokens", usage.cacheWrite) }
        json.member("audio_tokens", usage.inputAudio)
      }
      json.object("completion_tokens_details") { json in
        json.member("reasoning_tokens", usage.reasoning)
        json.member("audio_tokens", usage.outputAudio)
      }
    }
  }
}

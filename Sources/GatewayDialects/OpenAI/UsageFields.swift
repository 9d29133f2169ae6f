import GatewayCore

/// A `usage` object as providers of the OpenAI dialect write it.
///
/// Sources: OpenAI `prompt_tokens_details`/`completion_tokens_details`; DeepSeek `prompt_cache_hit_tokens` and
/// `…_miss_tokens`; Moonshot and StepFun `cached_tokens` beside `prompt_tokens`; `input_tokens`/`output_tokens` of
/// the Responses and Anthropic shapes; `cache_creation_input_tokens` (DashScope) and `cache_write_tokens`
/// (OpenRouter) within the prompt's details.
struct UsageFields {
  private var prompt: Int?
  private var completion: Int?
  private var total: Int?
  private var cached: Int?
  private var cacheHit: Int?
  private var cacheMiss: Int?
  private var cacheWrite: Int?
  private var inputAudio: Int?
  private var reasoning: Int?
  private var outputAudio: Int?
  /// Of the Anthropic shape, where cached tokens stand beside the input.
  private var cacheReadBeside: Int?
  private var cacheWriteBeside: Int?
  private var isAnthropicInput = false
  private var hasDetails = false

  /// Passes the value under the cursor; nil when it is no object or holds no count that is known.
  static func read(_ cursor: inout JSONCursor) throws(JSONFault) -> TokenUsage? {
    guard cursor.byte == UInt8(ascii: "{") else {
      try cursor.skipValue()
      return nil
    }
    var fields = UsageFields()
    var more = try cursor.enterObject()
    while more {
      let name = try cursor.readName()
      if cursor.byte == UInt8(ascii: "{") {
        try fields.readDetails(named: name, &cursor)
      } else {
        let count = try cursor.readCount(below: -1)
        if let count { fields.take(count, name, cursor.bytes) }
      }
      more = try cursor.nextMember()
    }
    return fields.tokenUsage
  }

  private mutating func take(_ count: Int, _ name: JSONString, _ bytes: UnsafeRawBufferPointer) {
    if name.matches("prompt_tokens", in: bytes) {
      prompt = count
      isAnthropicInput = false
    } else if name.matches("completion_tokens", in: bytes) || name.matches("output_tokens", in: bytes) {
      completion = count
    } else if name.matches("total_tokens", in: bytes) {
      total = count
    } else if name.matches("input_tokens", in: bytes) {
      if prompt == nil {
        prompt = count
        isAnthropicInput = true
      }
    } else if name.matches("prompt_cache_hit_tokens", in: bytes) {
      cacheHit = count
    } else if name.matches("prompt_cache_miss_tokens", in: bytes) {
      cacheMiss = count
    } else if name.matches("cached_tokens", in: bytes) {
      cached = cached ?? count
    } else if name.matches("cache_read_input_tokens", in: bytes) {
      cacheReadBeside = count
    } else if name.matches("cache_creation_input_tokens", in: bytes) {
      cacheWriteBeside = count
    } else if name.matches("reasoning_tokens", in: bytes) {
      reasoning = reasoning ?? count
    }
  }

  private mutating func readDetails(named name: JSONString, _ cursor: inout JSONCursor) throws(JSONFault) {
    let bytes = cursor.bytes
    // Of audio in the singular.
    let isInput =
      name.matches("prompt_tokens_details", in: bytes) || name.matches("input_tokens_details", in: bytes)
      || name.matches("input_token_details", in: bytes)
    let isOutput =
      name.matches("completion_tokens_details", in: bytes) || name.matches("output_tokens_details", in: bytes)
      || name.matches("output_token_details", in: bytes)
    guard isInput || isOutput else {
      try cursor.skipValue()
      return
    }
    hasDetails = true
    var more = try cursor.enterObject()
    while more {
      let name = try cursor.readName()
      if let count = try cursor.readCount() {
        if name.matches("audio_tokens", in: bytes) {
          if isInput { inputAudio = count } else { outputAudio = count }
        } else if isInput, name.matches("cached_tokens", in: bytes) {
          cached = count
        } else if isInput,
          name.matches("cache_creation_input_tokens", in: bytes) || name.matches("cache_write_tokens", in: bytes)
        {
          cacheWrite = count
        } else if isOutput, name.matches("reasoning_tokens", in: bytes) {
          reasoning = count
        }
      }
      more = try cursor.nextMember()
    }
  }

  /// In disjoint buckets. Details that add up to more than their total are cut: the total is what is billed.
  private var tokenUsage: TokenUsage? {
    if hasImpossible { return .impossible }
    guard let input = inputTotal else { return completion.map { outputBuckets(of: $0, input: 0) } }
    var usage = outputBuckets(of: completion ?? max(0, (total ?? 0) - input), input: input)
    var rest = input
    usage.inputCached = Self.take(cached ?? cacheHit ?? cacheReadBeside, from: &rest)
    usage.cacheWrite = Self.take(cacheWrite ?? cacheWriteBeside, from: &rest)
    usage.inputAudio = Self.take(inputAudio, from: &rest)
    usage.inputUncached = rest
    return usage
  }

  /// Whether what is billed is less than nothing. Of details -1 stands for none with some servers.
  private var hasImpossible: Bool {
    (prompt ?? 0) < 0 || (completion ?? 0) < 0 || (cacheHit ?? 0) < 0 || (cacheMiss ?? 0) < 0
      || (cacheReadBeside ?? 0) < 0 || (cacheWriteBeside ?? 0) < 0
      || (total ?? 0) < 0 && (prompt == nil || completion == nil)
  }

  private var inputTotal: Int? {
    if let prompt {
      return isAnthropicInput && !hasDetails ? prompt + (cacheReadBeside ?? 0) + (cacheWriteBeside ?? 0) : prompt
    }
    if let cacheMiss { return cacheMiss + (cacheHit ?? 0) }
    return total.map { max(0, $0 - (completion ?? 0)) }
  }

  private func outputBuckets(of completion: Int, input: Int) -> TokenUsage {
    var rest = completion
    // OpenAI counts reasoning within the completion. Where the total says that it stands beside it (xAI), it is added.
    if let reasoning, let total, reasoning > 0, total == input + completion + reasoning { rest += reasoning }
    var usage = TokenUsage()
    usage.reasoning = Self.take(reasoning, from: &rest)
    usage.outputAudio = Self.take(outputAudio, from: &rest)
    usage.output = rest
    return usage
  }

  private static func take(_ count: Int?, from rest: inout Int) -> Int {
    let taken = min(max(count ?? 0, 0), rest)
    rest -= taken
    return taken
  }
}

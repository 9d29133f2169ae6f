import GatewayCore

/// `usageMetadata`: thoughts stand beside the candidates, cached tokens within the prompt.
enum GeminiUsage {
  static func read(_ node: JSONNode?) -> TokenUsage? {
    guard let node, node.isObject else { return nil }
    func count(_ camel: StaticString, _ snake: StaticString) -> Int? {
      CheckedMembers.tokens(node.either(camel, snake))
    }
    let written = count("promptTokenCount", "prompt_token_count") ?? 0
    let tools = count("toolUsePromptTokenCount", "tool_use_prompt_token_count") ?? 0
    let candidates = count("candidatesTokenCount", "candidates_token_count")
    let thoughts = count("thoughtsTokenCount", "thoughts_token_count") ?? 0
    if [written, tools, candidates ?? 0, thoughts].contains(where: { $0 < 0 }) { return .impossible }
    let prompt = written + tools
    guard prompt > 0 || candidates != nil || thoughts > 0 else { return nil }
    var usage = TokenUsage()
    var rest = prompt
    func take(_ wanted: Int, from rest: inout Int) -> Int {
      let taken = min(max(wanted, 0), rest)
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
      if usage.inputAudio > 0 { write("promptTokensDetails", audio: usage.inputAudio, of: usage.totalInput, &json) }
      if usage.outputAudio > 0 {
        write("candidatesTokensDetails", audio: usage.outputAudio, of: usage.output + usage.outputAudio, &json)
      }
      if usage.reasoning > 0 { json.member("thoughtsTokenCount", usage.reasoning) }
    }
  }

  private static func write(_ name: StaticString, audio: Int, of all: Int, _ json: inout JSONWriter) {
    json.array(name) { json in
      for (modality, tokens) in [("TEXT", all - audio), ("AUDIO", audio)] where tokens > 0 {
        json.object { json in
          json.member("modality", modality)
          json.member("tokenCount", tokens)
        }
      }
    }
  }
}

/// `additionalModelRequestFields`: what a model takes beyond Converse's own words. Known are reasoning (Claude's `thinking`, its older
/// name `reasoning_config`, Nova's `reasoningConfig`, `reasoning_effort` of OpenAI's open models), `top_k` and Claude's
/// `tool_choice`; the rest rides along for Bedrock alone.
enum BedrockModelFields {
  static let name: StaticString = "additionalModelRequestFields"

  static func read(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    var rest = JSONWriter()
    var hasRest = false
    try rest.object { rest throws(DialectFault) in
      for (name, value) in try BedrockBody.object(node).members where !value.isNull {
        if try take(name, value, into: &request) { continue }
        hasRest = true
        rest.name(name)
        rest.value(value.raw)
      }
    }
    if hasRest { request.unknown.append((RawText("\(name)"), RawJSON(written: rest.bytes))) }
  }

  /// `outputConfig.effort`, and Claude's `output_config.effort`.
  static func readEffort(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    let text = try BedrockBody.text(node)
    if text.equals("max") {
      request.reasoning.effort = .xhigh
    } else if let effort = ReasoningRequest.Effort(rawValue: text.string) {
      request.reasoning.effort = effort
    } else {
      throw DialectFault("unknown effort '\(text)'; known are low, medium, high, xhigh, max", at: node)
    }
  }

  private static func take(
    _ name: RawText, _ value: JSONNode, into request: inout CanonicalRequest
  ) throws(DialectFault) -> Bool {
    if name.equals("thinking") || name.equals("reasoning_config") {
      // `reasoning_config` of other models is a mere word.
      guard value.isObject else { return false }
      try readThinking(value, into: &request)
      return true
    }
    if name.equals("reasoningConfig"), value.isObject {
      if value["type"]?.text?.equals("disabled") == true {
        request.reasoning.effort = .off
      } else if let effort = value["maxReasoningEffort"] {
        try readEffort(effort, into: &request)
      }
      return true
    }
    if name.equals("reasoning_effort"), value.isString {
      try readEffort(value, into: &request)
      return true
    }
    if name.equals("top_k") {
      request.sampling.topK = try BedrockBody.whole(value, atLeast: 0)
      return true
    }
    if name.equals("tool_choice"), value.isObject { return readToolChoice(value, into: &request) }
    return false
  }

  private static func readThinking(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    let type = try BedrockBody.textMember("type", of: node)
    if type.equals("disabled") {
      request.reasoning.effort = .off
    } else if type.equals("adaptive") {
      request.reasoning.isAdaptive = true
      if let display = node["display"]?.text { request.reasoning.includesThoughts = !display.equals("omitted") }
    } else if type.equals("enabled") {
      let budget = try BedrockBody.member("budget_tokens", of: node)
      _ = try BedrockBody.whole(budget, atLeast: 1)
      request.reasoning.budget = budget.int
    } else {
      throw DialectFault("unknown type '\(type)'; known are enabled, adaptive, disabled", path: node.path + ".type")
    }
  }

  /// Only what Converse's `toolChoice` cannot say.
  private static func readToolChoice(_ node: JSONNode, into request: inout CanonicalRequest) -> Bool {
    if node["disable_parallel_tool_use"]?.bool == true { request.parallelToolCalls = false }
    guard let type = node["type"]?.text else { return true }
    if type.equals("none") {
      request.toolChoice = .forbidden
    } else if type.equals("any") {
      request.toolChoice = .required
    } else if type.equals("tool"), let tool = node["name"]?.text {
      request.toolChoice = .named(tool)
    }
    return true
  }
}

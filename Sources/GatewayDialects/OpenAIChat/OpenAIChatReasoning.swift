/// How requests of the dialect ask for thoughts, and how messages carry them. OpenAI has `reasoning_effort`; OpenRouter
/// `reasoning` and `reasoning_details`; DeepSeek, Qwen, Zhipu, Moonshot `reasoning_content`, `thinking`, `enable_thinking`
/// and `thinking_budget`; LiteLLM `thinking_blocks`.
enum OpenAIChatReasoning {
  /// - Returns: false when the member says nothing of reasoning.
  static func read(
    _ name: String, _ value: JSONNode, into reasoning: inout ReasoningRequest
  ) throws(DialectFault) -> Bool {
    switch name {
    case "reasoning_effort": reasoning.effort = try effort(value)
    case "reasoning":
      guard value.isObject else { return false }
      let members = try CheckedMembers(value, "an object")
      if let effort = value["effort"] { reasoning.effort = try self.effort(effort) }
      if let budget = try members.count("max_tokens") { reasoning.budget = budget }
      if let isExcluded = try members.bool("exclude") { reasoning.includesThoughts = !isExcluded }
      if try members.bool("enabled") == false { reasoning.effort = .off }
      if let summary = try members.text("summary") { reasoning.summary = summary }
    case "thinking":
      let members = try CheckedMembers(value, "an object")
      let type = try members.requiredText("type")
      if type.equals("disabled") {
        reasoning.effort = .off
      } else if type.equals("adaptive") || type.equals("auto") {
        reasoning.isAdaptive = true
      } else if type.equals("enabled") {
        reasoning.budget = try members.count("budget_tokens", from: 1)
        reasoning.isAdaptive = reasoning.budget == nil
      } else {
        throw DialectFault("'thinking.type' must be \"enabled\", \"adaptive\" or \"disabled\".", path: "thinking.type")
      }
    case "enable_thinking":
      if try CheckedMembers.bool(value) {
        reasoning.isAdaptive = reasoning.budget == nil
      } else {
        reasoning.effort = .off
      }
    case "thinking_budget": reasoning.budget = try CheckedMembers.count(value)
    default: return false
    }
    return true
  }

  private static func effort(_ node: JSONNode) throws(DialectFault) -> ReasoningRequest.Effort {
    guard let effort = ReasoningRequest.Effort(rawValue: try CheckedMembers.text(node).string) else {
      let known = ReasoningRequest.Effort.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw CheckedMembers.wrong(node, "one of \(known)")
    }
    return effort
  }

  // MARK: Messages

  /// The thoughts of a message or of a whole `delta`, in the best form that it has.
  static func parts(of message: JSONNode) -> [CanonicalPart] {
    if let details = message["reasoning_details"], details.isArray, !details.isEmpty {
      return details.elements.compactMap(detail)
    }
    if let blocks = message["thinking_blocks"], blocks.isArray, !blocks.isEmpty {
      return blocks.elements.compactMap(block)
    }
    guard let text = text(of: message), !text.isEmpty else { return [] }
    return [CanonicalPart(.reasoning(ReasoningPart(text: text)))]
  }

  /// The plain text of thoughts.
  static func text(of message: JSONNode) -> RawText? {
    (message["reasoning_content"] ?? message["reasoning"])?.text
  }

  /// OpenRouter: `reasoning.text`, `reasoning.summary`, `reasoning.encrypted`.
  static func detail(_ node: JSONNode) -> CanonicalPart? {
    guard let type = node["type"]?.text else { return nil }
    var thought = ReasoningPart()
    thought.id = node["id"]?.text
    if type.equals("reasoning.text") {
      thought.text = node["text"]?.text ?? .empty
      thought.signature = node["signature"]?.text
    } else if type.equals("reasoning.summary") {
      thought.text = node["summary"]?.text ?? .empty
      thought.isSummary = true
    } else if type.equals("reasoning.encrypted") {
      thought.redacted = node["data"]?.text
    } else {
      return nil
    }
    return CanonicalPart(.reasoning(thought))
  }

  /// LiteLLM: Anthropic's own blocks.
  private static func block(_ node: JSONNode) -> CanonicalPart? {
    if node["type"]?.text?.equals("redacted_thinking") == true {
      return node["data"]?.text.map { CanonicalPart(.reasoning(ReasoningPart(redacted: $0))) }
    }
    return CanonicalPart(
      .reasoning(ReasoningPart(text: node["thinking"]?.text ?? .empty, signature: node["signature"]?.text)))
  }

  /// Writes `reasoning_content`, and `reasoning_details` where there is more to say than the text.
  static func write(_ thoughts: [ReasoningPart], into json: inout JSONWriter) {
    if thoughts.isEmpty { return }
    let text = thoughts.reduce(RawText.empty) { $0 + $1.text }
    if !text.isEmpty { json.member("reasoning_content", text) }
    guard thoughts.contains(where: { $0.signature != nil || $0.redacted != nil }) else { return }
    json.array("reasoning_details") { json in
      for (index, thought) in thoughts.enumerated() { write(thought, index: index, into: &json) }
    }
  }

  static func write(_ thought: ReasoningPart, index: Int, into json: inout JSONWriter) {
    json.object { json in
      if let redacted = thought.redacted {
        json.member("type", "reasoning.encrypted")
        json.member("data", redacted)
      } else if thought.isSummary {
        json.member("type", "reasoning.summary")
        json.member("summary", thought.text)
      } else {
        json.member("type", "reasoning.text")
        json.member("text", thought.text)
        json.member("signature", thought.signature)
      }
      json.member("id", thought.id)
      json.member("index", index)
    }
  }
}

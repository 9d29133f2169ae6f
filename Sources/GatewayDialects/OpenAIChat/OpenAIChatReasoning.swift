/// How requests of the dialect ask for thoughts, and how messages carry them. OpenAI has `reasoning_effort`; OpenRouter
/// `reasoning` and `reasoning_details`; DeepSeek, Qwen, Zhipu, Moonshot `reasoning_content`, `thinking`, `enable_thinking`
/// and `thinking_budget`; LiteLLM `thinking_blocks`.
enum OpenAIChatReasoning {
  /// - Returns: false when the member says nothing of reasoning.
  static func read(
    _ name: String, _ value: JSONNode, into reasoning: inout ReasoningRequest
  ) throws(DialectFault) -> Bool {
    switch name {
    case "reasoning_effort": reasoning.effort = try ReasoningRequest.Effort.read(value)
    case "reasoning":
      guard value.isObject else { return false }
      let members = try CheckedMembers(value, "an object")
      if let effort = value["effort"] { reasoning.effort = try ReasoningRequest.Effort.read(effort) }
      if let budget = try members.count("max_tokens") { reasoning.budget = budget }
      if let isExcluded = try members.bool("exclude") { reasoning.includesThoughts = !isExcluded }
      if let isEnabled = try members.bool("enabled") {
        if !isEnabled { reasoning.effort = .off } else if reasoning.effort == nil { reasoning.isAdaptive = true }
      }
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

  // MARK: Messages

  /// The thoughts of a message or of a whole `delta`, in the best form that it has.
  static func parts(of message: JSONNode) -> [CanonicalPart] {
    let text = text(of: message) ?? .empty
    var parts = message["reasoning_details"]?.elements.compactMap(detail) ?? []
    if parts.isEmpty { parts = message["thinking_blocks"]?.elements.compactMap(block) ?? [] }
    if parts.isEmpty { return text.isEmpty ? [] : [CanonicalPart(.reasoning(ReasoningPart(text: text)))] }
    return text.isEmpty ? parts : restored(parts, text)
  }

  /// A client that put a stream together has the signature in `reasoning_details`, and what it signs in `reasoning_content`.
  private static func restored(_ parts: [CanonicalPart], _ text: RawText) -> [CanonicalPart] {
    var parts = parts
    for index in parts.indices {
      guard case .reasoning(var thought) = parts[index].content else { continue }
      if !thought.text.isEmpty { return parts }
      guard thought.redacted == nil else { continue }
      thought.text = text
      parts[index].content = .reasoning(thought)
      return parts
    }
    // Encrypted thoughts only: the text says something beside them.
    return [CanonicalPart(.reasoning(ReasoningPart(text: text)))] + parts
  }

  /// Mistral's parts of a content: `{"type":"thinking","thinking":[{"type":"text","text":…}]}`.
  static func thinking(_ part: JSONNode) -> RawText? {
    guard part["type"]?.text?.equals("thinking") == true, let thinking = part["thinking"] else { return nil }
    return thinking.text ?? thinking.elements.compactMap { $0["text"]?.text }.reduce(.empty, +)
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
      thought.signature = node["signature"]?.text
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
        json.member("signature", thought.signature)
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

extension ReasoningRequest.Effort {
  /// OpenAI's words. `max` is the most that the gateway has a word for.
  static func read(_ node: JSONNode) throws(DialectFault) -> ReasoningRequest.Effort {
    let word = try CheckedMembers.text(node)
    if word.equals("max") { return .xhigh }
    guard let effort = ReasoningRequest.Effort(rawValue: word.string) else {
      let known = allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw CheckedMembers.wrong(node, "one of \(known), \"max\"")
    }
    return effort
  }
}

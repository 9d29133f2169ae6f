import GatewayCore

/// Reads the body of `POST /v1/messages`. Source: Anthropic's API reference, "Create a Message".
package enum AnthropicRequestReader {
  package static func read(_ body: JSONNode) throws(DialectFault) -> CanonicalRequest {
    var request = try readConversation(body)
    guard request.maxOutputTokens != nil else {
      throw DialectFault("'max_tokens' is required: the most tokens that the answer may have.", path: "max_tokens")
    }
    if request.tools.isEmpty, let choice = body["tool_choice"], request.toolChoice?.needsTools == true {
      throw DialectFault("'tool_choice' asks for a call, but there are no 'tools'.", at: choice)
    }
    request.includesUsage = true
    return request
  }

  /// The same for `count_tokens`, which needs no `max_tokens`.
  package static func readConversation(_ body: JSONNode) throws(DialectFault) -> CanonicalRequest {
    let members = try CheckedMembers(body, "the request")
    guard let messages = body["messages"] else { throw members.missing("messages") }
    var request = CanonicalRequest()
    if let system = body["system"] {
      request.messages.append(CanonicalMessage(.system, parts: try AnthropicBlockReader.text(system)))
    }
    request.messages += try AnthropicMessageReader.read(messages)
    for (name, value) in body.members where !value.isNull {
      if try !read(name.string, value, into: &request) { request.unknown.append((name, value.raw)) }
    }
    // Whatever effort `output_config` asks for, in whichever order the two stand.
    if body["thinking"]?["type"]?.text?.equals("disabled") == true { request.reasoning.effort = .off }
    return request
  }

  /// - Returns: false when the member is not known.
  private static func read(
    _ name: String, _ value: JSONNode, into request: inout CanonicalRequest
  ) throws(DialectFault) -> Bool {
    switch name {
    case "model", "messages", "system": break
    case "stream": request.isStream = try CheckedMembers.bool(value)
    case "max_tokens": request.maxOutputTokens = try CheckedMembers.countDigits(value)
    case "stop_sequences": request.stop = try CheckedMembers.texts(value)
    case "temperature": request.sampling.temperature = try CheckedMembers.number(value)
    case "top_p": request.sampling.topP = try CheckedMembers.number(value)
    case "top_k": request.sampling.topK = try CheckedMembers.countDigits(value)
    case "tools": try AnthropicToolReader.readTools(value, into: &request)
    case "tool_choice": try AnthropicToolReader.readChoice(value, into: &request)
    case "thinking": try readThinking(value, into: &request.reasoning)
    case "output_config": try readOutput(value, into: &request)
    case "output_format": request.output = try format(value)
    case "metadata": try readMetadata(value, into: &request)
    case "service_tier": request.serviceTier = try CheckedMembers.text(value)
    case "cache_control": request.cacheControl = try AnthropicBlockReader.cacheControl(value)
    default: return false
    }
    return true
  }

  private static func readThinking(_ node: JSONNode, into reasoning: inout ReasoningRequest) throws(DialectFault) {
    let members = try CheckedMembers(node, "an object")
    let type = try members.requiredText("type")
    if type.equals("disabled") {
      reasoning.effort = .off
    } else if type.equals("adaptive") {
      reasoning.isAdaptive = true
    } else if type.equals("enabled") {
      guard let budget = try members.count("budget_tokens", from: 1) else { throw members.missing("budget_tokens") }
      reasoning.budget = budget
    } else {
      throw DialectFault("'thinking.type' must be \"enabled\", \"adaptive\" or \"disabled\".", path: "thinking.type")
    }
    if let display = try members.text("display") { reasoning.includesThoughts = !display.equals("omitted") }
  }

  private static func readOutput(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    let members = try CheckedMembers(node, "an object")
    if let effort = try members.text("effort") {
      // `max` is above what the others know.
      let known = effort.equals("max") ? .xhigh : ReasoningRequest.Effort(rawValue: effort.string)
      guard let known, known != .off else {
        throw DialectFault(
          "'output_config.effort' must be \"low\", \"medium\", \"high\", \"xhigh\" or \"max\".",
          path: "output_config.effort")
      }
      request.reasoning.effort = known
    }
    if let format = node["format"] { request.output = try self.format(format) }
  }

  private static func format(_ node: JSONNode) throws(DialectFault) -> OutputFormat {
    let members = try CheckedMembers(node, "a format")
    guard try members.requiredText("type").equals("json_schema") else {
      throw DialectFault("'\(node.path).type' must be \"json_schema\".", path: node.path + ".type")
    }
    guard let schema = try members.object("schema") else { throw members.missing("schema") }
    return .jsonSchema(name: try members.text("name"), description: nil, schema: schema.raw, isStrict: true)
  }

  private static func readMetadata(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    let members = try CheckedMembers(node, "an object")
    request.user = try members.text("user_id")
    if node.members.contains(where: { !$0.name.equals("user_id") }) { request.metadata = node.raw }
  }
}

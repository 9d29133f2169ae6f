import GatewayCore

/// Reads the body of `generateContent` and `streamGenerateContent`; model and stream stand in the path. Source: Google's
/// Gemini API reference, "Generating content".
package enum GeminiRequestReader {
  package static func read(_ body: JSONNode) throws(DialectFault) -> CanonicalRequest {
    let members = try CheckedMembers(body, "the request")
    guard let contents = body["contents"] else { throw members.missing("contents") }
    var request = CanonicalRequest()
    if let system = body.either("systemInstruction", "system_instruction") {
      request.messages.append(CanonicalMessage(.system, parts: try GeminiContentReader.instruction(system)))
    }
    request.messages += try GeminiContentReader.read(contents, unknown: &request.unknown)
    for (name, value) in body.members where !value.isNull {
      if try !read(name.string, value, into: &request) { request.unknown.append((name, value.raw)) }
    }
    // Tools may be part of what is cached.
    if request.tools.isEmpty, request.cachedContent == nil, request.toolChoice?.needsTools == true {
      throw DialectFault("'toolConfig' asks for a call, but there are no 'tools'.", path: "toolConfig")
    }
    request.includesUsage = true
    return request
  }

  /// - Returns: false when the member is not known.
  private static func read(
    _ name: String, _ value: JSONNode, into request: inout CanonicalRequest
  ) throws(DialectFault) -> Bool {
    switch name {
    case "model", "contents", "systemInstruction", "system_instruction": break
    case "tools": request.tools = try GeminiToolReader.tools(value)
    case "toolConfig", "tool_config": request.toolChoice = try GeminiToolReader.choice(value)
    case "safetySettings", "safety_settings": request.safetySettings = try CheckedMembers.array(value).raw
    case "cachedContent", "cached_content": request.cachedContent = try CheckedMembers.text(value)
    case "serviceTier", "service_tier": request.serviceTier = try CheckedMembers.text(value)
    case "labels": request.metadata = try CheckedMembers.object(value).raw
    case "generationConfig", "generation_config":
      _ = try CheckedMembers.object(value)
      for (name, value) in value.members where !value.isNull {
        if try !readGeneration(name.string, value, into: &request) { request.unknown.append((name, value.raw)) }
      }
      try readFormat(value, into: &request)
    default: return false
    }
    return true
  }

  private static func readGeneration(
    _ name: String, _ value: JSONNode, into request: inout CanonicalRequest
  ) throws(DialectFault) -> Bool {
    switch name {
    case "temperature": request.sampling.temperature = try CheckedMembers.number(value)
    case "topP", "top_p": request.sampling.topP = try CheckedMembers.number(value)
    case "topK", "top_k": request.sampling.topK = try CheckedMembers.number(value)
    case "seed":
      guard value.int != nil else { throw CheckedMembers.wrong(value, "a whole number") }
      request.sampling.seed = value.raw
    case "presencePenalty", "presence_penalty": request.sampling.presencePenalty = try CheckedMembers.number(value)
    case "frequencyPenalty", "frequency_penalty": request.sampling.frequencyPenalty = try CheckedMembers.number(value)
    case "maxOutputTokens", "max_output_tokens": request.maxOutputTokens = try CheckedMembers.countDigits(value)
    case "stopSequences", "stop_sequences": request.stop = try CheckedMembers.texts(value)
    case "candidateCount", "candidate_count": request.choices = try CheckedMembers.count(value, from: 1)
    case "responseLogprobs", "response_logprobs": request.logprobs = try CheckedMembers.bool(value)
    case "logprobs": request.topLogprobs = try CheckedMembers.count(value)
    case "responseModalities", "response_modalities":
      request.modalities = try CheckedMembers.texts(value).map { RawText($0.string.lowercased()) }
      if request.modalities == ["text"] { request.modalities = [] }
    case "thinkingConfig", "thinking_config": try readThinking(value, into: &request.reasoning)
    case "responseMimeType", "response_mime_type", "responseSchema", "response_schema", "responseJsonSchema",
      "response_json_schema":
      break
    default: return false
    }
    return true
  }

  private static func readFormat(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    let type = try node.either("responseMimeType", "response_mime_type").map(CheckedMembers.text)
    let json = try node.either("responseJsonSchema", "response_json_schema").map(CheckedMembers.object)
    let own = try node.either("responseSchema", "response_schema").map(CheckedMembers.object)
    let schema = json?.raw ?? own.map(GeminiSchema.standard)
    if let schema {
      request.output = .jsonSchema(name: nil, description: nil, schema: schema, isStrict: nil)
    } else if type?.equals("application/json") == true {
      request.output = .jsonObject
    }
  }

  private static func readThinking(_ node: JSONNode, into reasoning: inout ReasoningRequest) throws(DialectFault) {
    _ = try CheckedMembers(node, "an object")
    reasoning.includesThoughts = try node.either("includeThoughts", "include_thoughts").map(CheckedMembers.bool)
    if let budget = node.either("thinkingBudget", "thinking_budget") {
      guard let tokens = budget.int, tokens >= -1 else {
        throw CheckedMembers.wrong(budget, "a whole number, at least -1")
      }
      if tokens == -1 {
        reasoning.isAdaptive = true
      } else if tokens == 0 {
        reasoning.effort = .off
      } else {
        reasoning.budget = tokens
      }
    }
    if let node = node.either("thinkingLevel", "thinking_level") {
      let level = try CheckedMembers.text(node).string.lowercased()
      if level == "thinking_level_unspecified" { return }
      guard let effort = ReasoningRequest.Effort(rawValue: level), effort != .off, effort != .xhigh else {
        throw CheckedMembers.wrong(node, "\"MINIMAL\", \"LOW\", \"MEDIUM\" or \"HIGH\"")
      }
      reasoning.effort = effort
    }
  }
}

import GatewayCore

/// Reads the body of `POST /v1/responses`. Source: the OpenAPI description of OpenAI's API.
package enum ResponsesRequestReader {
  package static func read(_ body: JSONNode) throws(DialectFault) -> CanonicalRequest {
    _ = try CheckedMembers(body, "the request")
    var request = CanonicalRequest()
    if let instructions = body["instructions"] {
      request.messages.append(CanonicalMessage(.system, parts: [.text(try CheckedMembers.text(instructions))]))
    }
    // What is kept at OpenAI may be the whole input, and may hold the calls that the input answers.
    let isContinued = body["previous_response_id"] != nil || body["conversation"] != nil
    if let input = body["input"] {
      request.messages += try ResponsesItemReader.read(input, isContinued: isContinued)
    } else if !isContinued, body["prompt"] == nil {
      throw DialectFault("You must provide 'input': a string or a list of items.", path: "input")
    }
    for (name, value) in body.members where !value.isNull {
      if try !read(name.string, value, into: &request) { request.unknown.append((name, value.raw)) }
    }
    if let choice = body["tool_choice"] { try request.toolChoice?.check(request.tools, at: choice) }
    request.includesUsage = true
    return request
  }

  /// - Returns: false when the member is not known.
  private static func read(
    _ name: String, _ value: JSONNode, into request: inout CanonicalRequest
  ) throws(DialectFault) -> Bool {
    switch name {
    case "model", "input", "instructions", "stream_options": break
    case "stream": request.isStream = try CheckedMembers.bool(value)
    case "max_output_tokens": request.maxOutputTokens = try CheckedMembers.countDigits(value)
    case "temperature": request.sampling.temperature = try CheckedMembers.number(value)
    case "top_p": request.sampling.topP = try CheckedMembers.number(value)
    case "top_logprobs":
      let count = try CheckedMembers.count(value)
      if count > 0 { (request.logprobs, request.topLogprobs) = (true, count) }
    case "tools": request.tools = try ResponsesToolReader.tools(value)
    case "tool_choice": request.toolChoice = try ResponsesToolReader.choice(value)
    case "parallel_tool_calls":
      // True is what the SDK's helpers send always.
      request.parallelToolCalls = try CheckedMembers.bool(value) ? nil : false
    case "text": try readText(value, into: &request)
    case "reasoning": try readReasoning(value, into: &request.reasoning)
    case "previous_response_id": request.previousResponseID = try CheckedMembers.text(value)
    case "store": request.store = try CheckedMembers.bool(value)
    case "metadata": request.metadata = try CheckedMembers.object(value).raw
    case "user", "safety_identifier":
      let user = try CheckedMembers.text(value)
      request.user = request.user ?? user
    case "service_tier": request.serviceTier = try CheckedMembers.text(value)
    case "prompt_cache_key": request.promptCacheKey = try CheckedMembers.text(value)
    case "include":
      for name in try CheckedMembers.texts(value) where name.equals("message.output_text.logprobs") {
        request.logprobs = true
      }
    case "conversation", "prompt":
      throw DialectFault(
        unsupported: .storedState, "'\(name)' lives at OpenAI; send the items themselves", path: name)
    case "background":
      if try CheckedMembers.bool(value) {
        throw DialectFault(unsupported: .storedState, "an answer in the background lives at OpenAI", path: name)
      }
    default: return false
    }
    return true
  }

  private static func readText(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    let members = try CheckedMembers(node, "an object")
    request.verbosity = try members.text("verbosity")
    guard let format = node["format"] else { return }
    let inner = try CheckedMembers(format, "a format")
    let type = try inner.requiredText("type")
    if type.equals("text") { return }
    if type.equals("json_object") {
      request.output = .jsonObject
      return
    }
    guard type.equals("json_schema") else {
      throw DialectFault(
        "'text.format.type' must be \"text\", \"json_object\" or \"json_schema\".", path: "text.format.type")
    }
    guard let schema = try inner.object("schema") else { throw inner.missing("schema") }
    request.output = .jsonSchema(
      name: try inner.text("name"), description: try inner.text("description"), schema: schema.raw,
      isStrict: try inner.bool("strict"))
  }

  private static func readReasoning(_ node: JSONNode, into reasoning: inout ReasoningRequest) throws(DialectFault) {
    let members = try CheckedMembers(node, "an object")
    if let effort = node["effort"] { reasoning.effort = try ReasoningRequest.Effort.read(effort) }
    reasoning.summary = try members.text("summary")
    if reasoning.summary == nil { reasoning.summary = try members.text("generate_summary") }
    if reasoning.summary != nil { reasoning.includesThoughts = true }
  }
}

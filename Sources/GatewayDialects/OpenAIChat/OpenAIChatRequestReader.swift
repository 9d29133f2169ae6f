import GatewayCore

/// Reads the body of `POST /v1/chat/completions`, with what vendors of the dialect have added to it (reasoning, cache marks,
/// videos). Source: the OpenAPI description of OpenAI's API; vendors' own documents for the rest.
package enum OpenAIChatRequestReader {
  package static func read(_ body: JSONNode) throws(DialectFault) -> CanonicalRequest {
    let members = try CheckedMembers(body, "the request")
    guard let messages = body["messages"] else { throw members.missing("messages") }
    var request = CanonicalRequest()
    request.messages = try OpenAIChatMessageReader.read(messages)
    for (name, value) in body.members where !value.isNull {
      if try !read(name.string, value, into: &request) { request.unknown.append((name, value.raw)) }
    }
    if let choice = body["tool_choice"] ?? body["function_call"] {
      try request.toolChoice?.check(request.tools, at: choice)
    }
    if let top = body["top_logprobs"], request.topLogprobs != 0, request.logprobs != true {
      throw DialectFault("'top_logprobs' needs \"logprobs\": true.", at: top)
    }
    return request
  }

  /// - Returns: false when the member is not known.
  private static func read(
    _ name: String, _ value: JSONNode, into request: inout CanonicalRequest
  ) throws(DialectFault) -> Bool {
    switch name {
    case "model", "messages": break
    case "stream": request.isStream = try CheckedMembers.bool(value)
    case "stream_options":
      request.includesUsage = try CheckedMembers(value, "an object").bool("include_usage") ?? request.includesUsage
    case "tools": request.tools += try OpenAIChatToolReader.tools(value)
    case "functions": request.tools += try OpenAIChatToolReader.functions(value)
    case "tool_choice": request.toolChoice = try OpenAIChatToolReader.choice(value)
    case "function_call": request.toolChoice = try OpenAIChatToolReader.legacyChoice(value)
    case "parallel_tool_calls": request.parallelToolCalls = try CheckedMembers.bool(value)
    case "web_search_options":
      _ = try CheckedMembers.object(value)
      request.tools.append(
        CanonicalTool(name: "web_search", kind: .webSearch(.openAIChat, options: value.raw)))
    case "response_format": request.output = try output(value)
    case "max_tokens":
      let digits = try CheckedMembers.countDigits(value)
      request.maxOutputTokens = request.maxOutputTokens ?? digits
    case "max_completion_tokens": request.maxOutputTokens = try CheckedMembers.countDigits(value)
    case "stop": request.stop = try stop(value)
    case "n": request.choices = try CheckedMembers.count(value, from: 1)
    case "logprobs": request.logprobs = try CheckedMembers.bool(value)
    case "top_logprobs": request.topLogprobs = try CheckedMembers.count(value)
    case "modalities": request.modalities = try CheckedMembers.texts(value)
    case "audio": request.audioOutput = try CheckedMembers.object(value).raw
    case "user", "safety_identifier":
      let user = try CheckedMembers.text(value)
      request.user = request.user ?? user
    case "metadata": request.metadata = try CheckedMembers.object(value).raw
    case "service_tier": request.serviceTier = try CheckedMembers.text(value)
    case "store": request.store = try CheckedMembers.bool(value)
    case "prompt_cache_key": request.promptCacheKey = try CheckedMembers.text(value)
    case "verbosity": request.verbosity = try CheckedMembers.text(value)
    case "prediction": request.prediction = try CheckedMembers.object(value).raw
    case "cache_control": request.cacheControl = try OpenAIChatMessageReader.cacheControl(value)
    default:
      if try request.sampling.read(name, value) { return true }
      return try OpenAIChatReasoning.read(name, value, into: &request.reasoning)
    }
    return true
  }

  static func stop(_ node: JSONNode) throws(DialectFault) -> [RawText] {
    if let text = node.text { return [text] }
    guard node.isArray else { throw CheckedMembers.wrong(node, "a string or an array of strings") }
    return try CheckedMembers.texts(node)
  }

  static func output(_ node: JSONNode) throws(DialectFault) -> OutputFormat {
    let format = try CheckedMembers(node, "a format")
    let type = try format.requiredText("type")
    if type.equals("text") { return .text }
    if type.equals("json_object") { return .jsonObject }
    guard type.equals("json_schema") else {
      throw DialectFault(
        "'response_format.type' must be \"text\", \"json_object\" or \"json_schema\".", path: "response_format.type")
    }
    guard let definition = node["json_schema"] else { throw format.missing("json_schema") }
    let named = try CheckedMembers(definition, "a named schema")
    guard let schema = try named.object("schema") else { throw named.missing("schema") }
    return .jsonSchema(
      name: try named.text("name"), description: try named.text("description"), schema: schema.raw,
      isStrict: try named.bool("strict"))
  }
}

extension ToolChoice {
  /// Whether it makes no sense without tools.
  var needsTools: Bool {
    switch self {
    case .required, .named: true
    case .allowed(_, let isRequired): isRequired
    case .auto, .forbidden: false
    }
  }

  /// Names of tools must be those of the request.
  func check(_ tools: [CanonicalTool], at node: JSONNode) throws(DialectFault) {
    let names: [RawText]
    switch self {
    case .auto, .forbidden: return
    case .required: names = []
    case .named(let name): names = [name]
    case .allowed(let allowed, _): names = allowed
    }
    if tools.isEmpty { throw DialectFault("'\(node.path)' asks for a call, but there are no 'tools'.", at: node) }
    let known = Set(tools.map(\.name))
    for name in names where !known.contains(name) {
      throw DialectFault("'\(node.path)' names the tool '\(name.string)', which is not in 'tools'.", at: node)
    }
  }
}

extension Sampling {
  /// - Returns: false when the member is none of sampling.
  mutating func read(_ name: String, _ value: JSONNode) throws(DialectFault) -> Bool {
    switch name {
    case "temperature": temperature = try CheckedMembers.number(value)
    case "top_p": topP = try CheckedMembers.number(value)
    case "top_k": topK = try CheckedMembers.number(value)
    case "min_p": minP = try CheckedMembers.number(value)
    case "seed": seed = try CheckedMembers.number(value)
    case "frequency_penalty": frequencyPenalty = try CheckedMembers.number(value)
    case "presence_penalty": presencePenalty = try CheckedMembers.number(value)
    case "repetition_penalty": repetitionPenalty = try CheckedMembers.number(value)
    case "logit_bias": logitBias = try CheckedMembers.object(value).raw
    default: return false
    }
    return true
  }
}

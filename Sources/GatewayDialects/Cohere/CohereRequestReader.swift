/// Reads the body of `POST /v2/chat`.
///
/// `documents` become text documents of the last user message, so that every dialect that has documents can cite them.
/// `citation_options`, `safety_mode` and `priority` have no word elsewhere: they are hints, kept as unknown members.
package enum CohereRequestReader {
  package static func read(_ body: JSONNode) throws(DialectFault) -> CanonicalRequest {
    let members = try CheckedMembers(body, "the request")
    guard let messages = body["messages"] else { throw members.missing("messages") }
    var request = CanonicalRequest()
    request.messages = try CohereMessageReader.read(messages)
    for (name, value) in body.members where !value.isNull {
      if try !read(name.string, value, into: &request) { request.unknown.append((name, value.raw)) }
    }
    if let documents = body["documents"] { try add(documents, to: &request, options: body["citation_options"]) }
    if let strict = try members.bool("strict_tools") { setStrict(strict, of: &request.tools) }
    if request.toolChoice == .required, request.tools.isEmpty, let choice = body["tool_choice"] {
      throw DialectFault("'tool_choice' is REQUIRED, but there are no 'tools' to call.", at: choice)
    }
    return request
  }

  /// - Returns: false when the member is not known.
  private static func read(
    _ name: String, _ value: JSONNode, into request: inout CanonicalRequest
  ) throws(DialectFault) -> Bool {
    switch name {
    case "model", "messages", "documents", "strict_tools": break
    case "stream": request.isStream = try CheckedMembers.bool(value)
    case "tools": request.tools = try tools(value)
    case "tool_choice": request.toolChoice = try toolChoice(value)
    case "response_format": request.output = try output(value)
    case "thinking": request.reasoning = try reasoning(value)
    case "max_tokens": request.maxOutputTokens = try CheckedMembers.countDigits(value)
    case "stop_sequences": request.stop = try CheckedMembers.texts(value)
    case "logprobs": request.logprobs = try CheckedMembers.bool(value)
    default: return try readSampling(name, value, into: &request.sampling)
    }
    return true
  }

  private static func readSampling(
    _ name: String, _ value: JSONNode, into sampling: inout Sampling
  ) throws(DialectFault) -> Bool {
    switch name {
    case "temperature": sampling.temperature = try CheckedMembers.number(value)
    case "p": sampling.topP = try CheckedMembers.number(value)
    case "k": sampling.topK = try CheckedMembers.countDigits(value)
    case "seed": sampling.seed = try CheckedMembers.number(value)
    case "frequency_penalty": sampling.frequencyPenalty = try CheckedMembers.number(value)
    case "presence_penalty": sampling.presencePenalty = try CheckedMembers.number(value)
    default: return false
    }
    return true
  }

  // MARK: Tools

  private static func tools(_ node: JSONNode) throws(DialectFault) -> [CanonicalTool] {
    var tools: [CanonicalTool] = []
    for element in try CheckedMembers.array(node).elements {
      let tool = try CheckedMembers(element, "a tool")
      if let type = element["type"], type.text?.equals("function") != true {
        throw CheckedMembers.wrong(type, "\"function\"")
      }
      guard let definition = element["function"] else { throw tool.missing("function") }
      let function = try CheckedMembers(definition, "a function")
      tools.append(
        CanonicalTool(
          name: try function.requiredText("name"), description: try function.text("description"),
          kind: .function(parameters: try function.object("parameters")?.raw, isStrict: nil)))
    }
    return tools
  }

  /// `strict_tools` is for all of them.
  private static func setStrict(_ isStrict: Bool, of tools: inout [CanonicalTool]) {
    for index in tools.indices {
      guard case .function(let parameters, _) = tools[index].kind else { continue }
      tools[index].kind = .function(parameters: parameters, isStrict: isStrict)
    }
  }

  private static func toolChoice(_ node: JSONNode) throws(DialectFault) -> ToolChoice {
    if node.text?.equals("REQUIRED") == true { return .required }
    if node.text?.equals("NONE") == true { return .forbidden }
    throw CheckedMembers.wrong(node, "\"REQUIRED\" or \"NONE\"; leave it out to let the model decide")
  }

  // MARK: Output and reasoning

  private static func output(_ node: JSONNode) throws(DialectFault) -> OutputFormat {
    let format = try CheckedMembers(node, "a format")
    let type = try format.requiredText("type")
    // `schema` is the name that the member had first.
    let named = try format.object("json_schema")
    let schema = if let named { named } else { try format.object("schema") }
    if type.equals("json_object") {
      return schema.map { .jsonSchema(name: nil, description: nil, schema: $0.raw, isStrict: nil) } ?? .jsonObject
    }
    guard type.equals("text") else {
      throw DialectFault(
        "'response_format.type' must be \"text\" or \"json_object\".", path: "response_format.type")
    }
    if let schema {
      throw DialectFault("A schema needs \"type\": \"json_object\" in 'response_format'.", at: schema)
    }
    return .text
  }

  private static func reasoning(_ node: JSONNode) throws(DialectFault) -> ReasoningRequest {
    let thinking = try CheckedMembers(node, "an object with 'type'")
    var reasoning = ReasoningRequest()
    let budget = try thinking.count("token_budget", from: 1)
    if let type = node["type"] {
      if type.text?.equals("disabled") == true {
        if budget != nil {
          throw DialectFault(
            "'thinking.token_budget' contradicts \"type\": \"disabled\".", path: "thinking.token_budget")
        }
        reasoning.effort = .off
        return reasoning
      }
      guard type.text?.equals("enabled") == true else {
        throw CheckedMembers.wrong(type, "\"enabled\" or \"disabled\"")
      }
    }
    reasoning.budget = budget
    reasoning.isAdaptive = budget == nil
    return reasoning
  }

  // MARK: Documents

  private static func add(
    _ node: JSONNode, to request: inout CanonicalRequest, options: JSONNode?
  ) throws(DialectFault) {
    let mode = options?["mode"]?.text
    let cites = mode.map { !$0.equals("OFF") && !$0.equals("DISABLED") } ?? true
    var parts: [CanonicalPart] = []
    for element in try CheckedMembers.array(node).elements {
      var document = try CohereDocument.read(element)
      document.citesSource = cites
      parts.append(CanonicalPart(.file(document)))
    }
    if parts.isEmpty { return }
    guard let last = request.messages.lastIndex(where: { $0.role == .user }) else {
      throw DialectFault("'documents' need a message of the user that they are for.", at: node)
    }
    request.messages[last].parts.insert(contentsOf: parts, at: 0)
  }
}

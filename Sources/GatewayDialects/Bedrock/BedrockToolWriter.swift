import GatewayCore

/// Writes `toolConfig`.
enum BedrockToolWriter {
  private static let maximumNameLength = 64

  /// - Parameter hasHistory: whether the messages hold calls or results; Bedrock then insists on a `toolConfig`.
  static func write(
    _ request: CanonicalRequest, _ plan: inout BedrockPlan, hasHistory: Bool, to json: inout JSONWriter
  ) throws(DialectFault) {
    if plan.isEmulated { return writeEmulation(request, plan, to: &json) }
    if request.tools.isEmpty {
      // A choice among no tools says nothing.
      if hasHistory { try writeHistory(request, to: &json) }
      return
    }
    if request.toolChoice == .forbidden, plan.model.claude == nil {
      // There is no `none`: without tools none can be called. Tools of the history want some tool declared.
      if hasHistory { writePlaceholder(to: &json) }
      return
    }
    if request.toolChoice == .forbidden, !hasHistory { return }
    if request.parallelToolCalls == false, plan.model.claude == nil {
      throw DialectFault(
        unsupported: .singleToolCalls, "'\(plan.traits.model)' cannot be held to one tool call at a time")
    }
    if request.parallelToolCalls == true, plan.model.claude == nil { plan.dropped.insert(.parallelToolCalls) }
    try json.object("toolConfig") { json throws(DialectFault) in
      try json.array("tools") { json throws(DialectFault) in
        for tool in request.tools where isAllowed(tool, request.toolChoice) { try write(tool, &plan, to: &json) }
      }
      writeChoice(request, &plan, to: &json)
    }
  }

  private static func isAllowed(_ tool: CanonicalTool, _ choice: ToolChoice?) -> Bool {
    guard case .allowed(let names, _) = choice else { return true }
    return names.contains(tool.name)
  }

  // MARK: One tool

  private static func write(
    _ tool: CanonicalTool, _ plan: inout BedrockPlan, to json: inout JSONWriter
  ) throws(DialectFault) {
    switch tool.kind {
    case .function(let parameters, let isStrict):
      try check(tool.name)
      // Models without structured output refuse strict tools too.
      let strict = isStrict == true && plan.model.hasStructuredOutput && !plan.refuses("strict")
      if isStrict == true, !strict { plan.dropped.insert(.strict) }
      writeSpec(tool.name, tool.description, parameters, isStrict: strict ? true : nil, to: &json)
    case .server(.bedrockConverse, type: _, let definition):
      json.object { $0.member("systemTool", definition) }
    case .webSearch:
      throw DialectFault(unsupported: .webSearch, "Bedrock has no web search of its own for '\(tool.name)'")
    case .server(let dialect, let type, _):
      throw DialectFault(unsupported: .serverTools, "Bedrock has no tool '\(type)' of \(dialect.rawValue)")
    case .custom:
      throw DialectFault(
        unsupported: .tools, "Bedrock's tools take JSON, not free text; make '\(tool.name)' a function")
    }
    guard let control = tool.cacheControl else { return }
    if plan.refuses("cachePoint") {
      plan.dropped.insert(.cacheControl)
    } else {
      BedrockBlockWriter.writeCachePoint(control, to: &json)
    }
  }

  private static func writeSpec(
    _ name: RawText, _ description: RawText?, _ parameters: RawJSON?, isStrict: Bool?, to json: inout JSONWriter
  ) {
    json.object { json in
      json.object("toolSpec") { json in
        json.member("name", name)
        if let description, !description.isEmpty { json.member("description", description) }
        json.object("inputSchema") { json in json.member("json", schema(parameters)) }
        json.member("strict", isStrict)
      }
    }
  }

  /// A schema without a type is refused.
  private static func schema(_ parameters: RawJSON?) -> RawJSON {
    guard let parameters, !parameters.bytes.allSatisfy({ $0 == 0x7B || $0 == 0x7D || $0 <= 0x20 }) else {
      return RawJSON("{\"type\":\"object\",\"properties\":{}}")
    }
    return parameters
  }

  private static func check(_ name: RawText) throws(DialectFault) {
    let isPlain = name.bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isPlain, (1...maximumNameLength).contains(name.count) else {
      throw DialectFault(
        unsupported: .tools,
        "Bedrock takes no tool of the name '\(name)'; use letters, digits, _ and -, at most \(maximumNameLength)")
    }
  }

  // MARK: Choice

  /// `parallel_tool_calls: false` and `none` are words of Claude's own; all of the choice is then written among its fields.
  private static func writeChoice(_ request: CanonicalRequest, _ plan: inout BedrockPlan, to json: inout JSONWriter) {
    if plan.model.claude != nil, request.parallelToolCalls == false || request.toolChoice == .forbidden {
      plan.hasOwnToolChoice = true
      return
    }
    switch request.toolChoice {
    case .auto: json.object("toolChoice") { $0.object("auto") { _ in } }
    case .required, .allowed(_, isRequired: true): json.object("toolChoice") { $0.object("any") { _ in } }
    case .named(let name): json.object("toolChoice") { $0.object("tool") { $0.member("name", name) } }
    case nil, .forbidden, .allowed: break
    }
  }

  // MARK: Stand-ins

  private static func writeEmulation(_ request: CanonicalRequest, _ plan: BedrockPlan, to json: inout JSONWriter) {
    var parameters = RawJSON("{\"type\":\"object\"}")
    var description: RawText = "Gives the answer. Call this once, with the whole answer."
    if case .jsonSchema(_, let text, let schema, _) = request.output {
      parameters = schema
      description = text ?? description
    }
    json.object("toolConfig") { json in
      json.array("tools") { writeSpec(Emulation.toolName, description, parameters, isStrict: nil, to: &$0) }
      json.object("toolChoice") { json in
        if plan.model.canNameTool {
          json.object("tool") { $0.member("name", Emulation.toolName) }
        } else {
          json.object("any") { _ in }
        }
      }
    }
  }

  /// The tools that were called, as far as the calls tell.
  private static func writeHistory(_ request: CanonicalRequest, to json: inout JSONWriter) throws(DialectFault) {
    var names: [RawText] = []
    for message in request.messages {
      for part in message.parts {
        guard case .toolCall(let call) = part.content, !names.contains(call.name) else { continue }
        try check(call.name)
        names.append(call.name)
      }
    }
    json.object("toolConfig") { json in
      json.array("tools") { json in
        for name in names { writeSpec(name, nil, nil, isStrict: nil, to: &json) }
      }
    }
  }

  private static func writePlaceholder(to json: inout JSONWriter) {
    json.object("toolConfig") { json in
      json.array("tools") { json in
        writeSpec("no_tools", "There are no tools any more. Never call this.", nil, isStrict: nil, to: &json)
      }
    }
  }
}

extension CohereDraft {
  /// `tools`, `strict_tools` and `tool_choice`.
  mutating func writeTools(into json: inout JSONWriter) throws(DialectFault) {
    let tools = try callableTools()
    guard !tools.isEmpty else { return }
    if request.parallelToolCalls == false {
      throw DialectFault(
        unsupported: .singleToolCalls, "Cohere may call several tools at once and has no switch against it.")
    }
    if request.parallelToolCalls == true { drop(.parallelToolCalls) }
    guard takes("tools") else { throw DialectFault(unsupported: .tools, "The model takes no tools.") }
    try json.array("tools") { json throws(DialectFault) in for tool in tools { try write(tool, into: &json) } }
    writeStrictness(of: tools, into: &json)
    guard let word = choiceWord else { return }
    guard takes("tool_choice") else {
      throw DialectFault(unsupported: .toolChoice, "The model decides by itself whether it calls.")
    }
    json.member("tool_choice", word)
  }

  /// Those that the choice leaves.
  private func callableTools() throws(DialectFault) -> [CanonicalTool] {
    switch request.toolChoice {
    case .named(let name):
      let tools = request.tools.filter { $0.name == name }
      if tools.isEmpty {
        throw DialectFault("The tool '\(name)' is to be called, but 'tools' does not have it.")
      }
      return tools
    case .allowed: return request.allowed(of: request.tools)
    case nil, .auto, .forbidden, .required: return request.tools
    }
  }

  private var choiceWord: RawText? {
    switch request.toolChoice {
    case .required, .named, .allowed(_, isRequired: true): "REQUIRED"
    case .forbidden: "NONE"
    case nil, .auto, .allowed(_, isRequired: false): nil
    }
  }

  private mutating func write(_ tool: CanonicalTool, into json: inout JSONWriter) throws(DialectFault) {
    switch tool.kind {
    case .function(let parameters, _):
      if tool.cacheControl != nil { drop(.cacheControl) }
      json.object { json in
        json.member("type", "function" as RawText)
        json.object("function") { json in
          json.member("name", tool.name)
          json.member("description", tool.description)
          json.member("parameters", parameters ?? Self.noParameters)
        }
      }
    case .custom:
      throw DialectFault(
        unsupported: .tools, "The tool '\(tool.name)' takes free text; Cohere calls tools with JSON only.")
    case .webSearch:
      throw DialectFault(unsupported: .webSearch, "Cohere runs no web search in a chat.")
    case .server:
      throw DialectFault(
        unsupported: .serverTools, "The tool '\(tool.name)' is run by another provider.")
    }
  }

  private static let noParameters = RawJSON(#"{"type":"object","properties":{}}"#)

  /// Cohere is strict with all tools or with none.
  private mutating func writeStrictness(of tools: [CanonicalTool], into json: inout JSONWriter) {
    var strict = 0
    for tool in tools { if case .function(_, isStrict: true) = tool.kind { strict += 1 } }
    if strict == tools.count, takes("strict_tools") {
      json.member("strict_tools", true)
    } else if strict > 0 {
      drop(.strict)
    }
  }
}

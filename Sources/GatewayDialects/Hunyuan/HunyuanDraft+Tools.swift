import GatewayCore

extension HunyuanDraft {
  private static let noParameters = RawJSON(#"{"type":"object","properties":{}}"#)

  /// `Tools`, `ToolChoice` and `CustomTool`; a search is a switch.
  mutating func writeTools(into json: inout JSONWriter) throws(DialectFault) {
    let functions = try callableTools()
    if functions.isEmpty { return }
    if request.parallelToolCalls == false {
      throw DialectFault(
        unsupported: .singleToolCalls, "Hunyuan may call several tools at once and has no switch against it.")
    }
    if request.parallelToolCalls == true { drop(.parallelToolCalls) }
    json.array("Tools") { json in
      for tool in functions { json.object { Self.write(tool, into: &$0) } }
    }
    try writeChoice(functions, into: &json)
  }

  /// The functions; of a choice between some of them, only these.
  private mutating func callableTools() throws(DialectFault) -> [CanonicalTool] {
    var functions: [CanonicalTool] = []
    for tool in request.tools {
      switch tool.kind {
      case .function(_, let isStrict):
        if isStrict == true { drop(.strict) }
        functions.append(tool)
      case .custom:
        throw DialectFault(unsupported: .tools, "Hunyuan has no tools with free text, like '\(tool.name.string)'.")
      case .webSearch: searches = true
      case .server(_, let type, _):
        throw DialectFault(
          unsupported: .serverTools, "the tool '\(type.string)' runs at a provider of another dialect", path: "tools")
      }
    }
    return request.allowed(of: functions)
  }

  private static func write(_ tool: CanonicalTool, into json: inout JSONWriter) {
    guard case .function(let parameters, _) = tool.kind else { return }
    json.member("Type", "function" as RawText)
    json.object("Function") { json in
      json.member("Name", tool.name)
      json.member("Description", tool.description)
      // The schema is JSON within a string.
      json.member("Parameters", RawText(escaping: (parameters ?? noParameters).bytes))
    }
  }

  private func writeChoice(_ tools: [CanonicalTool], into json: inout JSONWriter) throws(DialectFault) {
    let named: CanonicalTool?
    switch request.toolChoice {
    case nil: return
    case .auto, .allowed(_, false): return json.member("ToolChoice", "auto" as RawText)
    case .forbidden: return json.member("ToolChoice", "none" as RawText)
    case .named(let name): named = tools.first { $0.name == name }
    // It has no word for any of several.
    case .required, .allowed(_, true): named = tools.count == 1 ? tools[0] : nil
    }
    guard let named else {
      throw DialectFault(
        unsupported: .toolChoice, "Hunyuan can be made to call one named tool, not one of \(tools.count).",
        path: "tool_choice")
    }
    json.member("ToolChoice", "custom" as RawText)
    json.object("CustomTool") { Self.write(named, into: &$0) }
  }
}

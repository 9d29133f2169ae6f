import GatewayCore

extension DashScopeDraft {
  /// `tools`, `tool_choice`, `parallel_tool_calls`, and `enable_search`, which is the search that the provider runs itself.
  func writeTools(into json: inout JSONWriter) throws(DialectFault) {
    var functions: [CanonicalTool] = []
    for tool in request.tools {
      switch tool.kind {
      case .function: functions.append(tool)
      case .custom:
        throw DialectFault(unsupported: .tools, "DashScope has no tools with free text, like '\(tool.name.string)'.")
      case .webSearch(let dialect, let options):
        json.member("enable_search", true)
        if dialect == .dashscope {
          if options.node?.isEmpty == false { json.member("search_options", options) }
        } else {
          // Callers of other dialects want to know the sources.
          json.object("search_options") { $0.member("enable_source", true) }
        }
      case .server(_, let type, _):
        throw DialectFault(
          unsupported: .serverTools, "the tool '\(type.string)' runs at a provider of another dialect", path: "tools")
      }
    }
    functions = request.allowed(of: functions)
    if functions.isEmpty { return }
    json.array("tools") { json in for tool in functions { Self.write(tool, into: &json) } }
    try writeChoice(functions, into: &json)
    json.member("parallel_tool_calls", request.parallelToolCalls)
  }

  private static func write(_ tool: CanonicalTool, into json: inout JSONWriter) {
    guard case .function(let parameters, _) = tool.kind else { return }
    json.object { json in
      json.member("type", "function" as RawText)
      json.object("function") { json in
        json.member("name", tool.name)
        json.member("description", tool.description)
        json.member("parameters", parameters)
      }
    }
  }

  private func writeChoice(_ tools: [CanonicalTool], into json: inout JSONWriter) throws(DialectFault) {
    switch request.toolChoice {
    case nil: break
    case .auto, .allowed(_, false): json.member("tool_choice", "auto" as RawText)
    case .forbidden: json.member("tool_choice", "none" as RawText)
    case .named(let name): Self.write(name, into: &json)
    case .required, .allowed(_, true):
      // It has no word for any of several.
      guard tools.count == 1 else {
        throw DialectFault(
          unsupported: .toolChoice, "DashScope can be made to call one named tool, not one of \(tools.count).",
          path: "tool_choice")
      }
      Self.write(tools[0].name, into: &json)
    }
  }

  private static func write(_ name: RawText, into json: inout JSONWriter) {
    json.object("tool_choice") { json in
      json.member("type", "function" as RawText)
      json.object("function") { $0.member("name", name) }
    }
  }
}

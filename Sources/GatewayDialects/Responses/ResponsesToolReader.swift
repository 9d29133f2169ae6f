import GatewayCore

/// `tools` and `tool_choice`: functions are flat here.
enum ResponsesToolReader {
  static func tools(_ node: JSONNode) throws(DialectFault) -> [CanonicalTool] {
    var tools: [CanonicalTool] = []
    for element in try CheckedMembers.array(node).elements { tools.append(try tool(element)) }
    return tools
  }

  private static func tool(_ node: JSONNode) throws(DialectFault) -> CanonicalTool {
    let members = try CheckedMembers(node, "a tool")
    let type = try members.requiredText("type")
    if type.equals("function") {
      return CanonicalTool(
        name: try members.requiredText("name"), description: try members.text("description"),
        kind: .function(parameters: try members.object("parameters")?.raw, isStrict: try members.bool("strict")))
    }
    if type.equals("custom") {
      return CanonicalTool(
        name: try members.requiredText("name"), description: try members.text("description"),
        kind: .custom(format: node["format"]?.raw))
    }
    let isSearch = isSearch(type)
    return CanonicalTool(
      name: isSearch ? "web_search" : type,
      kind: isSearch
        ? .webSearch(.openAIResponses, options: node.raw)
        : .server(.openAIResponses, type: type, definition: node.raw))
  }

  static func choice(_ node: JSONNode) throws(DialectFault) -> ToolChoice {
    if let word = node.text {
      if word.equals("auto") { return .auto }
      if word.equals("none") { return .forbidden }
      if word.equals("required") { return .required }
      throw CheckedMembers.wrong(node, "\"auto\", \"none\", \"required\" or an object that names a tool")
    }
    let members = try CheckedMembers(node, "a choice")
    let type = try members.requiredText("type")
    guard type.equals("allowed_tools") else { return .named(try name(node)) }
    guard let list = try members.array("tools") else { throw members.missing("tools") }
    var names: [RawText] = []
    for tool in list.elements { names.append(try name(tool)) }
    if names.isEmpty { throw DialectFault("'\(list.path)' must name at least one tool.", at: list) }
    return .allowed(names, isRequired: try members.text("mode")?.equals("required") ?? false)
  }

  /// Functions and custom tools go by their names, those that OpenAI runs by their types.
  private static func name(_ node: JSONNode) throws(DialectFault) -> RawText {
    let members = try CheckedMembers(node, "a tool")
    let type = try members.requiredText("type")
    if type.equals("function") || type.equals("custom") { return try members.requiredText("name") }
    if type.equals("mcp") {
      throw DialectFault(
        unsupported: .serverTools, "the choice of a tool of an MCP server needs a provider that runs it",
        path: node.path)
    }
    return isSearch(type) ? "web_search" : type
  }

  /// The search has a name for each of its versions; other dialects have one.
  private static func isSearch(_ type: RawText) -> Bool { type.bytes.starts(with: "web_search".utf8) }
}

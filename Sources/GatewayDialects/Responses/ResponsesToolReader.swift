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
    let isSearch = type.bytes.starts(with: "web_search".utf8)
    return CanonicalTool(
      name: type,
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
    if type.equals("function") || type.equals("custom") { return .named(try members.requiredText("name")) }
    guard type.equals("allowed_tools") else { return .named(type) }
    var names: [RawText] = []
    for tool in try members.array("tools")?.elements.map({ $0 }) ?? [] {
      names.append(try CheckedMembers(tool, "a tool").requiredText("name"))
    }
    return .allowed(names, isRequired: try members.text("mode")?.equals("required") ?? false)
  }
}

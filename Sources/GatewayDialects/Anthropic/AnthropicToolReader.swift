import GatewayCore

/// `tools` and `tool_choice`.
enum AnthropicToolReader {
  static func tools(_ node: JSONNode) throws(DialectFault) -> [CanonicalTool] {
    var tools: [CanonicalTool] = []
    for element in try CheckedMembers.array(node).elements { tools.append(try tool(element)) }
    return tools
  }

  private static func tool(_ node: JSONNode) throws(DialectFault) -> CanonicalTool {
    let members = try CheckedMembers(node, "a tool")
    let name = try members.requiredText("name")
    var tool: CanonicalTool
    if let type = try members.text("type"), !type.equals("custom") {
      let isSearch = type.bytes.starts(with: "web_search".utf8)
      tool = CanonicalTool(
        name: name,
        kind: isSearch
          ? .webSearch(.anthropic, options: node.raw) : .server(.anthropic, type: type, definition: node.raw))
    } else {
      guard let schema = try members.object("input_schema") else { throw members.missing("input_schema") }
      tool = CanonicalTool(
        name: name, description: try members.text("description"),
        kind: .function(parameters: schema.raw, isStrict: try members.bool("strict")))
    }
    if let mark = node["cache_control"] { tool.cacheControl = try AnthropicBlockReader.cacheControl(mark) }
    return tool
  }

  static func readChoice(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    let members = try CheckedMembers(node, "a choice")
    let type = try members.requiredText("type")
    if type.equals("auto") {
      request.toolChoice = .auto
    } else if type.equals("any") {
      request.toolChoice = .required
    } else if type.equals("none") {
      request.toolChoice = .forbidden
    } else if type.equals("tool") {
      request.toolChoice = .named(try members.requiredText("name"))
    } else {
      throw DialectFault(
        "'tool_choice.type' must be \"auto\", \"any\", \"tool\" or \"none\".", path: "tool_choice.type")
    }
    if let isDisabled = try members.bool("disable_parallel_tool_use") { request.parallelToolCalls = !isDisabled }
  }
}

import GatewayCore

/// `tools` and `tool_choice`.
enum AnthropicToolReader {
  static func readTools(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    for element in try CheckedMembers.array(node).elements {
      let tool = try tool(element)
      request.tools.append(tool)
      guard case .function = tool.kind else { continue }
      // `input_examples`, `defer_loading` …
      for (name, value) in element.members where !value.isNull && !known.contains(name.string) {
        if !request.unknown.contains(where: { $0.name == name }) { request.unknown.append((name, value.raw)) }
      }
    }
  }

  /// Members of a function that the canonical form has.
  private static let known: Set<String> = ["type", "name", "description", "input_schema", "strict", "cache_control"]

  private static func tool(_ node: JSONNode) throws(DialectFault) -> CanonicalTool {
    let members = try CheckedMembers(node, "a tool")
    var tool: CanonicalTool
    if let type = try members.text("type"), !type.equals("custom") {
      let isSearch = type.bytes.starts(with: "web_search".utf8)
      // Toolsets of MCP servers have none.
      let name = try members.text("name") ?? type
      tool = CanonicalTool(
        name: name,
        kind: isSearch
          ? .webSearch(.anthropic, options: node.raw) : .server(.anthropic, type: type, definition: node.raw))
    } else {
      guard let schema = try members.object("input_schema") else { throw members.missing("input_schema") }
      tool = CanonicalTool(
        name: try members.requiredText("name"), description: try members.text("description"),
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

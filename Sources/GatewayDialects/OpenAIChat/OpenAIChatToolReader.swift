import GatewayCore

/// `tools`, `tool_choice`, and their older names.
enum OpenAIChatToolReader {
  static func tools(_ node: JSONNode) throws(DialectFault) -> [CanonicalTool] {
    var tools: [CanonicalTool] = []
    for element in try CheckedMembers.array(node).elements { tools.append(try tool(element)) }
    return tools
  }

  private static func tool(_ node: JSONNode) throws(DialectFault) -> CanonicalTool {
    let members = try CheckedMembers(node, "a tool")
    let type = try members.requiredText("type")
    if type.equals("function") {
      guard let definition = node["function"] else { throw members.missing("function") }
      var tool = try function(definition)
      // Some clients put the mark beside the function, some within.
      if let mark = node["cache_control"] ?? definition["cache_control"] {
        tool.cacheControl = try OpenAIChatMessageReader.cacheControl(mark)
      }
      return tool
    }
    if type.equals("custom") {
      guard let definition = node["custom"] else { throw members.missing("custom") }
      let custom = try CheckedMembers(definition, "a custom tool")
      return CanonicalTool(
        name: try custom.requiredText("name"), description: try custom.text("description"),
        kind: .custom(format: definition["format"]?.raw))
    }
    return CanonicalTool(name: type, kind: .server(.openAIChat, type: type, definition: node.raw))
  }

  static func functions(_ node: JSONNode) throws(DialectFault) -> [CanonicalTool] {
    var tools: [CanonicalTool] = []
    for element in try CheckedMembers.array(node).elements { tools.append(try function(element)) }
    return tools
  }

  private static func function(_ node: JSONNode) throws(DialectFault) -> CanonicalTool {
    let members = try CheckedMembers(node, "a function")
    return CanonicalTool(
      name: try members.requiredText("name"), description: try members.text("description"),
      kind: .function(parameters: try members.object("parameters")?.raw, isStrict: try members.bool("strict")))
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
    if type.equals("allowed_tools") { return try allowed(node, members) }
    for (name, value) in node.members where name == type {
      return .named(try CheckedMembers(value, "a tool").requiredText("name"))
    }
    throw DialectFault(
      "'tool_choice' must name a tool, like {\"type\":\"function\",\"function\":{\"name\":\"…\"}}.", at: node)
  }

  private static func allowed(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> ToolChoice {
    guard let list = node["allowed_tools"] else { throw members.missing("allowed_tools") }
    let allowed = try CheckedMembers(list, "a list of tools")
    var names: [RawText] = []
    for tool in try allowed.array("tools")?.elements ?? list.elements {
      let inner = tool["function"] ?? tool["custom"] ?? tool
      names.append(try CheckedMembers(inner, "a tool").requiredText("name"))
    }
    if names.isEmpty { throw DialectFault("'tool_choice.allowed_tools.tools' must name at least one tool.", at: list) }
    return .allowed(names, isRequired: try allowed.text("mode")?.equals("required") ?? false)
  }

  static func legacyChoice(_ node: JSONNode) throws(DialectFault) -> ToolChoice {
    if let word = node.text {
      if word.equals("auto") { return .auto }
      if word.equals("none") { return .forbidden }
      throw CheckedMembers.wrong(node, "\"auto\", \"none\" or an object with a name")
    }
    return .named(try CheckedMembers(node, "a choice").requiredText("name"))
  }
}

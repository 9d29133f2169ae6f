import GatewayCore

/// `tools` and `toolConfig`.
enum GeminiToolReader {
  static func tools(_ node: JSONNode) throws(DialectFault) -> [CanonicalTool] {
    var tools: [CanonicalTool] = []
    for element in try CheckedMembers.array(node).elements {
      _ = try CheckedMembers(element, "a tool")
      for (name, value) in element.members where !value.isNull {
        switch name.string {
        case "functionDeclarations", "function_declarations":
          for declaration in try CheckedMembers.array(value).elements { tools.append(try function(declaration)) }
        case "googleSearch", "google_search", "googleSearchRetrieval", "google_search_retrieval":
          tools.append(CanonicalTool(name: name, kind: .webSearch(.gemini, options: wrapped(name, value))))
        default:
          tools.append(
            CanonicalTool(name: name, kind: .server(.gemini, type: name, definition: wrapped(name, value))))
        }
      }
    }
    return tools
  }

  /// One entry of `tools` with this member alone.
  private static func wrapped(_ name: RawText, _ value: JSONNode) -> RawJSON {
    var json = JSONWriter()
    json.object { json in
      json.name(name)
      json.value(value.raw)
    }
    return RawJSON(written: json.bytes)
  }

  private static func function(_ node: JSONNode) throws(DialectFault) -> CanonicalTool {
    let members = try CheckedMembers(node, "a function")
    let json = try node.either("parametersJsonSchema", "parameters_json_schema").map(CheckedMembers.object)
    let own = try members.object("parameters")
    let schema = json?.raw ?? own.map(GeminiSchema.standard)
    return CanonicalTool(
      name: try members.requiredText("name"), description: try members.text("description"),
      kind: .function(parameters: schema, isStrict: nil))
  }

  static func choice(_ node: JSONNode) throws(DialectFault) -> ToolChoice? {
    _ = try CheckedMembers(node, "an object")
    guard let config = node.either("functionCallingConfig", "function_calling_config") else { return nil }
    let members = try CheckedMembers(config, "an object")
    let names = try config.either("allowedFunctionNames", "allowed_function_names").map(CheckedMembers.texts) ?? []
    switch try members.text("mode")?.string.uppercased() {
    case "AUTO", "MODE_UNSPECIFIED", nil: return names.isEmpty ? .auto : .allowed(names, isRequired: false)
    case "VALIDATED": return names.isEmpty ? .auto : .allowed(names, isRequired: false)
    case "NONE": return .forbidden
    case "ANY":
      if names.count == 1 { return .named(names[0]) }
      return names.isEmpty ? .required : .allowed(names, isRequired: true)
    default:
      throw DialectFault(
        "'\(config.path).mode' must be \"AUTO\", \"ANY\", \"NONE\" or \"VALIDATED\".", path: config.path + ".mode")
    }
  }
}

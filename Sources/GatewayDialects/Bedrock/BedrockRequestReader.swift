import GatewayCore

/// Reads the body of a call of Converse or ConverseStream. The model stands in the path, and so does whether it is a stream.
package enum BedrockRequestReader {
  /// - Parameter body: of a document that refuses duplicate members.
  package static func read(_ body: JSONNode) throws(DialectFault) -> CanonicalRequest {
    var request = CanonicalRequest()
    var system: JSONNode?
    var messages: JSONNode?
    for (name, value) in try BedrockBody.object(body).members where !value.isNull {
      if name.equals("messages") {
        messages = value
      } else if name.equals("system") {
        system = value
      } else if name.equals("inferenceConfig") {
        try readInference(value, into: &request)
      } else if name.equals("toolConfig") {
        try readToolConfig(value, into: &request)
      } else if name.equals("additionalModelRequestFields") {
        try BedrockModelFields.read(value, into: &request)
      } else if name.equals("outputConfig") {
        try readOutput(value, into: &request)
      } else if name.equals("requestMetadata") {
        request.metadata = try BedrockBody.object(value).raw
      } else if name.equals("serviceTier") {
        request.serviceTier = try BedrockBody.textMember("type", of: BedrockBody.object(value))
      } else if !name.equals("modelId") {
        request.unknown.append((name, value.raw))
      }
    }
    var conversation = BedrockConversationReader()
    if let system { try conversation.read(system: system) }
    if let messages {
      try conversation.read(messages: messages)
    } else if body["promptVariables"] == nil {
      throw DialectFault("messages is missing", path: "messages")
    }
    request.messages = conversation.messages
    return request
  }

  private static func readInference(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    for (name, value) in try BedrockBody.object(node).members where !value.isNull {
      if name.equals("maxTokens") {
        request.maxOutputTokens = try BedrockBody.whole(value, atLeast: 1)
      } else if name.equals("temperature") {
        request.sampling.temperature = try BedrockBody.number(value)
      } else if name.equals("topP") {
        request.sampling.topP = try BedrockBody.number(value)
      } else if name.equals("stopSequences") {
        for element in try BedrockBody.array(value).elements {
          let text = try BedrockBody.text(element)
          if text.isEmpty { throw DialectFault("a stop sequence must not be empty", at: element) }
          request.stop.append(text)
        }
      }
    }
  }

  private static func readOutput(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    let node = try BedrockBody.object(node)
    if let effort = node["effort"] { try BedrockModelFields.readEffort(effort, into: &request) }
    guard let format = node["textFormat"] else { return }
    let type = try BedrockBody.textMember("type", of: BedrockBody.object(format))
    guard type.equals("json_schema") else {
      throw DialectFault("unknown type '\(type)'; the only one is json_schema", path: format.path + ".type")
    }
    let structure = try BedrockBody.object(BedrockBody.member("structure", of: format))
    let definition = try BedrockBody.object(BedrockBody.member("jsonSchema", of: structure))
    let schema = try BedrockBody.member("schema", of: definition)
    guard let json = try? RawJSON(validating: BedrockBody.text(schema).decoded), json.bytes.first == UInt8(ascii: "{")
    else {
      throw DialectFault("schema must be a string that holds a JSON object", at: schema)
    }
    request.output = .jsonSchema(
      name: try text("name", of: definition), description: try text("description", of: definition), schema: json,
      isStrict: true)
  }

  private static func readToolConfig(_ node: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    let node = try BedrockBody.object(node)
    let tools = try BedrockBody.array(BedrockBody.member("tools", of: node))
    if tools.isEmpty { throw DialectFault("tools must have at least one tool", at: tools) }
    for element in tools.elements { try readTool(element, into: &request) }
    guard let choice = node["toolChoice"] else { return }
    let known: StaticString = "auto, any, tool"
    let (name, value) = try BedrockBody.union(choice, known: known)
    if name.equals("auto") {
      request.toolChoice = .auto
    } else if name.equals("any") {
      request.toolChoice = .required
    } else if name.equals("tool") {
      let tool = try BedrockBody.textMember("name", of: BedrockBody.object(value))
      guard request.tools.contains(where: { $0.name == tool }) else {
        throw DialectFault("no tool is named '\(tool)'", path: value.path + ".name")
      }
      request.toolChoice = .named(tool)
    } else {
      throw DialectFault("unknown tool choice '\(name)'; known are \(known)", at: choice)
    }
  }

  private static func readTool(_ element: JSONNode, into request: inout CanonicalRequest) throws(DialectFault) {
    let known: StaticString = "toolSpec, systemTool, cachePoint"
    let (kind, value) = try BedrockBody.union(element, known: known)
    if kind.equals("cachePoint") {
      guard let last = request.tools.indices.last else {
        throw DialectFault("a cachePoint must follow a tool", at: element)
      }
      request.tools[last].cacheControl = try BedrockConversationReader.cacheControl(value)
      return
    }
    let name = try BedrockBody.textMember("name", of: BedrockBody.object(value))
    guard !request.tools.contains(where: { $0.name == name }) else {
      throw DialectFault("two tools are named '\(name)'", path: value.path + ".name")
    }
    if kind.equals("toolSpec") {
      let schema = try BedrockBody.object(BedrockBody.member("inputSchema", of: value))
      let json = try BedrockBody.object(BedrockBody.member("json", of: schema))
      var isStrict: Bool?
      if let strict = value["strict"] { isStrict = try BedrockBody.bool(strict) }
      request.tools.append(
        CanonicalTool(
          name: name, description: try text("description", of: value),
          kind: .function(parameters: json.raw, isStrict: isStrict)))
    } else if kind.equals("systemTool") {
      request.tools.append(
        CanonicalTool(name: name, kind: .server(.bedrockConverse, type: "systemTool", definition: value.raw)))
    } else {
      throw DialectFault("unknown kind of tool '\(kind)'; known are \(known)", at: element)
    }
  }

  private static func text(_ name: StaticString, of node: JSONNode) throws(DialectFault) -> RawText? {
    guard let member = node[name] else { return nil }
    return try BedrockBody.text(member)
  }
}

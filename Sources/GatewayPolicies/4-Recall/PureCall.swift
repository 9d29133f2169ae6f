package import GatewayCore
package import GatewayDialects

/// Which calls may be answered by an earlier answer: those whose answer depends on the request alone.
package enum PureCall {
  /// Whether calls of this surface may be.
  package static func has(_ surface: Surface) -> Bool {
    switch surface {
    case .chatCompletions, .completions, .responses, .messages, .generateContent, .converse, .cohereChat,
      .dashScopeGeneration, .embeddings, .embedContent, .batchEmbedContents, .cohereEmbed, .rerank, .cohereRerank,
      .moderations:
      true
    default: false
    }
  }

  /// Whether this request may be.
  package static func isOne(_ root: JSONNode, on surface: Surface) -> Bool {
    guard has(surface), root.isObject else { return false }
    guard surface.dialect != nil else { return true }
    // Stored unless the request says otherwise.
    if surface == .responses, root["store"]?.bool != false || root["prompt"] != nil { return false }
    let speakers = speakers(root)
    return !speakers.contains(where: namesState) && !speakers.contains { !toolsArePure($0, on: surface) }
      && !speaks(root)
  }

  /// Members that stand for something outside of the request: state at a provider, a search, a job.
  private static let outside: Set<String> = [
    "previous_response_id", "conversation", "conversation_id", "container", "mcp_servers", "cachedContent",
    "cached_content",
    "connectors", "plugins", "enable_search", "search_options", "web_search_options", "search_parameters",
    "search_settings", "web_search", "forced_search", "data_sources", "dataSources", "EnableEnhancement",
    "enable_enhancement",
  ]
  /// Objects that hold further members of the same meaning, for certain providers.
  private static let further: [StaticString] = ["parameters", "extra_body", "google", "additionalModelRequestFields"]

  private static func namesState(_ root: JSONNode) -> Bool {
    for (name, value) in root.members {
      let name = name.string
      if outside.contains(name), !value.isNull, value.bool != false { return true }
      if name == "background" || name == "store", value.bool == true { return true }
    }
    return namesObject(root)
  }

  /// The request, and the objects within it that speak for it.
  private static func speakers(_ root: JSONNode) -> [JSONNode] {
    var found = [root]
    var index = 0
    while index < found.count, found.count < 16 {
      found += further.compactMap { found[index][$0] }.filter(\.isObject)
      index += 1
    }
    return found
  }

  /// Whether it names a file, or another object that a provider keeps, anywhere.
  private static func namesObject(_ node: JSONNode) -> Bool {
    for (name, value) in node.members {
      switch name.string {
      case "file_id", "file_ids", "fileData", "vector_store_ids": if !value.isNull { return true }
      // Gemini's; OpenAI's is the file itself.
      case "file_data" where value.isObject: return true
      case "type" where value.text?.equals("item_reference") == true: return true
      default: if namesObject(value) { return true }
      }
    }
    for element in node.elements where namesObject(element) { return true }
    return false
  }

  /// Tools that the caller runs are part of the request; those that a provider runs look at the world.
  private static func toolsArePure(_ root: JSONNode, on surface: Surface) -> Bool {
    switch surface {
    case .generateContent:
      guard let tools = root["tools"] else { return true }
      return tools.elements.allSatisfy { tool in
        tool.members.allSatisfy {
          $0.name.string == "functionDeclarations" || $0.name.string == "function_declarations"
        }
      }
    case .converse:
      // In the further fields they are those of the model's own API.
      guard root["tools"]?.elements.allSatisfy(isRunByCaller) ?? true else { return false }
      guard let tools = root["toolConfig"]?["tools"] else { return true }
      return tools.elements.allSatisfy { $0["toolSpec"] != nil || $0["cachePoint"] != nil }
    default:
      return root["tools"]?.elements.allSatisfy(isRunByCaller) ?? true
    }
  }

  private static func isRunByCaller(_ tool: JSONNode) -> Bool {
    // Anthropic's, and Cohere's first, have no type.
    guard let type = tool["type"]?.text else { return tool["name"] != nil || tool["function"] != nil }
    return type.equals("function") || type.equals("custom")
  }

  /// Sound and pictures are not kept.
  private static func speaks(_ root: JSONNode) -> Bool {
    let kinds = [root["modalities"], root["generationConfig"]?["responseModalities"]].compactMap { $0 }
    return kinds.contains { kinds in kinds.elements.contains { $0.string?.lowercased() != "text" } }
  }

  /// Whether an answer with these reasons is one to keep: every choice has ended by itself.
  package static func isComplete(_ reasons: [String]) -> Bool {
    !reasons.isEmpty && reasons.allSatisfy { ended.contains($0) }
  }

  /// By itself, or with a call of a tool: neither cut at a bound nor withheld.
  private static let ended: Set<String> = ["stop", "tool_calls", "function_call", "eos", "stop_sequence", "end_turn"]
}

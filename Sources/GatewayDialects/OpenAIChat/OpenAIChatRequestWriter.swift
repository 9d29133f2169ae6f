import GatewayCore

/// Writes the body of `POST /v1/chat/completions` for a provider of the dialect. Members that not all of these know
/// (`top_k`, `reasoning_content` …) are left out where `TargetTraits.refused` names them.
package enum OpenAIChatRequestWriter {
  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    try check(request)
    var draft = OpenAIChatDraft(request: request, traits: traits)
    return try draft.write()
  }

  private static func check(_ request: CanonicalRequest) throws(DialectFault) {
    if request.previousResponseID != nil {
      throw DialectFault(
        unsupported: .storedState, "chat keeps no state: send the earlier turns", path: "previous_response_id")
    }
    if request.cachedContent != nil {
      throw DialectFault(unsupported: .cachedContent, "chat has no cached content", path: "cachedContent")
    }
    for tool in request.tools {
      switch tool.kind {
      case .function, .custom, .webSearch(.openAIChat, _), .server(.openAIChat, _, _): break
      case .webSearch:
        throw DialectFault(
          unsupported: .webSearch, "the provider's own web search is of another dialect", path: "tools")
      case .server(_, let type, _):
        throw DialectFault(
          unsupported: .serverTools, "the tool '\(type.string)' runs at a provider of another dialect", path: "tools")
      }
    }
  }
}

/// One request that is being written.
struct OpenAIChatDraft {
  let request: CanonicalRequest
  let traits: TargetTraits
  private var dropped: Set<Hint>

  init(request: CanonicalRequest, traits: TargetTraits) {
    self.request = request
    self.traits = traits
    dropped = request.hints
    if request.cacheControl != nil || traits.refused.contains("cache_control") && request.hasCacheMarks {
      dropped.insert(.cacheControl)
    }
  }

  mutating func write() throws(DialectFault) -> WrittenRequest {
    var json = JSONWriter(capacity: 2048)
    try json.object { (json) throws(DialectFault) in
      json.member("model", traits.model)
      try OpenAIChatMessageWriter(request: request, traits: traits).write(into: &json)
      writeTools(into: &json)
      writeOutput(into: &json)
      writeSampling(into: &json)
      writeReasoning(into: &json)
      writeRest(into: &json)
    }
    var written = WrittenRequest(body: json.bytes)
    written.dropped = Array(dropped)
    return written
  }

  private func takes(_ name: String) -> Bool { !traits.refused.contains(name) }

  /// Writes a hint, if the provider knows the member.
  private mutating func hint(
    _ hint: Hint, _ name: StaticString, _ value: RawJSON?, into json: inout JSONWriter
  ) {
    guard let value, takes("\(name)") else { return }
    json.member(name, value)
    dropped.remove(hint)
  }

  private mutating func hint(
    _ hint: Hint, _ name: StaticString, _ value: RawText?, into json: inout JSONWriter
  ) {
    guard let value, takes("\(name)") else { return }
    json.member(name, value)
    dropped.remove(hint)
  }

  // MARK: Tools

  private func writeTools(into json: inout JSONWriter) {
    let tools = request.tools.filter { if case .webSearch = $0.kind { false } else { true } }
    if !tools.isEmpty {
      json.array("tools") { json in for tool in tools { write(tool, into: &json) } }
      write(request.toolChoice, into: &json)
      json.member("parallel_tool_calls", request.parallelToolCalls)
    }
    for tool in request.tools {
      if case .webSearch(_, let options) = tool.kind { json.member("web_search_options", options) }
    }
  }

  private func write(_ tool: CanonicalTool, into json: inout JSONWriter) {
    switch tool.kind {
    case .function(let parameters, let isStrict):
      json.object { json in
        json.member("type", "function")
        json.object("function") { json in
          json.member("name", tool.name)
          json.member("description", tool.description)
          json.member("parameters", parameters)
          json.member("strict", isStrict)
        }
        if takes("cache_control") { OpenAIChatMessageWriter.write(tool.cacheControl, into: &json) }
      }
    case .custom(let format):
      json.object { json in
        json.member("type", "custom")
        json.object("custom") { json in
          json.member("name", tool.name)
          json.member("description", tool.description)
          json.member("format", format)
        }
      }
    case .webSearch: break
    case .server(_, _, let definition): json.value(definition)
    }
  }

  private func write(_ choice: ToolChoice?, into json: inout JSONWriter) {
    switch choice {
    case nil: break
    case .auto: json.member("tool_choice", "auto")
    case .forbidden: json.member("tool_choice", "none")
    case .required: json.member("tool_choice", "required")
    case .named(let name): json.object("tool_choice") { writeReference(name, into: &$0) }
    case .allowed(let names, let isRequired):
      json.object("tool_choice") { json in
        json.member("type", "allowed_tools")
        json.object("allowed_tools") { json in
          json.member("mode", isRequired ? "required" : "auto")
          json.array("tools") { json in
            for name in names { json.object { writeReference(name, into: &$0) } }
          }
        }
      }
    }
  }

  private func writeReference(_ name: RawText, into json: inout JSONWriter) {
    let isCustom = request.tools.contains { tool in
      if case .custom = tool.kind { tool.name == name } else { false }
    }
    json.member("type", isCustom ? "custom" : "function")
    json.object(isCustom ? "custom" : "function") { $0.member("name", name) }
  }

  // MARK: The rest

  private func writeOutput(into json: inout JSONWriter) {
    switch request.output {
    case .text: break
    case .jsonObject: json.object("response_format") { $0.member("type", "json_object") }
    case .jsonSchema(let name, let description, let schema, let isStrict):
      json.object("response_format") { json in
        json.member("type", "json_schema")
        json.object("json_schema") { json in
          // The name is required.
          json.member("name", name ?? "answer")
          json.member("description", description)
          json.member("schema", schema)
          json.member("strict", isStrict)
        }
      }
    }
  }

  private mutating func writeSampling(into json: inout JSONWriter) {
    let sampling = request.sampling
    hint(.temperature, "temperature", sampling.temperature, into: &json)
    hint(.topP, "top_p", sampling.topP, into: &json)
    hint(.topK, "top_k", sampling.topK, into: &json)
    hint(.minP, "min_p", sampling.minP, into: &json)
    hint(.frequencyPenalty, "frequency_penalty", sampling.frequencyPenalty, into: &json)
    hint(.presencePenalty, "presence_penalty", sampling.presencePenalty, into: &json)
    hint(.repetitionPenalty, "repetition_penalty", sampling.repetitionPenalty, into: &json)
    hint(.seed, "seed", sampling.seed, into: &json)
    hint(.logitBias, "logit_bias", sampling.logitBias, into: &json)
    json.member(takes("max_tokens") ? "max_tokens" : "max_completion_tokens", request.maxOutputTokens)
    if !request.stop.isEmpty {
      json.array("stop") { json in for text in request.stop { json.value(text) } }
    }
    json.member("n", request.choices)
    json.member("logprobs", request.logprobs)
    json.member("top_logprobs", request.topLogprobs)
  }

  private mutating func writeReasoning(into json: inout JSONWriter) {
    let wish = request.reasoning
    guard takes("reasoning_effort"), !Self.cannotThink(traits.model) else { return }
    guard let effort = wish.effort ?? wish.budget.map(traits.budgets.effort) else { return }
    if effort == .off, !Self.knowsNone(traits.model) { return }
    json.member("reasoning_effort", effort.rawValue)
    dropped.remove(.reasoningEffort)
  }

  /// OpenAI's models without thoughts refuse the member.
  static func cannotThink(_ model: String) -> Bool {
    model.hasPrefix("gpt-4") || model.hasPrefix("gpt-3.5") || model.hasPrefix("chatgpt-4o")
  }

  /// Without thoughts is what most models do when nothing is said. The word `none` is known since GPT-5.1; those before refuse it.
  static func knowsNone(_ model: String) -> Bool { model.hasPrefix("gpt-5.") }

  private mutating func writeRest(into json: inout JSONWriter) {
    if !request.modalities.isEmpty {
      json.array("modalities") { json in for text in request.modalities { json.value(text) } }
    }
    json.member("audio", request.audioOutput)
    hint(.user, "user", request.user, into: &json)
    hint(.metadata, "metadata", request.metadata, into: &json)
    hint(.serviceTier, "service_tier", request.serviceTier, into: &json)
    hint(.promptCacheKey, "prompt_cache_key", request.promptCacheKey, into: &json)
    hint(.verbosity, "verbosity", request.verbosity, into: &json)
    hint(.prediction, "prediction", request.prediction, into: &json)
    if takes("store"), let store = request.store {
      json.member("store", store)
      dropped.remove(.store)
    }
    guard request.isStream else { return }
    json.member("stream", true)
    if takes("stream_options") { json.object("stream_options") { $0.member("include_usage", true) } }
  }
}

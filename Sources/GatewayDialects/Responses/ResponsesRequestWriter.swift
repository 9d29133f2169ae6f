import GatewayCore

/// Writes the body of `POST /v1/responses`. Nothing is stored there unless the caller says so.
package enum ResponsesRequestWriter {
  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    try check(request)
    var draft = ResponsesDraft(request: request, traits: traits)
    return try draft.write()
  }

  private static func check(_ request: CanonicalRequest) throws(DialectFault) {
    if let choices = request.choices, choices > 1 {
      throw DialectFault(unsupported: .severalChoices, "the Responses API gives one answer", path: "n")
    }
    if !request.stop.isEmpty {
      throw DialectFault(unsupported: .stopSequences, "the Responses API has no stop sequences", path: "stop")
    }
    if request.audioOutput != nil || request.modalities.contains("audio") {
      throw DialectFault(unsupported: .audioOutput, "the Responses API answers with text", path: "modalities")
    }
    if request.modalities.contains("image") {
      throw DialectFault(unsupported: .imageOutput, "the Responses API answers with text", path: "modalities")
    }
    if request.cachedContent != nil {
      throw DialectFault(unsupported: .cachedContent, "it belongs to another provider", path: "cachedContent")
    }
    for tool in request.tools {
      if case .server(let dialect, let type, _) = tool.kind, dialect != .openAIResponses {
        throw DialectFault(
          unsupported: .serverTools, "the tool '\(type.string)' runs at a provider of another dialect", path: "tools")
      }
    }
  }
}

/// One request that is being written.
struct ResponsesDraft {
  let request: CanonicalRequest
  let traits: TargetTraits
  private var dropped: Set<Hint>
  /// Thoughts come back with the next turn, since nothing is stored; and logprobs come only to who asks.
  private var includes: [String] = []

  init(request: CanonicalRequest, traits: TargetTraits) {
    self.request = request
    self.traits = traits
    dropped = request.hints
    if request.cacheControl != nil || request.hasCacheMarks { dropped.insert(.cacheControl) }
    if request.messages.contains(where: { $0.name != nil }) { dropped.insert(.participantName) }
  }

  mutating func write() throws(DialectFault) -> WrittenRequest {
    var json = JSONWriter(capacity: 2048)
    try json.object { (json) throws(DialectFault) in
      json.member("model", traits.model)
      try ResponsesItemWriter(request: request).write(into: &json)
      json.member("max_output_tokens", Self.limit(request.maxOutputTokens))
      hint(.temperature, "temperature", request.sampling.temperature, into: &json)
      hint(.topP, "top_p", request.sampling.topP, into: &json)
      try writeTools(into: &json)
      writeText(into: &json)
      writeReasoning(into: &json)
      writeRest(into: &json)
    }
    var written = WrittenRequest(body: json.bytes)
    written.dropped = Array(dropped)
    return written
  }

  /// The API refuses limits below 16 tokens, which other dialects take (Claude Code asks for one token to test a key).
  private static func limit(_ tokens: RawJSON?) -> RawJSON? {
    guard let count = tokens?.node?.int, count < 16 else { return tokens }
    return RawJSON(16)
  }

  private mutating func hint(_ hint: Hint, _ name: StaticString, _ value: RawJSON?, into json: inout JSONWriter) {
    guard let value else { return }
    json.member(name, value)
    dropped.remove(hint)
  }

  private mutating func hint(_ hint: Hint, _ name: StaticString, _ value: RawText?, into json: inout JSONWriter) {
    guard let value else { return }
    json.member(name, value)
    dropped.remove(hint)
  }

  private func writeTools(into json: inout JSONWriter) throws(DialectFault) {
    guard !request.tools.isEmpty else { return }
    try json.array("tools") { (json) throws(DialectFault) in
      for tool in request.tools { try Self.write(tool, into: &json) }
    }
    json.member("parallel_tool_calls", request.parallelToolCalls)
    let kinds = Dictionary(request.tools.map { ($0.name, $0.kind) }) { first, _ in first }
    switch request.toolChoice {
    case nil: break
    case .auto: json.member("tool_choice", "auto")
    case .forbidden: json.member("tool_choice", "none")
    case .required: json.member("tool_choice", "required")
    case .named(let name): json.object("tool_choice") { writeReference(name, kinds, into: &$0) }
    case .allowed(let names, let isRequired):
      json.object("tool_choice") { json in
        json.member("type", "allowed_tools")
        json.member("mode", isRequired ? "required" : "auto")
        json.array("tools") { json in for name in names { json.object { writeReference(name, kinds, into: &$0) } } }
      }
    }
  }

  private func writeReference(
    _ name: RawText, _ kinds: [RawText: CanonicalTool.Kind], into json: inout JSONWriter
  ) {
    switch kinds[name] {
    case .custom:
      json.member("type", "custom")
      json.member("name", name)
    case .server(.openAIResponses, let type, _): json.member("type", type)
    case .webSearch(.openAIResponses, let options): json.member("type", options.node?["type"]?.text ?? name)
    case .webSearch: json.member("type", "web_search")
    case .function, .server, nil:
      json.member("type", "function")
      json.member("name", name)
    }
  }

  private static func write(_ tool: CanonicalTool, into json: inout JSONWriter) throws(DialectFault) {
    switch tool.kind {
    case .function(let parameters, let isStrict):
      json.object { json in
        json.member("type", "function")
        json.member("name", tool.name)
        json.member("description", tool.description)
        json.member("parameters", parameters ?? RawJSON(#"{"type":"object","properties":{}}"#))
        // Strict is the default here, and elsewhere it is not.
        json.member("strict", isStrict ?? false)
      }
    case .custom(let format):
      json.object { json in
        json.member("type", "custom")
        json.member("name", tool.name)
        json.member("description", tool.description)
        json.member("format", format)
      }
    case .webSearch(.openAIResponses, let definition), .server(_, _, let definition): json.value(definition)
    case .webSearch(let dialect, let options): try ResponsesWebSearch.write(options, of: dialect, into: &json)
    }
  }

  private mutating func writeText(into json: inout JSONWriter) {
    guard request.output != .text || request.verbosity != nil else { return }
    dropped.remove(.verbosity)
    json.object("text") { json in
      json.member("verbosity", request.verbosity)
      switch request.output {
      case .text: break
      case .jsonObject: json.object("format") { $0.member("type", "json_object") }
      case .jsonSchema(let name, let description, let schema, let isStrict):
        json.object("format") { json in
          json.member("type", "json_schema")
          json.member("name", name ?? "answer")
          json.member("description", description)
          json.member("schema", schema)
          json.member("strict", isStrict)
        }
      }
    }
  }

  private mutating func writeReasoning(into json: inout JSONWriter) {
    let wish = request.reasoning
    guard !OpenAIChatDraft.cannotThink(traits.model) else { return }
    guard let effort = wish.effort ?? wish.budget.map(traits.budgets.effort) else { return }
    if effort == .off, !OpenAIChatDraft.knowsNone(traits.model) { return }
    dropped.remove(.reasoningEffort)
    includes.append("reasoning.encrypted_content")
    json.object("reasoning") { json in
      json.member("effort", effort.rawValue)
      if let summary = wish.summary {
        json.member("summary", summary)
      } else if effort != .off, wish.includesThoughts != false {
        json.member("summary", "auto")
      }
    }
  }

  private mutating func writeRest(into json: inout JSONWriter) {
    if request.logprobs == true {
      includes.append("message.output_text.logprobs")
      json.member("top_logprobs", request.topLogprobs)
    }
    if !includes.isEmpty { json.array("include") { json in for name in includes { json.value(name) } } }
    hint(.user, "user", request.user, into: &json)
    hint(.metadata, "metadata", request.metadata, into: &json)
    hint(.serviceTier, "service_tier", request.serviceTier, into: &json)
    hint(.promptCacheKey, "prompt_cache_key", request.promptCacheKey, into: &json)
    json.member("previous_response_id", request.previousResponseID)
    json.member("store", request.store ?? false)
    dropped.remove(.store)
    if request.isStream { json.member("stream", true) }
  }
}

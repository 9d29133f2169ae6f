import GatewayCore

/// Writes the body of `POST /v1/messages`.
package enum AnthropicRequestWriter {
  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    try AnthropicRefusals.check(request)
    var draft = AnthropicDraft(request: request, traits: traits)
    return try draft.write()
  }
}

/// What the API has no word for.
enum AnthropicRefusals {
  static func check(_ request: CanonicalRequest) throws(DialectFault) {
    func refuse(_ part: RequestPart, _ path: String, _ reason: String) -> DialectFault {
      DialectFault(unsupported: part, reason, path: path)
    }
    if let choices = request.choices, choices > 1 {
      throw refuse(.severalChoices, "n", "the Messages API gives one answer")
    }
    if request.logprobs == true { throw refuse(.logprobs, "logprobs", "the Messages API has no logprobs") }
    if request.audioOutput != nil || request.modalities.contains("audio") {
      throw refuse(.audioOutput, "modalities", "the Messages API answers with text")
    }
    if request.modalities.contains("image") {
      throw refuse(.imageOutput, "modalities", "the Messages API answers with text")
    }
    if request.previousResponseID != nil {
      throw refuse(.storedState, "previous_response_id", "the Messages API keeps no state: send the earlier turns")
    }
    if request.cachedContent != nil {
      throw refuse(.cachedContent, "cachedContent", "it belongs to another provider")
    }
    for tool in request.tools {
      switch tool.kind {
      case .function, .webSearch: break
      case .custom:
        throw refuse(.tools, "tools", "the tool '\(tool.name.string)' takes free text instead of JSON")
      case .server(.anthropic, _, _): break
      case .server(_, let type, _):
        throw refuse(.serverTools, "tools", "the tool '\(type.string)' runs at a provider of another dialect")
      }
    }
  }
}

/// One request that is being written.
struct AnthropicDraft {
  /// What an answer may have when neither the caller nor the model's own limit says so.
  private static let defaultMaximum = 4096

  let request: CanonicalRequest
  let traits: TargetTraits
  private var dropped: Set<Hint>
  private var emulated: [Emulation] = []

  init(request: CanonicalRequest, traits: TargetTraits) {
    self.request = request
    self.traits = traits
    dropped = request.hints
  }

  mutating func write() throws(DialectFault) -> WrittenRequest {
    var json = JSONWriter(capacity: 2048)
    try json.object { (json) throws(DialectFault) in
      json.member("model", traits.model)
      let messages = AnthropicMessageWriter(request: request)
      try messages.write(into: &json)
      writeLimits(into: &json)
      writeTools(into: &json)
      writeOutput(into: &json)
      writeRest(into: &json)
    }
    var written = WrittenRequest(body: json.bytes)
    written.dropped = Array(dropped)
    written.emulated = emulated
    return written
  }

  // MARK: Thinking and limits

  /// The budget that is asked for; `nil`: none.
  private var budget: Int? {
    let wish = request.reasoning
    if wish.effort == .off { return nil }
    return wish.budget ?? (wish.isAdaptive ? nil : wish.effort.map(traits.budgets.tokens))
  }

  /// A forced call and thinking exclude each other.
  private var forcesCall: Bool {
    switch request.toolChoice {
    case .required, .named: true
    case .allowed(_, let isRequired): isRequired
    case nil, .auto, .forbidden: emulatesOutput
    }
  }

  private var emulatesOutput: Bool {
    request.output != .text && (traits.refused.contains("output_config") || isPlainJSON)
  }

  /// `json_object` has no schema, which the native format needs.
  private var isPlainJSON: Bool { request.output == .jsonObject }

  private var thinks: Bool {
    guard !forcesCall, !traits.refused.contains("thinking") else { return false }
    return request.reasoning.isAdaptive || (budget ?? 0) > 0
  }

  private mutating func writeLimits(into json: inout JSONWriter) {
    let asked = request.maxOutputTokens?.node?.int
    var maximum = asked ?? traits.maximumOutput ?? Self.defaultMaximum
    if thinks {
      dropped.remove(.reasoningEffort)
      if let budget, !request.reasoning.isAdaptive {
        // 1024 is the least that the API takes, and the answer must fit behind the thoughts.
        let thoughts = max(1024, budget)
        if maximum <= thoughts { maximum += thoughts }
        json.object("thinking") { json in
          json.member("type", "enabled")
          json.member("budget_tokens", thoughts)
        }
      } else {
        json.object("thinking") { $0.member("type", "adaptive") }
      }
    } else if request.reasoning.effort == .off {
      dropped.remove(.reasoningEffort)
    }
    if let digits = request.maxOutputTokens, asked == maximum {
      json.member("max_tokens", digits)
    } else {
      json.member("max_tokens", maximum)
    }
    writeSampling(into: &json)
  }

  private mutating func writeSampling(into json: inout JSONWriter) {
    let sampling = request.sampling
    // With thinking the API takes neither another temperature nor top_k.
    if !thinks {
      if let temperature = sampling.temperature {
        // OpenAI's goes up to 2.
        let isHot = (temperature.node?.double ?? 0) > 1
        json.member("temperature", isHot ? RawJSON("1") : temperature)
        dropped.remove(.temperature)
      }
      if let topK = sampling.topK {
        json.member("top_k", topK)
        dropped.remove(.topK)
      }
    }
    // Newer models take one of both.
    if let topP = sampling.topP, sampling.temperature == nil || traits.refused.contains("temperature") {
      json.member("top_p", topP)
      dropped.remove(.topP)
    }
    if !request.stop.isEmpty {
      json.array("stop_sequences") { json in for text in request.stop { json.value(text) } }
    }
  }

  // MARK: Tools

  private mutating func writeTools(into json: inout JSONWriter) {
    guard !request.tools.isEmpty || emulatesOutput else { return }
    json.array("tools") { json in
      for tool in request.tools { Self.write(tool, into: &json) }
      if emulatesOutput { writeOutputTool(into: &json) }
    }
    let isSingle = request.parallelToolCalls == false
    if emulatesOutput {
      emulated = [.responseFormat]
      // With tools of its own the model may still call these first.
      writeChoice(request.tools.isEmpty ? .named(Emulation.toolName) : .required, isSingle: isSingle, into: &json)
    } else if let choice = request.toolChoice {
      writeChoice(choice, isSingle: isSingle, into: &json)
    } else if isSingle {
      writeChoice(.auto, isSingle: true, into: &json)
    }
  }

  private func writeOutputTool(into json: inout JSONWriter) {
    json.object { json in
      json.member("name", Emulation.toolName)
      json.member("description", "Gives the final answer. Call it exactly once, with the whole answer.")
      if case .jsonSchema(_, _, let schema, _) = request.output {
        json.member("input_schema", schema)
      } else {
        json.object("input_schema") { $0.member("type", "object") }
      }
    }
  }

  private static func write(_ tool: CanonicalTool, into json: inout JSONWriter) {
    switch tool.kind {
    case .function(let parameters, let isStrict):
      json.object { json in
        json.member("name", tool.name)
        json.member("description", tool.description)
        json.member("input_schema", parameters ?? RawJSON(#"{"type":"object","properties":{}}"#))
        if isStrict == true { json.member("strict", true) }
        AnthropicMessageWriter.writeMark(tool.cacheControl, into: &json)
      }
    case .webSearch(.anthropic, let definition), .server(_, _, let definition): json.value(definition)
    case .webSearch:
      json.object { json in
        json.member("type", "web_search_20250305")
        json.member("name", "web_search")
      }
    case .custom: break
    }
  }

  private func writeChoice(_ choice: ToolChoice, isSingle: Bool, into json: inout JSONWriter) {
    json.object("tool_choice") { json in
      switch choice {
      case .auto, .allowed(_, isRequired: false): json.member("type", "auto")
      case .forbidden: json.member("type", "none")
      case .required, .allowed(_, isRequired: true): json.member("type", "any")
      case .named(let name):
        json.member("type", "tool")
        json.member("name", name)
      }
      if isSingle, choice != .forbidden { json.member("disable_parallel_tool_use", true) }
    }
  }

  // MARK: The rest

  private func writeOutput(into json: inout JSONWriter) {
    guard !emulatesOutput, case .jsonSchema(_, _, let schema, _) = request.output else { return }
    json.object("output_config") { json in
      json.object("format") { json in
        json.member("type", "json_schema")
        json.member("schema", schema)
      }
    }
  }

  private mutating func writeRest(into json: inout JSONWriter) {
    if let user = request.user {
      json.object("metadata") { $0.member("user_id", user) }
      dropped.remove(.user)
    }
    if let tier = request.serviceTier, tier.equals("auto") || tier.equals("standard_only") {
      json.member("service_tier", tier)
      dropped.remove(.serviceTier)
    }
    if let mark = request.cacheControl { AnthropicMessageWriter.writeMark(mark, into: &json) }
    // To continue in parallel is what the API does unasked.
    if request.isStream { json.member("stream", true) }
  }
}

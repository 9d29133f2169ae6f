import GatewayCore

/// One request that is being written.
struct AnthropicDraft {
  /// What an answer may have when neither the caller nor the model's own limit says so.
  private static let defaultMaximum = 4096

  let request: CanonicalRequest
  let traits: TargetTraits
  private let messages: AnthropicMessageWriter
  private var dropped: Set<Hint>
  private var emulated: [Emulation] = []

  init(request: CanonicalRequest, traits: TargetTraits) {
    self.request = request
    self.traits = traits
    dropped = request.hints.subtracting([.toolError])
    messages = AnthropicMessageWriter(request: request)
  }

  mutating func write() throws(DialectFault) -> WrittenRequest {
    var json = JSONWriter(capacity: 2048)
    try json.object { (json) throws(DialectFault) in
      if traits.isVertex {
        json.member("anthropic_version", AnthropicOnVertex.version)
      } else {
        json.member("model", traits.model)
      }
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
    request.output != .text && (isPlainJSON || !AnthropicRefusals.knowsSchemas(traits))
  }

  /// `json_object` has no schema, which the native format needs.
  private var isPlainJSON: Bool { request.output == .jsonObject }

  private var thinks: Bool {
    guard !forcesCall, !traits.refused.contains("thinking") else { return false }
    if request.reasoning.isAdaptive { return true }
    return (budget ?? 0) > 0 && !messages.isMidCallWithoutThought
  }

  private mutating func writeLimits(into json: inout JSONWriter) {
    let asked = request.maxOutputTokens?.node?.int
    var maximum = asked ?? traits.maximumOutput ?? Self.defaultMaximum
    if thinks {
      dropped.remove(.reasoningEffort)
      let isHidden = request.reasoning.includesThoughts == false
      if let budget, !request.reasoning.isAdaptive {
        let thoughts = fit(budget, in: &maximum)
        json.object("thinking") { json in
          json.member("type", "enabled")
          json.member("budget_tokens", thoughts)
          if isHidden { json.member("display", "omitted") }
        }
      } else {
        json.object("thinking") { json in
          json.member("type", "adaptive")
          if isHidden { json.member("display", "omitted") }
        }
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

  /// 1024 is the least that the API takes, and the answer must fit behind the thoughts.
  private func fit(_ budget: Int, in maximum: inout Int) -> Int {
    let thoughts = max(1024, budget)
    guard maximum <= thoughts else { return thoughts }
    let (sum, isTooMuch) = maximum.addingReportingOverflow(thoughts)
    maximum = min(isTooMuch ? .max : sum, traits.maximumOutput ?? .max)
    return thoughts < maximum ? thoughts : max(1024, maximum / 2)
  }

  private mutating func writeSampling(into json: inout JSONWriter) {
    let sampling = request.sampling
    // With thinking the API takes neither another temperature nor top_k.
    if !thinks {
      if let temperature = sampling.temperature, !traits.refused.contains("temperature") {
        // OpenAI's goes up to 2.
        let isHot = (temperature.node?.double ?? 0) > 1
        json.member("temperature", isHot ? RawJSON("1") : temperature)
        dropped.remove(.temperature)
      }
      if let topK = sampling.topK, !traits.refused.contains("top_k") {
        json.member("top_k", topK)
        dropped.remove(.topK)
      }
    }
    // Newer models take one of both; with thinking it is 0.95 at least.
    let isFree = thinks ? (sampling.topP?.node?.double ?? 0) >= 0.95 : sampling.temperature == nil
    if let topP = sampling.topP, isFree || traits.refused.contains("temperature"), !traits.refused.contains("top_p") {
      json.member("top_p", topP)
      dropped.remove(.topP)
    }
    if !request.stop.isEmpty {
      json.array("stop_sequences") { json in for text in request.stop { json.value(text) } }
    }
  }

  // MARK: Tools

  private mutating func writeTools(into json: inout JSONWriter) {
    let tools = callableTools
    guard !tools.isEmpty || emulatesOutput else { return }
    json.array("tools") { json in
      for tool in tools { Self.write(tool, into: &json) }
      if emulatesOutput { writeOutputTool(into: &json) }
    }
    let isSingle = request.parallelToolCalls == false
    if emulatesOutput {
      emulated = [.responseFormat]
      // With tools of its own the model may still call these first.
      let isAlone = tools.isEmpty || request.toolChoice == .forbidden
      writeChoice(isAlone ? .named(Emulation.toolName) : .required, isSingle: isSingle, into: &json)
    } else if let choice = request.toolChoice {
      writeChoice(choice, isSingle: isSingle, into: &json)
    } else if isSingle {
      writeChoice(.auto, isSingle: true, into: &json)
    }
  }

  /// The API has no word for a choice among some of the tools: the others are not told.
  private var callableTools: [CanonicalTool] { request.allowed(of: request.tools) }

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
    // A budget says itself how much; a model that decides by itself goes by the effort.
    let effort = thinks && request.reasoning.isAdaptive ? request.reasoning.effort.flatMap(Self.word) : nil
    var format: RawJSON?
    if !emulatesOutput, case .jsonSchema(_, _, let schema, _) = request.output { format = schema }
    guard effort != nil || format != nil, !traits.refused.contains("output_config") else { return }
    json.object("output_config") { json in
      json.member("effort", effort)
      guard let format else { return }
      json.object("format") { json in
        json.member("type", "json_schema")
        json.member("schema", format)
      }
    }
  }

  private static func word(_ effort: ReasoningRequest.Effort) -> RawText? {
    switch effort {
    case .off: nil
    case .minimal, .low: "low"
    case .medium: "medium"
    case .high: "high"
    case .xhigh: "xhigh"
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

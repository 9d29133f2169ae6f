import GatewayCore

/// Writes the body of `generateContent`.
package enum GeminiRequestWriter {
  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    try check(request)
    var draft = GeminiDraft(request: request, traits: traits)
    return try draft.write()
  }

  private static func check(_ request: CanonicalRequest) throws(DialectFault) {
    if request.previousResponseID != nil {
      throw DialectFault(
        unsupported: .storedState, "Gemini keeps no state: send the earlier turns", path: "previous_response_id")
    }
    if request.parallelToolCalls == false, !request.tools.isEmpty {
      throw DialectFault(
        unsupported: .singleToolCalls, "Gemini may always call several tools at once", path: "parallel_tool_calls")
    }
    if request.audioOutput != nil {
      throw DialectFault(
        unsupported: .audioOutput, "Gemini's sound has neither these voices nor these formats", path: "audio")
    }
    if request.stop.count > 5 {
      throw DialectFault(unsupported: .stopSequences, "Gemini takes five stop sequences at most", path: "stop")
    }
    for tool in request.tools {
      switch tool.kind {
      case .function, .webSearch, .server(.gemini, _, _): break
      case .custom:
        throw DialectFault(
          unsupported: .tools, "the tool '\(tool.name.string)' takes free text instead of JSON", path: "tools")
      case .server(_, let type, _):
        throw DialectFault(
          unsupported: .serverTools, "the tool '\(type.string)' runs at a provider of another dialect", path: "tools")
      }
    }
  }
}

/// One request that is being written.
struct GeminiDraft {
  let request: CanonicalRequest
  let traits: TargetTraits
  private var dropped: Set<Hint>

  init(request: CanonicalRequest, traits: TargetTraits) {
    self.request = request
    self.traits = traits
    dropped = request.hints.subtracting([.toolError])
  }

  mutating func write() throws(DialectFault) -> WrittenRequest {
    var json = JSONWriter(capacity: 2048)
    try json.object { (json) throws(DialectFault) in
      var contents = GeminiContentWriter(request: request)
      try contents.write(into: &json)
      writeTools(into: &json)
      writeGeneration(into: &json)
      if let tier = request.serviceTier?.string.lowercased(), ["flex", "priority", "standard"].contains(tier) {
        json.member("serviceTier", tier)
        dropped.remove(.serviceTier)
      }
      if let settings = request.safetySettings {
        json.member("safetySettings", settings)
        dropped.remove(.safetySettings)
      }
      json.member("cachedContent", request.cachedContent)
    }
    var written = WrittenRequest(body: json.bytes)
    written.dropped = Array(dropped)
    return written
  }

  // MARK: Tools

  private func writeTools(into json: inout JSONWriter) {
    guard !request.tools.isEmpty else { return }
    let functions = request.tools.filter { if case .function = $0.kind { true } else { false } }
    json.array("tools") { json in
      if !functions.isEmpty {
        json.object { json in
          json.array("functionDeclarations") { json in for tool in functions { Self.write(tool, into: &json) } }
        }
      }
      for tool in request.tools {
        switch tool.kind {
        case .webSearch(.gemini, let entry), .server(_, _, let entry): json.value(entry)
        case .webSearch: json.object { $0.object("googleSearch") { _ in } }
        case .function, .custom: break
        }
      }
    }
    guard let choice = request.toolChoice, !functions.isEmpty else { return }
    json.object("toolConfig") { json in
      json.object("functionCallingConfig") { json in
        switch choice {
        case .auto: json.member("mode", "AUTO")
        case .forbidden: json.member("mode", "NONE")
        case .required: json.member("mode", "ANY")
        case .named(let name):
          json.member("mode", "ANY")
          json.array("allowedFunctionNames") { $0.value(name) }
        case .allowed(let names, let isRequired):
          json.member("mode", isRequired ? "ANY" : "VALIDATED")
          json.array("allowedFunctionNames") { json in for name in names { json.value(name) } }
        }
      }
    }
  }

  private static func write(_ tool: CanonicalTool, into json: inout JSONWriter) {
    guard case .function(let parameters, _) = tool.kind else { return }
    json.object { json in
      json.member("name", tool.name)
      json.member("description", tool.description)
      json.member("parametersJsonSchema", parameters)
    }
  }

  // MARK: Generation

  private mutating func writeGeneration(into json: inout JSONWriter) {
    var inner = JSONWriter()
    inner.object { json in
      writeSampling(into: &json)
      writeMaximum(into: &json)
      json.member("candidateCount", request.choices)
      if !request.stop.isEmpty {
        json.array("stopSequences") { json in for text in request.stop { json.value(text) } }
      }
      json.member("responseLogprobs", request.logprobs)
      json.member("logprobs", request.topLogprobs)
      if !request.modalities.isEmpty {
        json.array("responseModalities") { json in
          for text in request.modalities { json.value(text.string.uppercased()) }
        }
      }
      writeFormat(into: &json)
      writeThinking(into: &json)
    }
    if inner.bytes.count > 2 { json.member("generationConfig", RawJSON(written: inner.bytes)) }
  }

  private mutating func writeSampling(into json: inout JSONWriter) {
    func write(_ name: StaticString, _ value: RawJSON?, _ hint: Hint) {
      guard let value, !traits.refused.contains("\(name)") else { return }
      json.member(name, value)
      dropped.remove(hint)
    }
    let sampling = request.sampling
    write("temperature", sampling.temperature, .temperature)
    write("topP", sampling.topP, .topP)
    write("topK", sampling.topK, .topK)
    // The API's seeds have 32 bits.
    write("seed", sampling.seed.flatMap { $0.node?.int.flatMap(Int32.init(exactly:)) == nil ? nil : $0 }, .seed)
    write("presencePenalty", sampling.presencePenalty, .presencePenalty)
    write("frequencyPenalty", sampling.frequencyPenalty, .frequencyPenalty)
  }

  private func writeFormat(into json: inout JSONWriter) {
    switch request.output {
    case .text: break
    case .jsonObject: json.member("responseMimeType", "application/json")
    case .jsonSchema(_, _, let schema, _):
      json.member("responseMimeType", "application/json")
      json.member("responseJsonSchema", schema)
    }
  }

  /// Thoughts count as output, so the answer must fit behind them.
  private func writeMaximum(into json: inout JSONWriter) {
    let model = GeminiThinking(model: traits.model)
    guard let digits = request.maxOutputTokens, let asked = digits.node?.int, model.thinks, !request.reasoning.isEmpty,
      !traits.refused.contains("thinkingConfig"),
      case .budget(let thoughts) = model.amount(for: request.reasoning, budgets: traits.budgets), thoughts >= asked
    else { return json.member("maxOutputTokens", request.maxOutputTokens) }
    let (sum, isTooMuch) = asked.addingReportingOverflow(thoughts)
    json.member("maxOutputTokens", isTooMuch ? .max : sum)
  }

  private mutating func writeThinking(into json: inout JSONWriter) {
    let wish = request.reasoning
    guard !wish.isEmpty, !traits.refused.contains("thinkingConfig") else { return }
    let model = GeminiThinking(model: traits.model)
    guard model.thinks else { return }
    dropped.remove(.reasoningEffort)
    json.object("thinkingConfig") { json in
      switch model.amount(for: wish, budgets: traits.budgets) {
      case .budget(let tokens): json.member("thinkingBudget", tokens)
      case .level(let level): json.member("thinkingLevel", level)
      case nil: break
      }
      if wish.effort != .off { json.member("includeThoughts", wish.includesThoughts ?? true) }
    }
  }
}

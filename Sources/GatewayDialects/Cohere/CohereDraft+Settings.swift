extension CohereDraft {
  /// `response_format`, `max_tokens`, `stop_sequences` and `logprobs`.
  mutating func writeOutput(into json: inout JSONWriter) throws(DialectFault) {
    try writeFormat(into: &json)
    json.member("max_tokens", maximumTokens)
    if !request.stop.isEmpty {
      json.array("stop_sequences") { json in for stop in request.stop { json.value(stop) } }
    }
    if request.logprobs == true { json.member("logprobs", true) }
  }

  private func writeFormat(into json: inout JSONWriter) throws(DialectFault) {
    if request.output == .text { return }
    guard takes("response_format") else {
      throw DialectFault(unsupported: .structuredOutput, "The model has no response format.")
    }
    if !request.tools.isEmpty {
      throw DialectFault(
        unsupported: .structuredOutput, "Cohere takes no response format together with tools.")
    }
    json.object("response_format") { json in
      json.member("type", "json_object" as RawText)
      if case .jsonSchema(_, _, let schema, _) = request.output { json.member("json_schema", schema) }
    }
  }

  /// The limit holds thoughts as well: it grows when the budget would leave nothing for the answer.
  private var maximumTokens: RawJSON? {
    guard let digits = request.maxOutputTokens else { return nil }
    guard let limit = Int(digits.string), takes("thinking"), let budget = thinkingBudget, limit <= budget else {
      return digits
    }
    let (sum, overflow) = limit.addingReportingOverflow(budget)
    return RawJSON(min(overflow ? .max : sum, traits.maximumOutput ?? .max))
  }

  // MARK: Sampling

  mutating func writeSampling(into json: inout JSONWriter) {
    let sampling = request.sampling
    write("temperature", sampling.temperature, .temperature, into: &json)
    write("p", sampling.topP.map(Self.p), .topP, into: &json)
    write("k", sampling.topK.map(Self.k), .topK, into: &json)
    write("seed", sampling.seed, .seed, into: &json)
    writePenalty("frequency_penalty", sampling.frequencyPenalty, .frequencyPenalty, into: &json)
    writePenalty("presence_penalty", sampling.presencePenalty, .presencePenalty, into: &json)
    writeOwnMembers(into: &json)
  }

  private mutating func write(
    _ name: StaticString, _ value: RawJSON?, _ hint: Hint, into json: inout JSONWriter
  ) {
    guard let value, takes("\(name)") else { return }
    json.member(name, value)
    wrote(hint)
  }

  /// Cohere's is from 0.01 to 0.99; 1 is how others say that there is no limit.
  private static func p(_ digits: RawJSON) -> RawJSON {
    guard let value = Double(digits.string) else { return digits }
    return value > 0.99 ? RawJSON("0.99") : value < 0.01 ? RawJSON("0.01") : digits
  }

  /// From 0 (all) to 500; others say −1 for all.
  private static func k(_ digits: RawJSON) -> RawJSON {
    guard let value = Double(digits.string) else { return digits }
    return value > 500 ? RawJSON("500") : value < 0 ? RawJSON("0") : digits
  }

  /// From 0 to 1. A zero is the default and is left out, because some models take only one of the two.
  private mutating func writePenalty(
    _ name: StaticString, _ digits: RawJSON?, _ hint: Hint, into json: inout JSONWriter
  ) {
    guard let digits, let value = Double(digits.string) else { return }
    if value == 0 { return wrote(hint) }
    if value > 0, value <= 1 { write(name, digits, hint, into: &json) }
  }

  /// Members that only Cohere has, as the caller wrote them.
  private mutating func writeOwnMembers(into json: inout JSONWriter) {
    for member in request.unknown {
      switch member.name.string {
      case "citation_options", "safety_mode", "priority":
        guard takes(member.name.string) else { continue }
        json.name(member.name)
        json.value(member.value)
        wrote(.unknown(member.name.string))
      default: continue
      }
    }
  }

  // MARK: Thoughts

  /// Tokens; nil when nothing is said, or when the model decides.
  private var thinkingBudget: Int? {
    if let budget = request.reasoning.budget { return budget }
    if request.reasoning.isAdaptive { return nil }
    return request.reasoning.effort.map { traits.budgets.tokens(for: $0) }
  }

  mutating func writeThinking(into json: inout JSONWriter) {
    let budget = thinkingBudget
    guard takes("thinking"), budget != nil || request.reasoning.isAdaptive else { return }
    json.object("thinking") { json in
      guard let budget else { return json.member("type", "enabled" as RawText) }
      json.member("type", budget > 0 ? "enabled" : "disabled" as RawText)
      if budget > 0 { json.member("token_budget", budget) }
    }
    wrote(.reasoningEffort)
  }

  // MARK: Documents

  /// Text documents of the messages, and `documents` of a caller that speaks another dialect.
  mutating func writeDocuments(into json: inout JSONWriter) throws(DialectFault) {
    let own = request.unknown.first { $0.name.equals("documents") }?.value
    guard !notes.documents.isEmpty || own != nil else { return }
    guard takes("documents") else {
      throw DialectFault(unsupported: .files, "The model takes no documents.")
    }
    let node = own?.node
    json.array("documents") { json in
      if let node { for element in node.elements { json.value(element.raw) } }
      for document in notes.documents { CohereDocument.write(document, into: &json) }
    }
    wrote(.unknown("documents"))
    let saysHow = request.unknown.contains { $0.name.equals("citation_options") }
    if !saysHow, !notes.documents.isEmpty, notes.documents.allSatisfy({ $0.citesSource == false }) {
      json.object("citation_options") { json in json.member("mode", "OFF" as RawText) }
    }
  }
}

/// What the model makes of a request: decided once, before anything is written.
struct BedrockPlan {
  /// How the model is asked to think.
  enum Thinking {
    case none
    /// Claude, up to 4.6.
    case budget(Int)
    /// Claude from 4.6 on: `outputConfig.effort` says how much.
    case adaptive(effort: StaticString?)
    /// Nova 2.
    case nova(effort: StaticString)
    /// OpenAI's open models.
    case effort(StaticString)
  }

  let traits: TargetTraits
  let model: BedrockModel
  private(set) var thinking = Thinking.none
  /// The schema is a tool that has to be called.
  private(set) var isEmulated = false
  private(set) var maxTokens: RawJSON?
  /// Without what the model refuses.
  private(set) var sampling: Sampling
  /// Hints that have not been written.
  var dropped: Set<Hint>
  /// The choice of tools stands among the model's own fields.
  var hasOwnToolChoice = false

  init(_ request: CanonicalRequest, _ traits: TargetTraits) throws(DialectFault) {
    self.traits = traits
    model = BedrockModel(traits.model)
    sampling = request.sampling
    maxTokens = request.maxOutputTokens
    dropped = request.hints.subtracting([.toolError])
    if request.reasoning.summary != nil { dropped.insert(.reasoningSummary) }
    try planOutput(request)
    planThinking(request)
    planSampling()
    planMaxTokens(request)
  }

  func refuses(_ member: String) -> Bool { traits.refused.contains(member) }

  // MARK: Structured output

  private mutating func planOutput(_ request: CanonicalRequest) throws(DialectFault) {
    switch request.output {
    case .text: return
    case .jsonObject: isEmulated = true
    case .jsonSchema(_, _, let schema, let isStrict):
      // Bedrock's own way is always strict and wants a schema in strict form.
      isEmulated = !model.hasStructuredOutput || refuses("outputConfig") || isStrict == false
      if isEmulated, schema.node?["type"]?.text?.equals("object") != true {
        throw DialectFault(
          unsupported: .structuredOutput,
          "'\(traits.model)' has no structured output but by a tool, whose schema must be of type object")
      }
    }
    guard isEmulated else { return }
    if !request.tools.isEmpty {
      throw DialectFault(
        unsupported: .structuredOutput,
        "'\(traits.model)' has no structured output but by a tool, which cannot stand beside the tools of the request")
    }
    if refuses("toolConfig") || refuses("toolChoice") {
      throw DialectFault(unsupported: .structuredOutput, "'\(traits.model)' has no structured output")
    }
  }

  // MARK: Thinking

  private mutating func planThinking(_ request: CanonicalRequest) {
    let reasoning = request.reasoning
    guard !reasoning.isEmpty, !refuses("reasoning") else { return }
    if reasoning.effort == .off || reasoning.budget == 0 {
      // Not to think is what these models do unless they are asked to.
      if let claude = model.claude, claude >= 500 { return }
      dropped.remove(.reasoningEffort)
      return
    }
    let effort = reasoning.effort ?? reasoning.budget.map(traits.budgets.effort(for:)) ?? .medium
    switch model.family {
    case .claude(let version):
      // Claude refuses to think when it has to call a tool.
      if isEmulated || request.forcesTool { return }
      if version >= 407 || version == 406 && reasoning.isAdaptive {
        let isSaid = reasoning.effort != nil || reasoning.budget != nil
        thinking = .adaptive(effort: isSaid ? Self.word(effort, claude: version) : nil)
      } else if version >= 307, !request.endsInCallsWithoutThought {
        thinking = .budget(max(1024, reasoning.budget ?? traits.budgets.tokens(for: effort)))
      } else {
        return
      }
    case .nova(version: 2): thinking = .nova(effort: novaEffort(effort))
    case .gptOSS: thinking = .effort(Self.threeWords(effort))
    case .nova, .mistral, .plain, .other: return
    }
    dropped.remove(.reasoningEffort)
  }

  /// High effort takes no limit of tokens and no sampling.
  private func novaEffort(_ effort: ReasoningRequest.Effort) -> StaticString {
    switch effort {
    case .off, .minimal, .low: "low"
    case .medium: "medium"
    case .high, .xhigh: maxTokens == nil ? "high" : "medium"
    }
  }

  private static func threeWords(_ effort: ReasoningRequest.Effort) -> StaticString {
    switch effort {
    case .off, .minimal, .low: "low"
    case .medium: "medium"
    case .high, .xhigh: "high"
    }
  }

  private static func word(_ effort: ReasoningRequest.Effort, claude version: Int) -> StaticString {
    effort == .xhigh && version >= 407 ? "xhigh" : threeWords(effort)
  }

  // MARK: Numbers

  private mutating func planSampling() {
    if refuses("temperature") { sampling.temperature = nil }
    if refuses("topP") { sampling.topP = nil }
    if refuses("topK") { sampling.topK = nil }
    switch (model.family, thinking) {
    case (.claude(let version), .none) where version < 407:
      // From 4.1 on either may be given, not both.
      if version >= 401, sampling.temperature != nil { sampling.topP = nil }
    case (.claude, _): sampling = Sampling()
    case (.nova, .nova(let effort)) where effort.utf8CodeUnitCount == 4: sampling = Sampling()
    default: break
    }
  }

  /// The limit holds what is thought as well, so it grows by the budget when it would leave no room for an answer.
  private mutating func planMaxTokens(_ request: CanonicalRequest) {
    guard case .budget(var budget) = thinking else { return }
    let asked = request.maxOutputTokens.flatMap { Int($0.string) }
    if let asked, asked > budget { return }
    var limit = budget + (asked ?? 4096)
    if let maximum = traits.maximumOutput, limit > maximum {
      limit = maximum
      if budget >= limit {
        budget = max(1024, limit / 2)
        thinking = .budget(budget)
      }
    }
    maxTokens = RawJSON(limit)
  }
}

extension CanonicalRequest {
  fileprivate var forcesTool: Bool {
    switch toolChoice {
    case .required, .named, .allowed(_, isRequired: true): true
    case nil, .auto, .forbidden, .allowed: false
    }
  }

  /// Whether the assistant's last message calls tools in a turn without a signed thought: Claude then refuses to think on.
  fileprivate var endsInCallsWithoutThought: Bool {
    guard let last = messages.lastIndex(where: { $0.role == .assistant }) else { return false }
    let hasCalls = messages[last].parts.contains { if case .toolCall = $0.content { true } else { false } }
    guard hasCalls else { return false }
    for message in messages[...last].reversed() {
      if message.role == .user { break }
      for part in message.parts {
        if case .reasoning(let thought) = part.content, BedrockBlockWriter.goesBack(thought) { return false }
      }
    }
    return true
  }
}

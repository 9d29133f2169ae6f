extension CanonicalRequest {
  /// Which parts of the request change its meaning: what a target must be able to do.
  package var parts: Set<RequestPart> {
    var parts: Set<RequestPart> = []
    for tool in tools {
      switch tool.kind {
      case .function, .custom: parts.insert(.tools)
      case .webSearch: parts.insert(.webSearch)
      case .server: parts.insert(.serverTools)
      }
    }
    switch toolChoice {
    case .required, .named, .allowed: parts.insert(.toolChoice)
    case nil, .auto, .forbidden: break
    }
    if parallelToolCalls == false, !tools.isEmpty { parts.insert(.singleToolCalls) }
    if output != .text { parts.insert(.structuredOutput) }
    if let choices, choices > 1 { parts.insert(.severalChoices) }
    if logprobs == true { parts.insert(.logprobs) }
    if audioOutput != nil || modalities.contains("audio") { parts.insert(.audioOutput) }
    if modalities.contains("image") { parts.insert(.imageOutput) }
    if cachedContent != nil { parts.insert(.cachedContent) }
    if previousResponseID != nil { parts.insert(.storedState) }
    for message in messages { for part in message.parts { Self.add(part, to: &parts) } }
    return parts
  }

  private static func add(_ part: CanonicalPart, to parts: inout Set<RequestPart>) {
    switch part.content {
    case .image: parts.insert(.images)
    case .audio: parts.insert(.audio)
    case .video: parts.insert(.video)
    case .file: parts.insert(.files)
    case .toolResult(let result): for part in result.parts { add(part, to: &parts) }
    case .text, .toolCall, .reasoning, .refusal, .opaque: break
    }
  }

  /// The name of the tool that was called with that id.
  package func nameOfCall(_ id: RawText) -> RawText? {
    for message in messages.reversed() {
      for part in message.parts { if case .toolCall(let call) = part.content, call.id == id { return call.name } }
    }
    return nil
  }

  /// Hints that the request gives; a writer reports those that it does not write.
  package var hints: Set<Hint> {
    var hints: Set<Hint> = []
    func add(_ hint: Hint, _ isThere: Bool) { if isThere { hints.insert(hint) } }
    add(.temperature, sampling.temperature != nil)
    add(.topP, sampling.topP != nil)
    add(.topK, sampling.topK != nil)
    add(.minP, sampling.minP != nil)
    add(.frequencyPenalty, sampling.frequencyPenalty != nil)
    add(.presencePenalty, sampling.presencePenalty != nil)
    add(.repetitionPenalty, sampling.repetitionPenalty != nil)
    add(.seed, sampling.seed != nil)
    add(.logitBias, sampling.logitBias != nil)
    add(.user, user != nil)
    add(.metadata, metadata != nil)
    add(.serviceTier, serviceTier != nil)
    add(.store, store != nil)
    add(.promptCacheKey, promptCacheKey != nil)
    add(.verbosity, verbosity != nil)
    add(.prediction, prediction != nil)
    add(.safetySettings, safetySettings != nil)
    add(.reasoningEffort, !reasoning.isEmpty)
    add(.toolError, messages.contains(where: \.hasFailedTool))
    for member in unknown { hints.insert(.unknown(member.name.string)) }
    return hints
  }
}

extension CanonicalRequest {
  /// Those of `tools` that the choice between some of them leaves, for formats that have no such choice.
  func allowed(of tools: [CanonicalTool]) -> [CanonicalTool] {
    guard case .allowed(let names, _) = toolChoice else { return tools }
    let allowed = Set(names)
    return tools.filter { allowed.contains($0.name) }
  }
}

extension CanonicalMessage {
  fileprivate var hasFailedTool: Bool {
    parts.contains { part in
      if case .toolResult(let result) = part.content { result.isError } else { false }
    }
  }
}

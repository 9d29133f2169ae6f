import GatewayCore

/// Reads a `GenerateContentResponse`.
package enum GeminiAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    var answer = CanonicalResponse()
    answer.id = body.either("responseId", "response_id")?.text
    answer.model = body.either("modelVersion", "model_version")?.text
    answer.usage = GeminiUsage.read(body.either("usageMetadata", "usage_metadata"))
    guard let candidates = body["candidates"], candidates.isArray, !candidates.isEmpty else {
      // The prompt was blocked: an answer without content.
      guard blockReason(body) != nil else { throw AnswerFault("an answer without candidates") }
      var choice = CanonicalResponse.Choice(index: 0)
      choice.finish = .contentFilter
      answer.choices = [choice]
      return answer
    }
    for (position, node) in candidates.elements.enumerated() {
      answer.choices.append(try choice(node, position, answer: answer.id))
    }
    return answer
  }

  static func blockReason(_ body: JSONNode) -> RawText? {
    let feedback = body.either("promptFeedback", "prompt_feedback")
    return feedback?.either("blockReason", "block_reason")?.text
  }

  /// Above it, an index is no index.
  static let maximumCandidates = 128

  static func index(of node: JSONNode, at position: Int) throws(AnswerFault) -> Int {
    guard node.isObject else { throw AnswerFault("a candidate that is no object") }
    let index = node["index"]?.int ?? position
    guard index >= 0, index < maximumCandidates else { throw AnswerFault("a candidate with the index \(index)") }
    return index
  }

  private static func choice(
    _ node: JSONNode, _ position: Int, answer: RawText?
  ) throws(AnswerFault) -> CanonicalResponse.Choice {
    var choice = CanonicalResponse.Choice(index: try index(of: node, at: position))
    var calls = 0
    func sign(_ signature: RawText?) {
      guard let signature else { return }
      choice.parts.append(CanonicalPart(.reasoning(ReasoningPart(signature: signature))))
    }
    for node in node["content"]?["parts"]?.elements.map({ $0 }) ?? [] {
      switch try GeminiAnswerPart(node) {
      case .text(let text, let signature):
        sign(signature)
        if !text.isEmpty { append(text, to: &choice.parts) }
      case .thought(let text, let signature):
        GeminiContentReader.append(ReasoningPart(text: text, signature: signature), to: &choice.parts)
      case .call(let name, let args, let id, let signature):
        let id = id ?? GeminiAnswerPart.callID(calls, of: choice.index, answer: answer)
        calls += 1
        choice.parts.append(
          CanonicalPart(.toolCall(ToolCall(id: id, name: name, arguments: .json(args), signature: signature))))
      case .whole(let part, let signature):
        sign(signature)
        choice.parts.append(part)
      }
    }
    let citations = GeminiCitations.read(node)
    if let last = choice.parts.lastIndex(where: \.isText), case .text(var text) = choice.parts[last].content {
      text.citations = citations
      choice.parts[last].content = .text(text)
    }
    choice.logprobs = GeminiLogprobs.read(node)
    let reason = node.either("finishReason", "finish_reason")?.text
    if choice.parts.isEmpty {
      guard let reason, !GeminiFinish.isBroken(reason) else {
        throw AnswerFault("a candidate without content\(reason.map { ": \($0.string)" } ?? "")")
      }
    }
    choice.finish = reason.map { GeminiFinish.read($0, hasCalls: calls > 0) }
    return choice
  }

  /// Texts that follow each other are one.
  private static func append(_ text: RawText, to parts: inout [CanonicalPart]) {
    if let last = parts.indices.last, case .text(var before) = parts[last].content {
      before.text = before.text + text
      parts[last].content = .text(before)
    } else {
      parts.append(.text(text))
    }
  }
}

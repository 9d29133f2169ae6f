import GatewayCore

/// Reads an answer of `POST /v2/chat`.
///
/// `tool_plan` is text of the answer: it is meant to be seen, comes before the calls like the words that other models say
/// there, and goes back with the next turn.
package enum CohereAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    guard let message = body["message"], message.isObject else {
      throw AnswerFault("malformed answer: it has no 'message'")
    }
    var choice = CanonicalResponse.Choice(index: 0)
    choice.parts = try parts(of: message)
    let hasCalls = try addCalls(of: message, to: &choice.parts)
    let reason = body["finish_reason"]?.text
    if choice.parts.isEmpty, message["content"] == nil, reason == nil {
      throw AnswerFault("malformed answer: 'message' has no content and there is no 'finish_reason'")
    }
    if let reason {
      switch CohereFinish.read(reason.string, hasCalls: hasCalls) {
      case .finished(let finish): choice.finish = finish
      case .failed(let word): throw AnswerFault("the provider gave up the answer: finish_reason \(word)")
      }
    }
    if let logprobs = body["logprobs"] { choice.logprobs = CohereLogprobs.read(Array(logprobs.elements)) }
    var answer = CanonicalResponse()
    answer.id = body["id"]?.text
    answer.usage = body["usage"].flatMap(CohereUsage.read)
    answer.choices = [choice]
    return answer
  }

  private static func parts(of message: JSONNode) throws(AnswerFault) -> [CanonicalPart] {
    var parts: [CanonicalPart] = []
    if let content = message["content"] {
      if let text = content.text {
        parts.append(.text(text))
      } else {
        guard content.isArray else { throw AnswerFault("malformed answer: 'message.content' is no array") }
        for block in content.elements { parts.append(try part(block)) }
      }
    }
    if let citations = message["citations"] { CohereCitation.attach(citations, to: &parts) }
    if let plan = message["tool_plan"]?.text, !plan.isEmpty { parts.append(.text(plan)) }
    return parts
  }

  private static func part(_ block: JSONNode) throws(AnswerFault) -> CanonicalPart {
    if let thought = block["thinking"]?.text { return CanonicalPart(.reasoning(ReasoningPart(text: thought))) }
    if let text = block["text"]?.text { return .text(text) }
    guard let type = block["type"]?.text else { throw AnswerFault("malformed answer: a content block without a type") }
    return CanonicalPart(.opaque(.cohere, kind: type, block.raw))
  }

  private static func addCalls(of message: JSONNode, to parts: inout [CanonicalPart]) throws(AnswerFault) -> Bool {
    guard let calls = message["tool_calls"] else { return false }
    var hasCalls = false
    for call in calls.elements {
      guard let name = call["function"]?["name"]?.text else {
        throw AnswerFault("malformed answer: a tool call without a name")
      }
      hasCalls = true
      parts.append(
        CanonicalPart(
          .toolCall(
            ToolCall(
              id: call["id"]?.text ?? .empty, name: name,
              arguments: .string(call["function"]?["arguments"]?.text ?? .empty)))))
    }
    return hasCalls
  }
}

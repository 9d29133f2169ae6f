import GatewayCore

/// Reads a whole response.
package enum ResponsesAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    guard let output = body["output"], output.isArray else { throw AnswerFault("an answer without output") }
    if body["status"]?.text?.equals("failed") == true { throw AnswerFault("the response failed") }
    var answer = CanonicalResponse()
    answer.id = body["id"]?.text
    answer.model = body["model"]?.text
    answer.created = body["created_at"]?.int
    answer.serviceTier = body["service_tier"]?.text
    var choice = CanonicalResponse.Choice(index: 0)
    var logprobs: [JSONNode] = []
    for item in output.elements {
      try read(item, into: &choice.parts)
      for node in item["content"]?.elements.map({ $0 }) ?? [] {
        logprobs += node["logprobs"]?.elements.map { $0 } ?? []
      }
    }
    choice.logprobs = ResponsesLogprobs.read(logprobs)
    let hasCalls = choice.parts.contains { if case .toolCall = $0.content { true } else { false } }
    choice.finish = ResponsesStatus.read(body, hasCalls: hasCalls)
    answer.choices = [choice]
    answer.usage = ResponsesUsage.read(body["usage"])
    return answer
  }

  static func read(_ item: JSONNode, into parts: inout [CanonicalPart]) throws(AnswerFault) {
    guard let type = item["type"]?.text else { throw AnswerFault("an output item without a type") }
    if type.equals("message") {
      for node in item["content"]?.elements.map({ $0 }) ?? [] {
        if let refusal = node["refusal"]?.text {
          parts.append(CanonicalPart(.refusal(refusal)))
        } else if let text = node["text"]?.text {
          let notes = node["annotations"]?.elements.compactMap(ResponsesCitations.read) ?? []
          parts.append(CanonicalPart(.text(TextPart(text: text, citations: notes))))
        }
      }
    } else if type.equals("function_call") || type.equals("custom_tool_call") {
      parts.append(CanonicalPart(.toolCall(try call(item, isCustom: type.equals("custom_tool_call")))))
    } else if type.equals("reasoning") {
      let thought = ResponsesItemReader.thought(item)
      if !thought.isEmpty { parts.append(CanonicalPart(.reasoning(thought))) }
    } else {
      parts.append(CanonicalPart(.opaque(.openAIResponses, kind: type, item.raw)))
    }
  }

  private static func call(_ item: JSONNode, isCustom: Bool) throws(AnswerFault) -> ToolCall {
    guard let name = item["name"]?.text else { throw AnswerFault("a call without a name") }
    let text = (isCustom ? item["input"] : item["arguments"])?.text ?? .empty
    return ToolCall(
      kind: isCustom ? .custom : .function, id: (item["call_id"] ?? item["id"])?.text ?? .empty, name: name,
      arguments: .string(text))
  }
}

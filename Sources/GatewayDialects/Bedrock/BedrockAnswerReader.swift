import GatewayCore

/// Reads the answer of Converse.
package enum BedrockAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    guard let content = body["output"]?["message"]?["content"], content.isArray else {
      throw AnswerFault("malformed answer: output.message.content is missing")
    }
    guard let reason = body["stopReason"]?.text else {
      throw AnswerFault("malformed answer: stopReason is missing")
    }
    var choice = CanonicalResponse.Choice(index: 0)
    var hasToolCalls = false
    for element in content.elements {
      guard let part = try read(block: element) else { continue }
      if case .toolCall = part.content { hasToolCalls = true }
      choice.parts.append(part)
    }
    choice.finish = BedrockStopReason.read(reason, hasToolCalls: hasToolCalls)
    choice.stopSequence = body["additionalModelResponseFields"]?["stop_sequence"]?.text
    var answer = CanonicalResponse()
    answer.choices = [choice]
    answer.usage = BedrockUsage.read(body["usage"])
    answer.serviceTier = body["serviceTier"]?["type"]?.text
    return answer
  }

  /// Nil for a block that says nothing.
  private static func read(block: JSONNode) throws(AnswerFault) -> CanonicalPart? {
    for (kind, value) in block.members where !value.isNull {
      if kind.equals("text") {
        guard let text = value.text else { throw AnswerFault("malformed answer: a text block without text") }
        return .text(text)
      }
      if kind.equals("toolUse") { return try readCall(kind, value) }
      if kind.equals("reasoningContent") {
        if let redacted = value["redactedContent"]?.text {
          return CanonicalPart(.reasoning(ReasoningPart(redacted: redacted)))
        }
        let thought = value["reasoningText"]
        return CanonicalPart(
          .reasoning(ReasoningPart(text: thought?["text"]?.text ?? .empty, signature: thought?["signature"]?.text)))
      }
      if kind.equals("citationsContent") { return CanonicalPart(.text(BedrockCitations.read(value))) }
      if kind.equals("image"), let format = value["format"]?.text, let data = value["source"]?["bytes"]?.text {
        return image(format, data)
      }
      return CanonicalPart(.opaque(.bedrockConverse, kind: kind, value.raw))
    }
    return nil
  }

  static func image(_ format: RawText, _ data: RawText) -> CanonicalPart {
    CanonicalPart(.image(MediaPart(.base64(data), mediaType: BedrockMedia.mediaType(of: format, .image))))
  }

  private static func readCall(_ kind: RawText, _ value: JSONNode) throws(AnswerFault) -> CanonicalPart {
    // Of a tool that the provider runs itself.
    if value["type"] != nil { return CanonicalPart(.opaque(.bedrockConverse, kind: kind, value.raw)) }
    guard let id = value["toolUseId"]?.text, let name = value["name"]?.text else {
      throw AnswerFault("malformed answer: a toolUse without toolUseId or name")
    }
    let input = value["input"]?.raw ?? .emptyObject
    return CanonicalPart(.toolCall(ToolCall(id: id, name: name, arguments: .json(input))))
  }
}

import GatewayCore

/// Writes a whole response.
package enum ResponsesAnswerWriter {
  package static func write(_ answer: CanonicalResponse, context: AnswerContext) -> [UInt8] {
    var object = ResponsesObject(context: context)
    object.model = answer.model
    object.created = answer.created
    object.usage = answer.usage
    let choice = answer.choices.first
    object.finish = choice?.finish
    var ids = ResponsesItems(exchangeID: context.exchangeID)
    let status: StaticString = ResponsesStatus.reason(choice?.finish) == nil ? "completed" : "incomplete"
    for part in choice?.parts ?? [] {
      if let item = item(part, status, &ids) { object.items.append(item) }
    }
    var json = JSONWriter(capacity: 1536)
    object.write(isDone: true, into: &json)
    return json.bytes
  }

  private static func item(_ part: CanonicalPart, _ status: StaticString, _ ids: inout ResponsesItems) -> RawJSON? {
    var json = JSONWriter()
    switch part.content {
    case .text, .refusal:
      ResponsesItems.message(id: ids.nextID("msg"), status: status, content: [part], into: &json)
    case .toolCall(let call): ResponsesItems.call(call, id: ids.nextID("fc"), status: "completed", into: &json)
    case .reasoning(let thought): ResponsesItems.reasoning(thought, id: ids.nextID("rs"), into: &json)
    case .opaque(.openAIResponses, _, let value): json.value(value)
    case .image, .audio, .video, .file, .toolResult, .opaque: return nil
    }
    return RawJSON(written: json.bytes)
  }
}

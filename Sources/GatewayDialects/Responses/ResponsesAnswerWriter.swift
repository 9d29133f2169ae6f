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
    object.serviceTier = answer.serviceTier
    var ids = ResponsesItems(exchangeID: context.exchangeID)
    let parts = choice?.parts ?? []
    // The last part is the one that was cut.
    let cut = ResponsesStatus.reason(choice?.finish) == nil ? nil : parts.indices.last
    var logprobs = ResponsesLogprobs.tokens(choice?.logprobs)
    for (index, part) in parts.enumerated() {
      guard let item = item(part, index == cut ? .incomplete : .completed, logprobs, &ids) else { continue }
      object.items.append(item)
      // Which token belongs to which text, chat does not say.
      if part.isText { logprobs = [] }
    }
    var json = JSONWriter(capacity: 1536)
    object.write(isDone: true, into: &json)
    return json.bytes
  }

  private static func item(
    _ part: CanonicalPart, _ status: ResponsesItems.Status, _ logprobs: [RawJSON], _ ids: inout ResponsesItems
  ) -> RawJSON? {
    var json = JSONWriter()
    switch part.content {
    case .text, .refusal:
      ResponsesItems.message(id: ids.nextID("msg"), status: status, part, logprobs, into: &json)
    case .toolCall(let call): ResponsesItems.call(call, id: ids.nextID(call.kind), status: status, into: &json)
    case .reasoning(let thought): ResponsesItems.reasoning(thought, id: ids.nextID("rs"), into: &json)
    case .opaque(.openAIResponses, _, let value): json.value(value)
    case .image(let image):
      guard ResponsesItems.image(image, id: ids.nextID("ig"), into: &json) else { return nil }
    case .audio, .video, .file, .toolResult, .opaque: return nil
    }
    return RawJSON(written: json.bytes)
  }
}

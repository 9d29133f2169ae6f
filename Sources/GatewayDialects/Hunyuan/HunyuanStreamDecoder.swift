/// Reads the events of `"Stream":true`: each has a `Delta` that continues the one before it, without the `Response` around
/// it. There is no last event; the body ends.
package struct HunyuanStreamDecoder: StreamDecoder {
  private var chat = OpenAIChatStreamDecoder()

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if chat.isEnded { return }
    if OpenAIChatStreamDecoder.isDone(data) { return try bodyEnded(into: &deltas) }
    let document: JSONDocument
    do throws(JSONFault) {
      document = try JSONDocument(copying: data, loneSurrogates: .replaced)
    } catch {
      throw AnswerFault(error)
    }
    let event = document.root["Response"] ?? document.root
    guard event.isObject, let chunk = HunyuanNames.chat(event) else { throw AnswerFault("an event that is no object") }
    if let error = HunyuanAnswerReader.error(in: event) { return chat.fail(error, into: &deltas) }
    chat.cite(HunyuanAnswerReader.citations(in: event))
    try chat.take(chunk: chunk, into: &deltas)
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    try chat.bodyEnded(into: &deltas)
  }
}

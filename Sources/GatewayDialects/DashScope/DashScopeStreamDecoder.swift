/// Reads the events of `X-DashScope-SSE: enable` with `incremental_output`: each holds a `message` that continues the one
/// before it. There is no last event; the body ends.
package struct DashScopeStreamDecoder: StreamDecoder {
  /// The choices are those of a streamed chat, but for their names.
  private var chat = OpenAIChatStreamDecoder()

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if chat.isEnded { return }
    let event = try JSONDocument(answer: data).root
    guard event.isObject else { throw AnswerFault("an event that is no object") }
    if name == "error" { return chat.fail(ProviderError.parse(errorBody: data), into: &deltas) }
    guard let output = event["output"], output.isObject else {
      if let error = DashScopeAnswerReader.error(in: event) { return chat.fail(error, into: &deltas) }
      throw AnswerFault("an event without 'output'")
    }
    chat.begin(CanonicalDelta.Start(id: event["request_id"]?.text), into: &deltas)
    chat.cite(DashScopeAnswerReader.citations(in: output))
    for (position, choice) in DashScopeAnswerReader.choices(of: output).enumerated() {
      guard choice.isObject else { throw AnswerFault("a choice that is no object") }
      try chat.take(
        choice, delta: DashScopeAnswerReader.message(of: choice), finish: DashScopeAnswerReader.finish(choice),
        index: choice["index"]?.int ?? position, into: &deltas)
      if chat.isEnded { return }
    }
    if let usage = OpenAIChatUsage.read(event["usage"]) { deltas.append(.usage(usage)) }
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    try chat.bodyEnded(into: &deltas)
  }
}

/// Reads a streamed `chatcompletion_v2`: chunks of chat. The last one is a whole `chat.completion` that says everything again, and
/// it alone has the usage.
package struct MiniMaxStreamDecoder: StreamDecoder {
  private var chat = OpenAIChatStreamDecoder()
  private var isSensitive = false
  private var hasContent = false

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
    let chunk = document.root
    guard chunk.isObject else { throw AnswerFault("an event that is no object") }
    if ProviderError.isIn(chunk) { return chat.fail(ProviderError.parse(errorBody: data), into: &deltas) }
    isSensitive = isSensitive || MiniMaxAnswerReader.isSensitive(chunk)
    let before = deltas.count
    try chat.take(chunk: chunk, into: &deltas)
    judge(&deltas, from: before)
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    let before = deltas.count
    try chat.bodyEnded(into: &deltas)
    judge(&deltas, from: before)
  }

  /// An answer that was withheld ends as one that came to its end.
  private mutating func judge(_ deltas: inout [CanonicalDelta], from start: Int) {
    for index in start..<deltas.count {
      if deltas[index].isContent { hasContent = true }
      if isSensitive, !hasContent, case .finished(let choice, _, let stop) = deltas[index] {
        deltas[index] = .finished(choice: choice, .contentFilter, stopSequence: stop)
      }
    }
  }
}

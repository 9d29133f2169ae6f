import GatewayCore
import GatewayDialects

/// Makes the answer that a call would have had without streaming of the events that a client got, as far as it got them. One that broke
/// off ends as one that was cut for its length: no dialect has a word for it.
enum AnswerAssembly {
  /// - Parameter limit: bytes of one event.
  /// - Returns: a JSON document; nil: nothing was said.
  static func whole(
    _ stream: UnsafeRawBufferPointer, as dialect: Dialect, context: AnswerContext, limit: Int
  ) -> [UInt8]? {
    if dialect == .openAICompletions { return completion(stream, context: context, limit: limit) }
    if context.isCumulative { return last(stream, as: dialect, limit: limit) }
    var decoder = dialect.streamDecoder()
    var assembler = CanonicalAssembler()
    forEachEvent(stream, as: dialect, limit: limit) { name, data in
      var deltas: [CanonicalDelta] = []
      do throws(AnswerFault) {
        try decoder.receive(event: name, data: data, into: &deltas)
      } catch {
        return false
      }
      for delta in deltas { assembler.receive(delta) }
      return !assembler.isEnded && assembler.failure == nil
    }
    if !assembler.isEnded, assembler.failure == nil {
      var deltas: [CanonicalDelta] = []
      // What is missing at the end is missing in the answer.
      try? decoder.bodyEnded(into: &deltas)
      for delta in deltas { assembler.receive(delta) }
    }
    assembler.brokeOff()
    var answer = assembler.answer
    guard !answer.choices.isEmpty else { return nil }
    for index in answer.choices.indices where answer.choices[index].finish == nil {
      answer.choices[index].finish = .length
    }
    return dialect.writeAnswer(answer, context: context)
  }

  /// - Parameter body: whether it wants more.
  private static func forEachEvent(
    _ stream: UnsafeRawBufferPointer, as dialect: Dialect, limit: Int,
    _ body: (_ name: String, _ data: UnsafeRawBufferPointer) -> Bool
  ) {
    var events = EventSplitter(dialect: dialect, limit: limit)
    var rest = stream
    while let item = try? events.next(rest) {
      switch item {
      case .needsMore: return
      case .nothing(let consumed): rest = UnsafeRawBufferPointer(rebasing: rest[consumed...])
      case .event(let event, let consumed):
        guard event.withData(rest, { body(event.name(in: rest), $0) }) else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[consumed...])
      }
    }
  }

  /// Each event has all that came before it.
  private static func last(_ stream: UnsafeRawBufferPointer, as dialect: Dialect, limit: Int) -> [UInt8]? {
    var last: [UInt8]?
    forEachEvent(stream, as: dialect, limit: limit) { name, data in
      if name != "error" { last = Array(data) }
      return true
    }
    return last
  }

  /// Completions have a format of their own, which no provider is read in.
  private static func completion(
    _ stream: UnsafeRawBufferPointer, context: AnswerContext, limit: Int
  ) -> [UInt8]? {
    var choices: [Int: (text: [UInt8], finish: RawText?)] = [:]
    forEachEvent(stream, as: .openAICompletions, limit: limit) { _, data in
      guard let chunk = try? JSONDocument(copying: data, loneSurrogates: .replaced).root else { return true }
      for choice in chunk["choices"]?.elements.map({ $0 }) ?? [] {
        let index = choice["index"]?.int ?? 0
        choices[index, default: ([], nil)].text += choice["text"]?.text?.bytes ?? []
        if let finish = choice["finish_reason"]?.text { choices[index]?.finish = finish }
      }
      return true
    }
    guard !choices.isEmpty else { return nil }
    var json = JSONWriter(capacity: 512)
    json.object { json in
      json.member("object", "text_completion")
      json.member("created", context.created)
      json.member("model", context.model)
      json.array("choices") { json in
        for (index, choice) in choices.sorted(by: { $0.key < $1.key }) {
          json.object { json in
            json.member("index", index)
            json.member("text", RawText(joined: choice.text))
            json.member("finish_reason", choice.finish ?? "length")
          }
        }
      }
    }
    return json.bytes
  }
}

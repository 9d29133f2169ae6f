import GatewayCore

/// Reads the chunks of `streamGenerateContent?alt=sse`: each is a response with what is new.
package struct GeminiStreamDecoder: StreamDecoder {
  private enum Open { case nothing, text, thought }

  private struct Candidate {
    var open = Open.nothing
    var parts = 0
    var calls = 0
    var isFinished = false
    /// Tells that something of the answer has come.
    var isEmpty: Bool { parts == 0 }
  }

  /// The answer's id.
  private var id: RawText?
  private var candidates: [Candidate] = []
  private var hasStarted = false
  private var isEnded = false

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if isEnded { return }
    let chunk = try JSONDocument(answer: data).root
    guard chunk.isObject else { throw AnswerFault("an event that is no object") }
    if chunk["error"] != nil {
      isEnded = true
      return deltas.append(.failed(ProviderError.parse(errorBody: data)))
    }
    start(chunk, into: &deltas)
    for (position, node) in (chunk["candidates"]?.elements.map { $0 } ?? []).enumerated() {
      try take(node, index: GeminiAnswerReader.index(of: node, at: position), into: &deltas)
    }
    if GeminiAnswerReader.blockReason(chunk) != nil {
      if candidates.isEmpty { candidates.append(Candidate()) }
      for index in candidates.indices { finish(index, .contentFilter, into: &deltas) }
    }
    if let usage = GeminiUsage.read(chunk.either("usageMetadata", "usage_metadata")) { deltas.append(.usage(usage)) }
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    if isEnded { return }
    guard !candidates.isEmpty, candidates.allSatisfy(\.isFinished) else {
      throw AnswerFault("the stream ended without a finish reason")
    }
    isEnded = true
    deltas.append(.ended)
  }

  private mutating func start(_ chunk: JSONNode, into deltas: inout [CanonicalDelta]) {
    guard !hasStarted else { return }
    hasStarted = true
    id = chunk.either("responseId", "response_id")?.text
    let model = chunk.either("modelVersion", "model_version")?.text
    deltas.append(.started(CanonicalDelta.Start(id: id, model: model)))
  }

  private mutating func take(
    _ node: JSONNode, index: Int, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    while candidates.count <= index { candidates.append(Candidate()) }
    if candidates[index].isFinished { return }
    var citations = GeminiCitations.read(node)[...]
    func cite() {
      guard candidates[index].open == .text else { return }
      while let citation = citations.popFirst() {
        deltas.append(.citation(choice: index, part: candidates[index].parts - 1, citation))
      }
    }
    for part in node["content"]?["parts"]?.elements.map({ $0 }) ?? [] {
      let part = try GeminiAnswerPart(part)
      // What ends the text takes its citations with it.
      if case .text(_, nil) = part {} else { cite() }
      take(part, index, into: &deltas)
    }
    cite()
    if let logprobs = GeminiLogprobs.read(node) { deltas.append(.logprobs(choice: index, logprobs)) }
    guard let reason = node.either("finishReason", "finish_reason")?.text else { return }
    if candidates[index].isEmpty, GeminiFinish.isBroken(reason) {
      throw AnswerFault("a candidate without content: \(reason.string)")
    }
    finish(index, GeminiFinish.read(reason, hasCalls: candidates[index].calls > 0), into: &deltas)
  }

  private mutating func finish(_ index: Int, _ reason: FinishReason, into deltas: inout [CanonicalDelta]) {
    if candidates[index].isFinished { return }
    close(index, into: &deltas)
    candidates[index].isFinished = true
    deltas.append(.finished(choice: index, reason, stopSequence: nil))
  }

  private mutating func sign(_ index: Int, _ signature: RawText?, into deltas: inout [CanonicalDelta]) {
    guard let signature else { return }
    close(index, into: &deltas)
    open(.thought, index, .reasoning(redacted: nil), into: &deltas)
    deltas.append(.signature(choice: index, part: candidates[index].parts - 1, signature))
    close(index, into: &deltas)
  }

  private mutating func take(_ part: GeminiAnswerPart, _ index: Int, into deltas: inout [CanonicalDelta]) {
    switch part {
    case .text(let text, let signature):
      sign(index, signature, into: &deltas)
      guard !text.isEmpty else { return }
      open(.text, index, .text, into: &deltas)
      deltas.append(.text(choice: index, part: candidates[index].parts - 1, text))
    case .thought(let text, let signature):
      open(.thought, index, .reasoning(redacted: nil), into: &deltas)
      if !text.isEmpty { deltas.append(.reasoning(choice: index, part: candidates[index].parts - 1, text)) }
      if let signature {
        deltas.append(.signature(choice: index, part: candidates[index].parts - 1, signature))
        close(index, into: &deltas)
      }
    case .call(let name, let args, let id, let signature):
      let made = id ?? GeminiAnswerPart.callID(candidates[index].calls, of: index, answer: self.id)
      candidates[index].calls += 1
      open(.nothing, index, .toolCall(id: made, name: name, kind: .function, signature: signature), into: &deltas)
      deltas.append(
        .arguments(choice: index, part: candidates[index].parts - 1, RawText(escaping: args.bytes)))
      deltas.append(.partEnded(choice: index, part: candidates[index].parts - 1))
    case .whole(let part, let signature):
      sign(index, signature, into: &deltas)
      if case .opaque(let dialect, let kind, let value) = part.content {
        open(.nothing, index, .opaque(dialect, kind: kind, value), into: &deltas)
      } else {
        open(.nothing, index, .media(part), into: &deltas)
      }
      deltas.append(.partEnded(choice: index, part: candidates[index].parts - 1))
    }
  }

  // MARK: Parts

  private mutating func open(
    _ kind: Open, _ index: Int, _ start: CanonicalDelta.PartStart, into deltas: inout [CanonicalDelta]
  ) {
    if candidates[index].open == kind, kind != .nothing { return }
    close(index, into: &deltas)
    deltas.append(.partStarted(choice: index, part: candidates[index].parts, start))
    candidates[index].parts += 1
    candidates[index].open = kind
  }

  private mutating func close(_ index: Int, into deltas: inout [CanonicalDelta]) {
    guard candidates[index].open != .nothing else { return }
    candidates[index].open = .nothing
    deltas.append(.partEnded(choice: index, part: candidates[index].parts - 1))
  }
}

import GatewayCore

/// Reads the chunks of `streamGenerateContent?alt=sse`: each is a response with what is new.
package struct GeminiStreamDecoder: StreamDecoder {
  private enum Open { case nothing, text, thought }

  private struct Candidate {
    var open = Open.nothing
    var parts = 0
    var calls = 0
    var isFinished = false
  }

  private var candidates: [Candidate] = []
  private var hasStarted = false
  private var isEnded = false

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if isEnded { return }
    let document: JSONDocument
    do throws(JSONFault) {
      document = try JSONDocument(copying: data, loneSurrogates: .replaced)
    } catch {
      throw AnswerFault(error)
    }
    let chunk = document.root
    if chunk["error"] != nil {
      isEnded = true
      return deltas.append(.failed(ProviderError.parse(errorBody: data)))
    }
    start(chunk, into: &deltas)
    for (position, node) in (chunk["candidates"]?.elements.map { $0 } ?? []).enumerated() {
      try take(node, index: node["index"]?.int ?? position, into: &deltas)
    }
    if candidates.isEmpty, GeminiAnswerReader.blockReason(chunk) != nil {
      candidates.append(Candidate(isFinished: true))
      deltas.append(.finished(choice: 0, .contentFilter, stopSequence: nil))
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
    deltas.append(
      .started(
        CanonicalDelta.Start(
          id: chunk.either("responseId", "response_id")?.text,
          model: chunk.either("modelVersion", "model_version")?.text)))
  }

  private mutating func take(
    _ node: JSONNode, index: Int, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    guard index >= 0, index < 128 else { throw AnswerFault("a candidate with the index \(index)") }
    while candidates.count <= index { candidates.append(Candidate()) }
    for part in node["content"]?["parts"]?.elements.map({ $0 }) ?? [] { take(part: part, index, into: &deltas) }
    for citation in GeminiCitations.read(node) where candidates[index].open == .text {
      deltas.append(.citation(choice: index, part: candidates[index].parts - 1, citation))
    }
    guard let reason = node.either("finishReason", "finish_reason")?.text, !candidates[index].isFinished else { return }
    close(index, into: &deltas)
    candidates[index].isFinished = true
    let finish = GeminiFinish.read(reason, hasCalls: candidates[index].calls > 0)
    deltas.append(.finished(choice: index, finish, stopSequence: nil))
  }

  private mutating func take(part node: JSONNode, _ index: Int, into deltas: inout [CanonicalDelta]) {
    guard let part = GeminiAnswerPart(node) else { return }
    switch part {
    case .text(let text, let signature):
      if let signature {
        open(.thought, index, .reasoning(redacted: nil), into: &deltas)
        deltas.append(.signature(choice: index, part: candidates[index].parts - 1, signature))
        close(index, into: &deltas)
      }
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
      let made = id ?? GeminiAnswerPart.callID(candidates[index].calls, of: index)
      candidates[index].calls += 1
      open(.nothing, index, .toolCall(id: made, name: name, kind: .function, signature: signature), into: &deltas)
      deltas.append(
        .arguments(choice: index, part: candidates[index].parts - 1, RawText(escaping: args.bytes)))
      deltas.append(.partEnded(choice: index, part: candidates[index].parts - 1))
    case .whole(let part):
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

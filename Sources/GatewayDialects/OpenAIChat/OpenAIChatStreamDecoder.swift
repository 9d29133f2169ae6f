/// Reads the chunks of a streamed chat.
package struct OpenAIChatStreamDecoder: StreamDecoder {
  /// One choice of the answer.
  private struct Choice {
    enum Open: Equatable {
      case nothing, text, reasoning, refusal
      /// The provider's index of the call.
      case call(Int)
    }

    var open = Open.nothing
    /// The number of the next part.
    var part = 0
    var finish: FinishReason?
    /// Whether `finished` has been told.
    var isFinished = false
    /// Calls that have been opened: their pieces may come again after another's have begun.
    var calls: Set<Int> = []
    var hasCalls = false
  }

  private var hasStarted = false
  private var isEnded = false
  private var choices: [Choice] = []

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if isEnded { return }
    if Self.isDone(data) { return try bodyEnded(into: &deltas) }
    let document: JSONDocument
    do throws(JSONFault) {
      document = try JSONDocument(copying: data, loneSurrogates: .replaced)
    } catch {
      throw AnswerFault(error)
    }
    let chunk = document.root
    guard chunk.isObject else { throw AnswerFault("an event that is no object") }
    if Self.isError(chunk) {
      isEnded = true
      return deltas.append(.failed(ProviderError.parse(errorBody: data)))
    }
    start(chunk, into: &deltas)
    if let list = chunk["choices"] {
      for (position, node) in list.elements.enumerated() {
        try take(node, index: node["index"]?.int ?? position, into: &deltas)
      }
    }
    if let usage = OpenAIChatUsage.read(chunk["usage"] ?? chunk["x_groq"]?["usage"]) { deltas.append(.usage(usage)) }
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    if isEnded { return }
    guard !choices.isEmpty, choices.allSatisfy({ $0.finish != nil || $0.part == 0 }),
      choices.contains(where: { $0.finish != nil })
    else { throw AnswerFault("the stream ended without a finish reason") }
    isEnded = true
    deltas.append(.ended)
  }

  private static func isDone(_ data: UnsafeRawBufferPointer) -> Bool {
    data.count >= 6 && data.count <= 8 && data[0] == UInt8(ascii: "[")
      && data.contains(UInt8(ascii: "D")) && data.contains(UInt8(ascii: "O"))
  }

  private static func isError(_ chunk: JSONNode) -> Bool {
    if let error = chunk["error"], error.isString || !error.isEmpty { return true }
    return chunk["object"]?.text?.equals("error") ?? false
  }

  private mutating func start(_ chunk: JSONNode, into deltas: inout [CanonicalDelta]) {
    guard !hasStarted else { return }
    hasStarted = true
    var start = CanonicalDelta.Start(
      id: chunk["id"]?.text, model: chunk["model"]?.text, created: chunk["created"]?.int)
    start.serviceTier = chunk["service_tier"]?.text
    start.systemFingerprint = chunk["system_fingerprint"]?.text
    deltas.append(.started(start))
  }

  // MARK: Choices

  private mutating func take(
    _ node: JSONNode, index: Int, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    guard index >= 0, index < 128 else { throw AnswerFault("a choice with the index \(index)") }
    while choices.count <= index { choices.append(Choice()) }
    // Some servers send the whole message at the end of a stream instead of a delta.
    if let delta = node["delta"] { try takeDelta(delta, index, into: &deltas) }
    if let logprobs = node["logprobs"], logprobs.isObject, !logprobs.isEmpty {
      deltas.append(.logprobs(choice: index, logprobs.raw))
    }
    if let reason = node["finish_reason"]?.text, !reason.isEmpty {
      close(index, into: &deltas)
      let finish = OpenAIChatFinish.read(reason)
      choices[index].finish = finish
      // Some servers send it with each of several last chunks.
      guard !choices[index].isFinished else { return }
      choices[index].isFinished = true
      let isCall = choices[index].hasCalls && finish == .stop
      deltas.append(.finished(choice: index, isCall ? .toolCalls : finish, stopSequence: node["stop_reason"]?.text))
    }
  }

  private mutating func takeDelta(
    _ delta: JSONNode, _ index: Int, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    takeThoughts(delta, index, into: &deltas)
    if let text = delta["content"]?.text, !text.isEmpty {
      open(.text, index, .text, into: &deltas)
      deltas.append(.text(choice: index, part: choices[index].part - 1, text))
    } else if let list = delta["content"], list.isArray {
      for part in list.elements {
        guard let text = part["text"]?.text, !text.isEmpty else { continue }
        open(.text, index, .text, into: &deltas)
        deltas.append(.text(choice: index, part: choices[index].part - 1, text))
      }
    }
    for note in delta["annotations"]?.elements.map({ $0 }) ?? [] {
      guard let citation = OpenAIChatCitations.read(note) else { continue }
      open(.text, index, .text, into: &deltas)
      deltas.append(.citation(choice: index, part: choices[index].part - 1, citation))
    }
    if let refusal = delta["refusal"]?.text, !refusal.isEmpty {
      open(.refusal, index, .refusal, into: &deltas)
      deltas.append(.refusal(choice: index, part: choices[index].part - 1, refusal))
    }
    for (position, call) in (delta["tool_calls"]?.elements.map { $0 } ?? []).enumerated() {
      try takeCall(call, number: call["index"]?.int ?? position, index, into: &deltas)
    }
    if let legacy = delta["function_call"] { takeLegacyCall(legacy, index, into: &deltas) }
    for image in delta["images"]?.elements.map({ $0 }) ?? [] {
      guard let url = (image["image_url"]?["url"] ?? image["image_url"])?.text else { continue }
      let media = CanonicalPart(.image(OpenAIChatMedia.media(url)))
      open(.nothing, index, .media(media), into: &deltas)
      close(index, into: &deltas)
    }
  }

  private mutating func takeThoughts(_ delta: JSONNode, _ index: Int, into deltas: inout [CanonicalDelta]) {
    guard let details = delta["reasoning_details"], !details.isEmpty else {
      guard let text = OpenAIChatReasoning.text(of: delta), !text.isEmpty else { return }
      open(.reasoning, index, .reasoning(redacted: nil), into: &deltas)
      return deltas.append(.reasoning(choice: index, part: choices[index].part - 1, text))
    }
    for node in details.elements {
      guard let part = OpenAIChatReasoning.detail(node), case .reasoning(let thought) = part.content else { continue }
      if let redacted = thought.redacted {
        close(index, into: &deltas)
        open(.reasoning, index, .reasoning(redacted: redacted), into: &deltas)
        close(index, into: &deltas)
        continue
      }
      if !thought.text.isEmpty || thought.signature != nil {
        open(.reasoning, index, .reasoning(redacted: nil), into: &deltas)
      }
      let number = choices[index].part - 1
      if !thought.text.isEmpty { deltas.append(.reasoning(choice: index, part: number, thought.text)) }
      if let signature = thought.signature {
        deltas.append(.signature(choice: index, part: number, signature))
        close(index, into: &deltas)
      }
    }
  }

  private mutating func takeCall(
    _ call: JSONNode, number: Int, _ index: Int, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    let function = call["function"] ?? call["custom"]
    if !choices[index].calls.contains(number) {
      choices[index].calls.insert(number)
      choices[index].hasCalls = true
      let kind: ToolCall.Kind = call["custom"] == nil ? .function : .custom
      open(
        .call(number), index,
        .toolCall(
          id: call["id"]?.text ?? .empty, name: function?["name"]?.text ?? .empty, kind: kind,
          signature: call["extra_content"]?["google"]?["thought_signature"]?.text), into: &deltas)
    }
    let arguments = function?["arguments"] ?? function?["input"]
    let piece = arguments?.text ?? arguments.map { RawText(escaping: $0.raw.bytes) }
    if let piece, !piece.isEmpty {
      // No dialect could be told of it: better a broken answer than a call with half of its arguments.
      guard choices[index].open == .call(number) else {
        throw AnswerFault("arguments of a tool call that came after the next call had begun")
      }
      deltas.append(.arguments(choice: index, part: choices[index].part - 1, piece))
    }
  }

  private mutating func takeLegacyCall(_ call: JSONNode, _ index: Int, into deltas: inout [CanonicalDelta]) {
    if !choices[index].hasCalls {
      choices[index].hasCalls = true
      open(
        .call(0), index,
        .toolCall(id: "call_0", name: call["name"]?.text ?? .empty, kind: .function, signature: nil), into: &deltas)
    }
    if let piece = call["arguments"]?.text, !piece.isEmpty {
      deltas.append(.arguments(choice: index, part: choices[index].part - 1, piece))
    }
  }

  // MARK: Parts

  private mutating func open(
    _ kind: Choice.Open, _ index: Int, _ start: CanonicalDelta.PartStart, into deltas: inout [CanonicalDelta]
  ) {
    if choices[index].open == kind, kind != .nothing { return }
    close(index, into: &deltas)
    deltas.append(.partStarted(choice: index, part: choices[index].part, start))
    choices[index].part += 1
    choices[index].open = kind == .nothing ? .text : kind
  }

  private mutating func close(_ index: Int, into deltas: inout [CanonicalDelta]) {
    guard choices[index].open != .nothing else { return }
    choices[index].open = .nothing
    deltas.append(.partEnded(choice: index, part: choices[index].part - 1))
  }
}

/// Reads the chunks of a streamed chat.
package struct OpenAIChatStreamDecoder: StreamDecoder {
  /// One choice of the answer.
  private struct Choice {
    enum Open: Equatable {
      case nothing, text, reasoning, refusal
      /// The place of the call in `calls`.
      case call(Int)
    }

    var open = Open.nothing
    /// The number of the next part.
    var part = 0
    var finish: FinishReason?
    /// What is told when nothing more of the choice can come: some servers send a finish reason with each of several last
    /// chunks.
    var end: CanonicalDelta?
    /// Whether `end` has been told.
    var isFinished = false
    var calls = OpenAIChatCallQueue()
    var audio: OpenAIChatAudio?
  }

  private var hasStarted = false
  private(set) var isEnded = false
  private var choices: [Choice] = []
  /// What a search has found, and no text has been told of yet.
  private var citations: [Citation] = []
  private var cited: Set<RawText> = []

  private let finishesByDone: Bool

  package init(finishesByDone: Bool = false) { self.finishesByDone = finishesByDone }

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if isEnded { return }
    if Self.isDone(data) {
      if finishesByDone { try finishAll(into: &deltas) }
      return try bodyEnded(into: &deltas)
    }
    let chunk = try JSONDocument(answer: data).root
    guard chunk.isObject else { throw AnswerFault("an event that is no object") }
    if name == "error" || Self.isError(chunk) { return fail(ProviderError.parse(errorBody: data), into: &deltas) }
    try take(chunk: chunk, into: &deltas)
  }

  /// Takes an object that is no error.
  mutating func take(chunk: JSONNode, into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    start(chunk, into: &deltas)
    var usage = chunk["usage"] ?? chunk["x_groq"]?["usage"]
    for (position, node) in (chunk["choices"]?.elements.map { $0 } ?? []).enumerated() {
      guard node.isObject else { throw AnswerFault("a choice that is no object") }
      try take(node, index: node["index"]?.int ?? position, into: &deltas)
      if isEnded { return }
      usage = usage ?? node["usage"]
    }
    if chunk["choices"]?.isEmpty ?? true { try tellEnds(into: &deltas) }
    if let usage = OpenAIChatUsage.read(usage) { deltas.append(.usage(usage)) }
  }

  private mutating func tellEnds(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    for index in choices.indices {
      guard let end = choices[index].end, !choices[index].isFinished else { continue }
      try tellCalls(index, isLast: true, into: &deltas)
      close(index, into: &deltas)
      choices[index].isFinished = true
      deltas.append(end)
    }
  }

  mutating func fail(_ error: ProviderError, into deltas: inout [CanonicalDelta]) {
    isEnded = true
    deltas.append(.failed(error))
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    if isEnded { return }
    guard !choices.isEmpty, choices.allSatisfy({ $0.finish != nil || $0.part == 0 && $0.calls.isEmpty }),
      choices.contains(where: { $0.finish != nil })
    else { throw AnswerFault("the stream ended without a finish reason") }
    try tellEnds(into: &deltas)
    isEnded = true
    deltas.append(.ended)
  }

  static func isDone(_ data: UnsafeRawBufferPointer) -> Bool {
    data.count >= 6 && data.count <= 8 && data[0] == UInt8(ascii: "[")
      && data.contains(UInt8(ascii: "D")) && data.contains(UInt8(ascii: "O"))
  }

  private static func isError(_ chunk: JSONNode) -> Bool {
    ProviderError.isIn(chunk) || chunk["object"]?.text?.equals("error") ?? false
  }

  private mutating func start(_ chunk: JSONNode, into deltas: inout [CanonicalDelta]) {
    if hasStarted { return }
    let model = chunk["model"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    // Azure's first chunk judges the prompt, and names neither the answer nor the model.
    if model == nil, chunk["choices"]?.isEmpty ?? true { return }
    var start = CanonicalDelta.Start(
      id: chunk["id"]?.text.flatMap { $0.isEmpty ? nil : $0 }, model: model,
      created: chunk["created"]?.int.flatMap { $0 > 0 ? $0 : nil })
    start.serviceTier = chunk["service_tier"]?.text
    start.systemFingerprint = chunk["system_fingerprint"]?.text
    begin(start, into: &deltas)
  }

  mutating func begin(_ start: CanonicalDelta.Start, into deltas: inout [CanonicalDelta]) {
    if hasStarted { return }
    hasStarted = true
    deltas.append(.started(start))
  }

  /// Notes sources of the first choice's text, for providers that tell them beside it. Each is told once.
  mutating func cite(_ found: [Citation]) {
    for citation in found {
      guard let url = citation.url, cited.insert(url).inserted else { continue }
      citations.append(citation)
    }
  }

  /// Tells them within the text part that is open.
  private mutating func tellCitations(_ index: Int, into deltas: inout [CanonicalDelta]) {
    guard index == 0, !citations.isEmpty, choices[index].open == .text else { return }
    for citation in citations { deltas.append(.citation(choice: index, part: choices[index].part - 1, citation)) }
    citations = []
  }

  // MARK: Choices

  private mutating func take(
    _ node: JSONNode, index: Int, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    // Some servers stream one event with the whole message.
    let isFirst = !choices.indices.contains(index) || choices[index].part == 0
    try take(
      node, delta: node["delta"] ?? (isFirst ? node["message"] : nil),
      finish: node["finish_reason"]?.text.flatMap { $0.isEmpty ? nil : $0 }, index: index, into: &deltas)
  }

  /// - Parameters:
  ///   - delta: what the choice says.
  ///   - finish: why it ends; nil while it goes on.
  mutating func take(
    _ node: JSONNode, delta: JSONNode?, finish reason: RawText?, index: Int, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    guard index >= 0, index < 128 else { throw AnswerFault("a choice with the index \(index)") }
    while choices.count <= index { choices.append(Choice()) }
    if let error = node["error"], error.isObject, !error.isEmpty {
      return fail(error.raw.bytes.withUnsafeBytes { ProviderError.parse(errorBody: $0) }, into: &deltas)
    }
    if choices[index].isFinished {
      guard !(delta.map(Self.saysSomething) ?? false) else { throw AnswerFault("text behind the end of its choice") }
      return
    }
    if let delta { try takeDelta(delta, index, into: &deltas) }
    if let logprobs = node["logprobs"], logprobs.isObject, !logprobs.isEmpty {
      deltas.append(.logprobs(choice: index, logprobs.raw))
    }
    guard let reason else { return }
    if OpenAIChatFinish.isFailure(reason) {
      return fail(
        ProviderError(message: "The provider broke off its answer (\(reason.string)).", code: reason.string),
        into: &deltas)
    }
    try finish(index, OpenAIChatFinish.read(reason), stopSequence: node["stop_reason"]?.text, into: &deltas)
  }

  /// Empty deltas behind the end are usual.
  private static func saysSomething(_ delta: JSONNode) -> Bool {
    for name in ["content", "reasoning_content", "tool_calls"] as [StaticString] {
      guard let value = delta[name] else { continue }
      if value.text.map({ !$0.isEmpty }) ?? !value.isEmpty { return true }
    }
    return false
  }

  private mutating func finishAll(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    for index in choices.indices where choices[index].finish == nil {
      try finish(index, .stop, stopSequence: nil, into: &deltas)
    }
  }

  private mutating func finish(
    _ index: Int, _ finish: FinishReason, stopSequence: RawText?, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    tellCitations(index, into: &deltas)
    try tellCalls(index, isLast: true, into: &deltas)
    if let audio = choices[index].audio {
      choices[index].audio = nil
      open(.nothing, index, .media(CanonicalPart(.audio(audio.media))), into: &deltas)
    }
    close(index, into: &deltas)
    choices[index].finish = finish
    guard choices[index].end == nil else { return }
    let isCall = !choices[index].calls.isEmpty && finish == .stop
    choices[index].end = .finished(choice: index, isCall ? .toolCalls : finish, stopSequence: stopSequence)
  }

  private mutating func takeDelta(
    _ delta: JSONNode, _ index: Int, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    try takeThoughts(delta, index, into: &deltas)
    if let text = delta["content"]?.text {
      try take(text, index, into: &deltas)
    } else if let list = delta["content"], list.isArray {
      for part in list.elements {
        if let thought = OpenAIChatReasoning.thinking(part) {
          take(thought: thought, index, into: &deltas)
        } else if let text = part["text"]?.text {
          try take(text, index, into: &deltas)
        }
      }
    }
    for note in delta["annotations"]?.elements.map({ $0 }) ?? [] {
      guard let citation = OpenAIChatCitations.read(note) else { continue }
      open(.text, index, .text, into: &deltas)
      deltas.append(.citation(choice: index, part: choices[index].part - 1, citation))
    }
    if let refusal = delta["refusal"]?.text, !refusal.isEmpty {
      try tellCalls(index, isLast: true, into: &deltas)
      open(.refusal, index, .refusal, into: &deltas)
      deltas.append(.refusal(choice: index, part: choices[index].part - 1, refusal))
    }
    for (position, call) in (delta["tool_calls"]?.elements.map { $0 } ?? []).enumerated() {
      try takeCall(call, number: call["index"]?.int ?? position, index)
    }
    if let legacy = delta["function_call"] { try takeLegacyCall(legacy, index) }
    try tellCalls(index, isLast: false, into: &deltas)
    if let audio = delta["audio"], audio.isObject {
      var sound = choices[index].audio ?? OpenAIChatAudio()
      sound.take(audio)
      choices[index].audio = sound
    }
    for image in delta["images"]?.elements.map({ $0 }) ?? [] {
      guard let url = (image["image_url"]?["url"] ?? image["image_url"])?.text else { continue }
      try tellCalls(index, isLast: true, into: &deltas)
      let media = CanonicalPart(.image(OpenAIChatMedia.media(url)))
      open(.nothing, index, .media(media), into: &deltas)
      close(index, into: &deltas)
    }
  }

  private mutating func take(
    _ text: RawText, _ index: Int, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if text.isEmpty { return }
    try tellCalls(index, isLast: true, into: &deltas)
    open(.text, index, .text, into: &deltas)
    deltas.append(.text(choice: index, part: choices[index].part - 1, text))
    tellCitations(index, into: &deltas)
  }

  private mutating func take(thought text: RawText, _ index: Int, into deltas: inout [CanonicalDelta]) {
    if text.isEmpty { return }
    open(.reasoning, index, .reasoning(redacted: nil), into: &deltas)
    deltas.append(.reasoning(choice: index, part: choices[index].part - 1, text))
  }

  private mutating func takeThoughts(
    _ delta: JSONNode, _ index: Int, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    let parts = OpenAIChatReasoning.parts(of: delta)
    if !parts.isEmpty { try tellCalls(index, isLast: true, into: &deltas) }
    for part in parts {
      guard case .reasoning(let thought) = part.content else { continue }
      if let redacted = thought.redacted {
        close(index, into: &deltas)
        open(.reasoning, index, .reasoning(redacted: redacted), into: &deltas)
        close(index, into: &deltas)
        continue
      }
      take(thought: thought.text, index, into: &deltas)
      if let signature = thought.signature, !signature.isEmpty {
        open(.reasoning, index, .reasoning(redacted: nil), into: &deltas)
        deltas.append(.signature(choice: index, part: choices[index].part - 1, signature))
        close(index, into: &deltas)
      }
    }
  }

  // MARK: Calls

  private mutating func takeCall(_ node: JSONNode, number: Int, _ index: Int) throws(AnswerFault) {
    let function = node["function"] ?? node["custom"]
    let isCustom = node["custom"] != nil || node["type"]?.text?.equals("custom") == true
    let call = OpenAIChatCallQueue.Call(
      id: node["id"]?.text ?? .empty, name: function?["name"]?.text ?? .empty, kind: isCustom ? .custom : .function,
      signature: node["extra_content"]?["google"]?["thought_signature"]?.text)
    let arguments = function?["arguments"] ?? function?["input"]
    let piece = arguments?.text ?? arguments.map { RawText(escaping: $0.raw.bytes) }
    try choices[index].calls.take(call, piece: piece ?? .empty, number: number)
  }

  private mutating func takeLegacyCall(_ node: JSONNode, _ index: Int) throws(AnswerFault) {
    let call = OpenAIChatCallQueue.Call(
      id: "call_0", name: node["name"]?.text ?? .empty, kind: .function, signature: nil)
    try choices[index].calls.take(call, piece: node["arguments"]?.text ?? .empty, number: 0)
  }

  private mutating func tellCalls(
    _ index: Int, isLast: Bool, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    guard !choices[index].calls.isEmpty else { return }
    for step in try choices[index].calls.steps(isLast: isLast) {
      switch step {
      case .begin(let place, let call):
        open(
          .call(place), index, .toolCall(id: call.id, name: call.name, kind: call.kind, signature: call.signature),
          into: &deltas)
      case .arguments(_, let pieces):
        let part = choices[index].part - 1
        for piece in pieces { deltas.append(.arguments(choice: index, part: part, piece)) }
      }
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

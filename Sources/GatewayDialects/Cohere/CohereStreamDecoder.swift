import GatewayCore

/// Reads the stream of `POST /v2/chat`.
///
/// A part is closed by what follows it, not by its own end: citations may come after `content-end`.
package struct CohereStreamDecoder: StreamDecoder {
  /// The part that is open. Content and calls have indices of their own.
  private enum Open: Equatable {
    case nothing
    case text(block: Int)
    case reasoning(block: Int)
    case plan
    case call(index: Int)
  }

  private var open = Open.nothing
  /// Of the open part.
  private var part = -1
  private var hasStarted = false
  private var hasCalls = false
  private var hasEnded = false

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if hasEnded || data.isEmpty || data.elementsEqual("[DONE]".utf8) { return }
    let event = try JSONDocument(answer: data).root
    let type = event["type"]?.text
    if type?.equals("content-delta") ?? (name == "content-delta") { return contentDelta(event, &deltas) }
    switch type?.string ?? name {
    case "message-start": start(event["id"]?.text, &deltas)
    case "content-start": contentStart(event, &deltas)
    case "tool-plan-delta": planDelta(event, &deltas)
    case "tool-call-start": try callStart(event, &deltas)
    case "tool-call-delta": try callDelta(event, &deltas)
    case "citation-start": citation(event, &deltas)
    case "message-end": end(event, &deltas)
    case "error", "stream-error": fail(.parse(errorBody: data), &deltas)
    case "", "message":
      // An error body in the place of an event.
      if event["message"]?.isString == true || event["error"] != nil { fail(.parse(errorBody: data), &deltas) }
    default: break
    }
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    if !hasEnded { throw AnswerFault("the stream ended without 'message-end'") }
  }

  // MARK: Parts

  private mutating func start(_ id: RawText?, _ deltas: inout [CanonicalDelta]) {
    if hasStarted { return }
    hasStarted = true
    deltas.append(.started(CanonicalDelta.Start(id: id)))
  }

  private mutating func begin(_ new: Open, _ start: CanonicalDelta.PartStart, _ deltas: inout [CanonicalDelta]) {
    self.start(nil, &deltas)
    close(&deltas)
    open = new
    part += 1
    deltas.append(.partStarted(choice: 0, part: part, start))
  }

  private mutating func close(_ deltas: inout [CanonicalDelta]) {
    if open == .nothing { return }
    open = .nothing
    deltas.append(.partEnded(choice: 0, part: part))
  }

  // MARK: Content

  private mutating func contentStart(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) {
    let content = event["delta"]?["message"]?["content"]
    let block = event["index"]?.int ?? 0
    let thought = content?["thinking"]?.text
    if content?["type"]?.text?.equals("thinking") ?? (thought != nil) {
      begin(.reasoning(block: block), .reasoning(redacted: nil), &deltas)
      add(thought: thought, block, &deltas)
    } else {
      begin(.text(block: block), .text, &deltas)
      add(text: content?["text"]?.text, block, &deltas)
    }
  }

  private mutating func contentDelta(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) {
    let content = event["delta"]?["message"]?["content"]
    let block = event["index"]?.int ?? currentBlock
    add(thought: content?["thinking"]?.text, block, &deltas)
    add(text: content?["text"]?.text, block, &deltas)
    guard let item = event["logprobs"], item.isObject, let logprobs = CohereLogprobs.read([item]) else { return }
    deltas.append(.logprobs(choice: 0, logprobs))
  }

  private var currentBlock: Int {
    switch open {
    case .text(let block), .reasoning(let block): block
    case .nothing, .plan, .call: 0
    }
  }

  private mutating func add(text: RawText?, _ block: Int, _ deltas: inout [CanonicalDelta]) {
    guard let text, !text.isEmpty else { return }
    if open != .text(block: block) { begin(.text(block: block), .text, &deltas) }
    deltas.append(.text(choice: 0, part: part, text))
  }

  private mutating func add(thought: RawText?, _ block: Int, _ deltas: inout [CanonicalDelta]) {
    guard let thought, !thought.isEmpty else { return }
    if open != .reasoning(block: block) {
      begin(.reasoning(block: block), .reasoning(redacted: nil), &deltas)
    }
    deltas.append(.reasoning(choice: 0, part: part, thought))
  }

  private mutating func citation(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) {
    guard case .text = open, let message = event["delta"]?["message"], let citation = message["citations"] else {
      return
    }
    // One object; a list would be as clear.
    if citation.isObject, CohereCitation.isOfText(message), CohereCitation.isOfText(citation) {
      deltas.append(.citation(choice: 0, part: part, CohereCitation.read(citation)))
    }
    for element in citation.elements where element.isObject && CohereCitation.isOfText(element) {
      deltas.append(.citation(choice: 0, part: part, CohereCitation.read(element)))
    }
  }

  // MARK: Calls

  private mutating func planDelta(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) {
    guard let plan = event["delta"]?["message"]?["tool_plan"]?.text, !plan.isEmpty else { return }
    if open != .plan { begin(.plan, .text, &deltas) }
    deltas.append(.text(choice: 0, part: part, plan))
  }

  private mutating func callStart(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    let call = Self.call(of: event)
    guard let name = call?["function"]?["name"]?.text else {
      throw AnswerFault("malformed answer: a tool call without a name")
    }
    hasCalls = true
    begin(
      .call(index: event["index"]?.int ?? 0),
      .toolCall(id: call?["id"]?.text ?? .empty, name: name, kind: .function, signature: nil), &deltas)
    add(arguments: call, &deltas)
  }

  private mutating func callDelta(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    guard case .call(let index) = open, index == event["index"]?.int ?? index else {
      throw AnswerFault("malformed answer: arguments of a tool call that is not open")
    }
    add(arguments: Self.call(of: event), &deltas)
  }

  private static func call(of event: JSONNode) -> JSONNode? { event["delta"]?["message"]?["tool_calls"] }

  private func add(arguments call: JSONNode?, _ deltas: inout [CanonicalDelta]) {
    guard let arguments = call?["function"]?["arguments"]?.text, !arguments.isEmpty else { return }
    deltas.append(.arguments(choice: 0, part: part, arguments))
  }

  // MARK: The end

  private mutating func end(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) {
    start(nil, &deltas)
    let delta = event["delta"]
    let message = delta?["error"]?.string
    let end = CohereFinish.read(delta?["finish_reason"]?.string ?? "COMPLETE", hasCalls: hasCalls)
    if case .failed(let word) = end {
      return fail(ProviderError(message: message ?? "The provider gave up the answer: \(word).", code: word), &deltas)
    }
    if let message { return fail(ProviderError(message: message), &deltas) }
    guard case .finished(let reason) = end else { return }
    close(&deltas)
    deltas.append(.finished(choice: 0, reason, stopSequence: nil))
    if let usage = delta?["usage"].flatMap(CohereUsage.read) { deltas.append(.usage(usage)) }
    deltas.append(.ended)
    hasEnded = true
  }

  private mutating func fail(_ error: ProviderError, _ deltas: inout [CanonicalDelta]) {
    deltas.append(.failed(error))
    hasEnded = true
  }
}

import GatewayCore

/// Reads the events of ConverseStream: the frame's name and its payload (`AmazonEventStreamParser`).
///
/// Blocks of text and thought have no start of their own; they begin with their first delta.
package struct BedrockStreamDecoder: StreamDecoder {
  private enum Open: Equatable { case none, text, reasoning, call, held }

  private var open = Open.none
  /// Bedrock's index of the block that is open.
  private var block = -1
  /// Ours, which counts what was opened.
  private var part = -1
  /// What is passed on whole: blocks of server tools, images, encrypted thoughts.
  private var held: BedrockHeldBlock?
  private var hasStarted = false
  private var hasToolCalls = false
  private var hasFinished = false
  private var hasUsage = false
  /// `.ended` or `.failed` was said.
  private var isOver = false

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if isOver { return }
    if BedrockErrorType.isFailure(name) { return fail(name, data, &deltas) }
    // The answer itself is over; what it used up is still to come.
    if hasFinished, name != "metadata" { return }
    let node = try JSONDocument(answer: data).root
    switch name {
    case "contentBlockDelta": try readDelta(node, &deltas)
    case "contentBlockStart": try readStart(node, &deltas)
    case "contentBlockStop": close(&deltas)
    case "messageStart": start(&deltas)
    case "messageStop": readStop(node, &deltas)
    case "metadata":
      start(&deltas)
      if let usage = BedrockUsage.read(node["usage"]) { deltas.append(.usage(usage)) }
      hasUsage = true
    default: return
    }
    if hasFinished, hasUsage { end(&deltas) }
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    if isOver { return }
    guard hasFinished else { throw AnswerFault("the stream ended without messageStop") }
    end(&deltas)
  }

  // MARK: Blocks

  private mutating func readStart(_ node: JSONNode, _ deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    close(&deltas)
    start(&deltas)
    block = node["contentBlockIndex"]?.int ?? block + 1
    guard let start = node["start"] else { return }
    if let call = start["toolUse"] {
      guard let id = call["toolUseId"]?.text, let name = call["name"]?.text else {
        throw AnswerFault("malformed answer: contentBlockStart of a toolUse without toolUseId or name")
      }
      if call["type"] != nil {
        hold(.serverCall(call))
        return
      }
      hasToolCalls = true
      begin(.call, .toolCall(id: id, name: name, kind: .function, signature: nil), &deltas)
    } else if let result = start["toolResult"] {
      hold(.serverResult(result))
    } else if let format = start["image"]?["format"]?.text {
      hold(.image(format: format))
    }
  }

  private mutating func readDelta(_ node: JSONNode, _ deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    guard let delta = node["delta"] else { return }
    let index = node["contentBlockIndex"]?.int ?? max(block, 0)
    if index != block {
      close(&deltas)
      block = index
    }
    start(&deltas)
    for (kind, value) in delta.members where !value.isNull {
      if kind.equals("text") {
        guard let text = value.text else { throw AnswerFault("malformed answer: a text delta that is no string") }
        if open != .text { begin(.text, .text, &deltas) }
        deltas.append(.text(choice: 0, part: part, text))
      } else if kind.equals("toolUse") {
        let input = value["input"]?.text ?? .empty
        if held != nil {
          held?.add(input)
        } else if open == .call {
          deltas.append(.arguments(choice: 0, part: part, input))
        } else {
          throw AnswerFault("malformed answer: a toolUse delta without its contentBlockStart")
        }
      } else if kind.equals("reasoningContent") {
        readReasoning(value, &deltas)
      } else if kind.equals("citation") {
        if open != .text { begin(.text, .text, &deltas) }
        deltas.append(.citation(choice: 0, part: part, BedrockCitations.citation(value)))
      } else if kind.equals("image") {
        held?.add(value["source"]?["bytes"]?.text ?? .empty)
      } else if kind.equals("toolResult") {
        held?.add(results: value)
      }
    }
  }

  private mutating func readReasoning(_ node: JSONNode, _ deltas: inout [CanonicalDelta]) {
    if let redacted = node["redactedContent"]?.text {
      if held == nil { hold(.thought) }
      held?.add(redacted)
      return
    }
    if open != .reasoning { begin(.reasoning, .reasoning(redacted: nil), &deltas) }
    if let text = node["text"]?.text { deltas.append(.reasoning(choice: 0, part: part, text)) }
    if let signature = node["signature"]?.text { deltas.append(.signature(choice: 0, part: part, signature)) }
  }

  private mutating func hold(_ kind: BedrockHeldBlock.Kind) {
    open = .held
    held = BedrockHeldBlock(kind)
  }

  private mutating func begin(
    _ kind: Open, _ start: CanonicalDelta.PartStart, _ deltas: inout [CanonicalDelta]
  ) {
    let block = block
    close(&deltas)
    self.block = block
    open = kind
    part += 1
    deltas.append(.partStarted(choice: 0, part: part, start))
  }

  private mutating func close(_ deltas: inout [CanonicalDelta]) {
    if open == .none { return }
    if let start = held?.whole {
      part += 1
      deltas.append(.partStarted(choice: 0, part: part, start))
    }
    if open != .held || held?.whole != nil { deltas.append(.partEnded(choice: 0, part: part)) }
    open = .none
    held = nil
  }

  // MARK: Beginning and end

  private mutating func start(_ deltas: inout [CanonicalDelta]) {
    if hasStarted { return }
    hasStarted = true
    deltas.append(.started(CanonicalDelta.Start()))
  }

  private mutating func readStop(_ node: JSONNode, _ deltas: inout [CanonicalDelta]) {
    start(&deltas)
    close(&deltas)
    let reason = node["stopReason"]?.text ?? "end_turn"
    let finish = BedrockStopReason.read(reason, hasToolCalls: hasToolCalls)
    let sequence = node["additionalModelResponseFields"]?["stop_sequence"]?.text
    deltas.append(.finished(choice: 0, finish, stopSequence: sequence))
    hasFinished = true
  }

  private mutating func end(_ deltas: inout [CanonicalDelta]) {
    isOver = true
    deltas.append(.ended)
  }

  private mutating func fail(_ name: String, _ data: UnsafeRawBufferPointer, _ deltas: inout [CanonicalDelta]) {
    isOver = true
    let error = ProviderError.parse(errorBody: data)
    let code = (try? JSONDocument(copying: data, loneSurrogates: .replaced))?.root["originalStatusCode"]?.raw.string
    let type = BedrockErrorType(named: name)?.rawValue ?? name
    deltas.append(.failed(ProviderError(message: error.message, type: type, code: code ?? error.code)))
  }
}

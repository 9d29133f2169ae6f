/// Puts the deltas of a stream together into the answer that the same call would have had without streaming.
package struct CanonicalAssembler: Sendable {
  private var response = CanonicalResponse()
  /// The parts of each choice, by its index.
  private var choices: [Int: CanonicalResponse.Choice] = [:]
  /// Pieces of the part that is open in each choice: joined once, when it ends.
  private var pieces: [Int: [UInt8]] = [:]
  package private(set) var failure: ProviderError?
  package private(set) var isEnded = false

  package init() {}

  /// The answer so far.
  package var answer: CanonicalResponse {
    var answer = response
    answer.choices = choices.values.sorted { $0.index < $1.index }
    return answer
  }

  package mutating func receive(_ delta: CanonicalDelta) {
    switch delta {
    case .started(let start): begin(start)
    case .partStarted(let choice, _, let start): open(start, in: choice)
    case .text(let choice, _, let text), .reasoning(let choice, _, let text), .arguments(let choice, _, let text),
      .refusal(let choice, _, let text):
      pieces[choice, default: []] += text.bytes
    case .citation(let choice, _, let citation):
      edit(choice) { part in
        guard case .text(var text) = part.content else { return }
        text.citations.append(citation)
        part.content = .text(text)
      }
    case .signature(let choice, _, let signature):
      edit(choice) { part in
        guard case .reasoning(var reasoning) = part.content else { return }
        reasoning.signature = reasoning.signature.map { $0 + signature } ?? signature
        part.content = .reasoning(reasoning)
      }
    case .logprobs(let choice, let logprobs): add(logprobs, to: choice)
    case .partEnded(let choice, _): close(choice)
    case .finished(let choice, let reason, let sequence):
      choices[choice, default: CanonicalResponse.Choice(index: choice)].finish = reason
      choices[choice]?.stopSequence = sequence
    case .usage(let usage): response.usage = usage
    case .ping: break
    case .failed(let error): failure = error
    case .ended: isEnded = true
    }
  }

  /// The answer has broken off: what was being said belongs to it as far as it was said.
  package mutating func brokeOff() { for choice in Array(pieces.keys) { close(choice) } }

  private mutating func begin(_ start: CanonicalDelta.Start) {
    response.id = start.id ?? response.id
    response.model = start.model ?? response.model
    response.created = start.created ?? response.created
    response.serviceTier = start.serviceTier ?? response.serviceTier
    response.systemFingerprint = start.systemFingerprint ?? response.systemFingerprint
  }

  private mutating func open(_ start: CanonicalDelta.PartStart, in choice: Int) {
    pieces[choice] = []
    let part: CanonicalPart =
      switch start {
      case .text: .text(.empty)
      case .reasoning(let redacted): CanonicalPart(.reasoning(ReasoningPart(redacted: redacted)))
      case .toolCall(let id, let name, let kind, let signature):
        CanonicalPart(
          .toolCall(ToolCall(kind: kind, id: id, name: name, arguments: .string(.empty), signature: signature)))
      case .refusal: CanonicalPart(.refusal(.empty))
      case .media(let part): part
      case .opaque(let dialect, let kind, let value): CanonicalPart(.opaque(dialect, kind: kind, value))
      }
    choices[choice, default: CanonicalResponse.Choice(index: choice)].parts.append(part)
  }

  private mutating func close(_ choice: Int) {
    guard let bytes = pieces.removeValue(forKey: choice) else { return }
    let text = RawText(joined: bytes)
    edit(choice) { part in
      switch part.content {
      case .text(var content):
        content.text = text
        part.content = .text(content)
      case .reasoning(var content):
        content.text = text
        part.content = .reasoning(content)
      case .toolCall(var call):
        call.arguments = .string(text)
        part.content = .toolCall(call)
      case .refusal: part.content = .refusal(text)
      case .image, .audio, .video, .file, .toolResult, .opaque: break
      }
    }
  }

  /// OpenAI's chunks each carry the tokens of their own text: the lists are joined.
  private mutating func add(_ logprobs: RawJSON, to choice: Int) {
    let old = choices[choice]?.logprobs
    choices[choice, default: CanonicalResponse.Choice(index: choice)].logprobs =
      old.flatMap { Self.joined($0, logprobs) } ?? logprobs
  }

  private static func joined(_ first: RawJSON, _ second: RawJSON) -> RawJSON? {
    guard let first = first.node, let second = second.node, first.isObject, second.isObject else { return nil }
    var json = JSONWriter()
    json.object { json in
      for (name, value) in first.members {
        json.name(name)
        guard let more = second.members.first(where: { $0.name == name })?.value, more.isArray, value.isArray else {
          json.value(value.raw)
          continue
        }
        json.array { json in
          for element in value.elements { json.value(element.raw) }
          for element in more.elements { json.value(element.raw) }
        }
      }
    }
    return RawJSON(written: json.bytes)
  }

  private mutating func edit(_ choice: Int, _ change: (inout CanonicalPart) -> Void) {
    guard let last = choices[choice]?.parts.indices.last else { return }
    choices[choice]?.parts[last].apply(change)
  }
}

extension CanonicalPart {
  fileprivate mutating func apply(_ change: (inout CanonicalPart) -> Void) { change(&self) }
}

extension CanonicalResponse {
  /// The deltas that a stream of this answer would have: for a provider that answered plainly although a stream was asked for.
  package var deltas: [CanonicalDelta] { deltas(firstPart: 0) }

  /// - Parameter firstPart: the number of the first part of each choice.
  func deltas(firstPart: Int) -> [CanonicalDelta] {
    var deltas: [CanonicalDelta] = []
    var start = CanonicalDelta.Start(id: id, model: model, created: created)
    start.serviceTier = serviceTier
    start.systemFingerprint = systemFingerprint
    deltas.append(.started(start))
    for choice in choices {
      for (index, part) in choice.parts.enumerated() { Self.append(part, choice.index, firstPart + index, to: &deltas) }
      if let logprobs = choice.logprobs { deltas.append(.logprobs(choice: choice.index, logprobs)) }
      if let finish = choice.finish {
        deltas.append(.finished(choice: choice.index, finish, stopSequence: choice.stopSequence))
      }
    }
    if let usage { deltas.append(.usage(usage)) }
    deltas.append(.ended)
    return deltas
  }

  private static func append(_ part: CanonicalPart, _ choice: Int, _ index: Int, to deltas: inout [CanonicalDelta]) {
    func start(_ start: CanonicalDelta.PartStart) {
      deltas.append(.partStarted(choice: choice, part: index, start))
    }
    switch part.content {
    case .text(let text):
      start(.text)
      if !text.text.isEmpty { deltas.append(.text(choice: choice, part: index, text.text)) }
      for citation in text.citations { deltas.append(.citation(choice: choice, part: index, citation)) }
    case .reasoning(let reasoning):
      start(.reasoning(redacted: reasoning.redacted))
      if !reasoning.text.isEmpty { deltas.append(.reasoning(choice: choice, part: index, reasoning.text)) }
      if let signature = reasoning.signature {
        deltas.append(.signature(choice: choice, part: index, signature))
      }
    case .toolCall(let call):
      start(.toolCall(id: call.id, name: call.name, kind: call.kind, signature: call.signature))
      let arguments = call.arguments.text
      if !arguments.isEmpty { deltas.append(.arguments(choice: choice, part: index, arguments)) }
    case .refusal(let text):
      start(.refusal)
      if !text.isEmpty { deltas.append(.refusal(choice: choice, part: index, text)) }
    case .opaque(let dialect, let kind, let value): start(.opaque(dialect, kind: kind, value))
    case .image, .audio, .video, .file, .toolResult: start(.media(part))
    }
    deltas.append(.partEnded(choice: choice, part: index))
  }
}

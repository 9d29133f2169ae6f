import GatewayCore

/// Writes the events of `X-DashScope-SSE: enable`, each continuing the one before it, or each with all that came before it.
package struct DashScopeStreamEncoder: StreamEncoder {
  private struct Choice {
    /// Of a stream whose events hold everything: all of it; else nothing.
    var whole = DashScopeMessage()
    var calls = 0
    var isCall = false
    var finish: FinishReason?
  }

  private let context: AnswerContext
  private var choices: [Choice] = []
  private var events = 0
  private var usage: TokenUsage?
  /// Told with the last event.
  private var citations: [Citation] = []

  package init(context: AnswerContext) { self.context = context }

  package mutating func write(_ delta: CanonicalDelta, into output: inout [UInt8]) {
    switch delta {
    case .partStarted(let choice, _, let start): begin(start, choice, &output)
    case .text(let choice, _, let text), .refusal(let choice, _, let text):
      event(choice, &output) { $0.text = $0.text + text }
    case .reasoning(let choice, _, let text): event(choice, &output) { $0.thoughts = $0.thoughts + text }
    case .arguments(let choice, _, let text): append(arguments: text, choice, &output)
    case .partEnded(let choice, _): if choices.indices.contains(choice) { choices[choice].isCall = false }
    case .logprobs(let choice, let logprobs): event(choice, logprobs: logprobs, &output) { _ in }
    case .finished(let choice, let reason, _):
      prepare(choice)
      choices[choice].finish = reason
    case .usage(let usage): self.usage = usage
    case .ping: JSONText.append(": ping\n\n", to: &output)
    case .failed(let error): output += DashScopeErrorWriter.event(error)
    case .ended: end(&output)
    case .citation(_, _, let citation): citations.append(citation)
    case .started, .signature: break
    }
  }

  private mutating func prepare(_ choice: Int) { while choices.count <= choice { choices.append(Choice()) } }

  private mutating func begin(_ start: CanonicalDelta.PartStart, _ choice: Int, _ output: inout [UInt8]) {
    guard case .toolCall(let id, let name, _, _) = start else { return }
    prepare(choice)
    let index = choices[choice].calls
    choices[choice].calls += 1
    choices[choice].isCall = true
    let known = id.isEmpty ? RawText("call_\(context.exchangeID.suffix(12))\(index)") : id
    event(choice, &output) { $0.calls.append((index, ToolCall(id: known, name: name, arguments: .string(.empty)))) }
  }

  private mutating func append(arguments text: RawText, _ choice: Int, _ output: inout [UInt8]) {
    guard choices.indices.contains(choice), choices[choice].isCall else { return }
    let index = choices[choice].calls - 1
    event(choice, &output) { message in
      if let last = message.calls.indices.last {
        message.calls[last].call.arguments = .string(message.calls[last].call.arguments.text + text)
      } else {
        message.calls.append((index, ToolCall(id: .empty, name: .empty, arguments: .string(text))))
      }
    }
  }

  // MARK: Events

  private mutating func event(
    _ choice: Int, logprobs: RawJSON? = nil, _ output: inout [UInt8], _ change: (inout DashScopeMessage) -> Void
  ) {
    prepare(choice)
    var message = choices[choice].whole
    change(&message)
    if context.isCumulative { choices[choice].whole = message }
    write(message, choice, finish: "null", logprobs, usage: nil, to: &output)
  }

  private mutating func write(
    _ message: DashScopeMessage, _ choice: Int, finish: RawText, _ logprobs: RawJSON?, usage: TokenUsage?,
    sources: [Citation] = [], to output: inout [UInt8]
  ) {
    events += 1
    var json = JSONWriter(capacity: 256)
    json.object { json in
      json.object("output") { json in
        json.array("choices") { json in
          json.object { json in
            json.member("finish_reason", finish)
            json.member("index", choice)
            json.name("message" as StaticString)
            message.write(into: &json)
            json.member("logprobs", logprobs)
          }
        }
        DashScopeAnswerWriter.write(sources, into: &json)
      }
      if let usage { DashScopeAnswerWriter.write(usage, into: &json) }
      json.member("request_id", context.exchangeID)
    }
    DashScopeErrorWriter.append(event: "result", id: events, status: 200, json.bytes, to: &output)
  }

  /// The last event of each choice has the reason, and those of the whole stream its usage.
  private mutating func end(_ output: inout [UInt8]) {
    if choices.isEmpty { prepare(0) }
    for choice in choices.indices {
      let reason = OpenAIChatFinish.word(choices[choice].finish ?? .stop)
      write(choices[choice].whole, choice, finish: reason, nil, usage: usage, sources: citations, to: &output)
    }
  }
}

import GatewayCore

/// Writes the chunks of `streamGenerateContent?alt=sse`. Calls go out whole, as Gemini's own do.
package struct GeminiStreamEncoder: StreamEncoder {
  private let context: AnswerContext
  private var start = CanonicalDelta.Start()
  /// The call that is open in each choice, and its arguments so far.
  private var calls: [Int: (call: ToolCall, arguments: [UInt8])] = [:]
  /// Choices that have ended; they are told with the usage.
  private var finished: [(choice: Int, reason: FinishReason)] = []
  private var citations: [Int: [Citation]] = [:]
  private var usage: TokenUsage?

  package init(context: AnswerContext) { self.context = context }

  package mutating func write(_ delta: CanonicalDelta, into output: inout [UInt8]) {
    switch delta {
    case .started(let start): self.start = start
    case .partStarted(let choice, _, .toolCall(let id, let name, _, let signature)):
      calls[choice] = (ToolCall(id: id, name: name, arguments: .string(.empty), signature: signature), [])
    case .partStarted(let choice, _, .media(let part)): chunk(choice, part, &output)
    case .partStarted(let choice, _, .opaque(.gemini, let kind, let value)):
      chunk(choice, CanonicalPart(.opaque(.gemini, kind: kind, value)), &output)
    case .logprobs(let choice, let logprobs):
      event(&output) { json in
        json.array("candidates") { json in
          json.object { json in
            json.object("content") { $0.member("role", "model") }
            json.member("index", choice)
            GeminiLogprobs.write(logprobs, into: &json)
          }
        }
      }
    case .partStarted, .ping: break
    case .text(let choice, _, let text), .refusal(let choice, _, let text): chunk(choice, .text(text), &output)
    case .reasoning(let choice, _, let text):
      chunk(choice, CanonicalPart(.reasoning(ReasoningPart(text: text))), &output)
    case .signature(let choice, _, let signature):
      chunk(choice, CanonicalPart(.reasoning(ReasoningPart(signature: signature))), &output)
    case .arguments(let choice, _, let text): calls[choice]?.arguments += text.bytes
    case .citation(let choice, _, let citation): citations[choice, default: []].append(citation)
    case .partEnded(let choice, _):
      guard let open = calls.removeValue(forKey: choice) else { return }
      var call = open.call
      call.arguments = .string(RawText(joined: open.arguments))
      chunk(choice, CanonicalPart(.toolCall(call)), &output)
    case .finished(let choice, let reason, _): finished.append((choice, reason))
    case .usage(let usage): self.usage = usage
    case .failed(let error): output += GeminiErrorWriter.event(error)
    case .ended: end(&output)
    }
  }

  private func chunk(_ choice: Int, _ part: CanonicalPart, _ output: inout [UInt8]) {
    event(&output) { json in
      json.array("candidates") { json in
        json.object { json in
          json.object("content") { json in
            json.array("parts") { GeminiAnswerWriter.write(part, into: &$0) }
            json.member("role", "model")
          }
          json.member("index", choice)
        }
      }
    }
  }

  private func end(_ output: inout [UInt8]) {
    event(&output) { json in
      json.array("candidates") { json in
        for (choice, reason) in finished {
          json.object { json in
            json.object("content") { json in
              json.array("parts") { json in json.object { $0.member("text", "") } }
              json.member("role", "model")
            }
            json.member("finishReason", GeminiFinish.word(reason))
            json.member("index", choice)
            GeminiCitations.write(citations[choice] ?? [], into: &json)
          }
        }
      }
      if let usage { GeminiUsage.write(usage, into: &json) }
    }
  }

  private func event(_ output: inout [UInt8], _ write: (inout JSONWriter) -> Void) {
    JSONText.append("data: ", to: &output)
    var json = JSONWriter(capacity: 192)
    json.object { json in
      write(&json)
      json.member("modelVersion", start.model ?? RawText(context.model))
      json.member("responseId", context.exchangeID)
    }
    output += json.bytes
    JSONText.append("\n\n", to: &output)
  }
}

/// Writes an answer of `POST /v2/chat`. Of several choices the first is written: Cohere has one.
package enum CohereAnswerWriter {
  package static func write(_ answer: CanonicalResponse, context: AnswerContext) -> [UInt8] {
    let choice = answer.choices.first
    let content = CohereContent(choice?.parts ?? [], context)
    var json = JSONWriter(capacity: 1024)
    json.object { json in
      json.member("id", CohereNames.answerID(context))
      json.member(
        "finish_reason",
        CohereFinish.word(
          for: choice?.finish, stopSequence: choice?.stopSequence, hasCalls: !content.calls.isEmpty,
          isEmulated: content.isEmulated))
      json.object("message") { json in
        json.member("role", "assistant" as RawText)
        content.write(into: &json)
      }
      if let usage = answer.usage {
        json.name("usage" as StaticString)
        CohereUsage.write(usage, into: &json)
      }
      if let logprobs = choice?.logprobs {
        json.array("logprobs") { json in for item in CohereLogprobs.items(of: logprobs) { json.value(item) } }
      }
    }
    return json.bytes
  }
}

/// The parts of an answer, sorted as Cohere has them.
private struct CohereContent {
  enum Block {
    case text(RawText, [Citation])
    case thinking(RawText)
  }

  private var blocks: [Block] = []
  private(set) var calls: [(id: RawText, call: ToolCall)] = []
  /// Whether a call stands for the text.
  private(set) var isEmulated = false

  init(_ parts: [CanonicalPart], _ context: AnswerContext) {
    for part in parts {
      switch part.content {
      case .text(let text): blocks.append(.text(text.text, text.citations))
      case .refusal(let text): blocks.append(.text(text, []))
      case .reasoning(let reasoning): if !reasoning.text.isEmpty { blocks.append(.thinking(reasoning.text)) }
      case .toolCall(let call):
        if CohereNames.isEmulated(call.name, context) {
          isEmulated = true
          blocks.append(.text(call.arguments.text, []))
        } else {
          let id = call.id.isEmpty ? CohereNames.callID(call.name, calls.count, context) : call.id
          calls.append((id, call))
        }
      case .image, .audio, .video, .file, .toolResult, .opaque: continue
      }
    }
  }

  func write(into json: inout JSONWriter) {
    var hasCitations = false
    if !blocks.isEmpty || calls.isEmpty {
      json.array("content") { json in
        for block in blocks {
          switch block {
          case .text(let text, let citations):
            hasCitations = hasCitations || !citations.isEmpty
            json.object { json in
              json.member("type", "text" as RawText)
              json.member("text", text)
            }
          case .thinking(let thought):
            json.object { json in
              json.member("type", "thinking" as RawText)
              json.member("thinking", thought)
            }
          }
        }
      }
    }
    if !calls.isEmpty {
      json.array("tool_calls") { json in for call in calls { CohereToolCall.write(call.call, call.id, into: &json) } }
    }
    guard hasCitations else { return }
    json.array("citations") { json in
      for (index, block) in blocks.enumerated() {
        guard case .text(_, let citations) = block else { continue }
        for citation in citations { CohereCitation.write(citation, contentIndex: index, into: &json) }
      }
    }
  }
}

import GatewayCore

/// Writes an answer with `"result_format":"message"`.
package enum DashScopeAnswerWriter {
  package static func write(_ answer: CanonicalResponse, context: AnswerContext) -> [UInt8] {
    var json = JSONWriter(capacity: 1024)
    json.object { json in
      json.object("output") { json in
        json.array("choices") { json in for choice in answer.choices { write(choice, into: &json) } }
        write(citations(of: answer), into: &json)
      }
      if let usage = answer.usage { write(usage, into: &json) }
      json.member("request_id", context.exchangeID)
    }
    return json.bytes
  }

  private static func write(_ choice: CanonicalResponse.Choice, into json: inout JSONWriter) {
    var message = DashScopeMessage()
    for part in choice.parts {
      switch part.content {
      case .text(let text): message.text = message.text + text.text
      case .refusal(let text): message.text = message.text + text
      case .reasoning(let thought): message.thoughts = message.thoughts + thought.text
      case .toolCall(let call): message.calls.append((message.calls.count, call))
      case .image, .audio, .video, .file, .toolResult, .opaque: break
      }
    }
    json.object { json in
      json.member("finish_reason", OpenAIChatFinish.word(choice.finish ?? .stop))
      json.member("index", choice.index)
      json.name("message" as StaticString)
      message.write(into: &json)
      json.member("logprobs", choice.logprobs)
    }
  }

  private static func citations(of answer: CanonicalResponse) -> [Citation] {
    var citations: [Citation] = []
    for part in answer.choices.flatMap(\.parts) {
      if case .text(let text) = part.content { citations += text.citations }
    }
    return citations
  }

  /// `search_info`, which names a page once.
  static func write(_ citations: [Citation], into json: inout JSONWriter) {
    var seen: Set<RawText> = []
    let pages = citations.compactMap { citation in
      citation.url.flatMap { seen.insert($0).inserted ? (url: $0, title: citation.title ?? $0) : nil }
    }
    if pages.isEmpty { return }
    json.object("search_info") { json in
      json.array("search_results") { json in
        for (index, page) in pages.enumerated() {
          json.object { json in
            json.member("index", index + 1)
            json.member("title", page.title)
            json.member("url", page.url)
          }
        }
      }
    }
  }

  static func write(_ usage: TokenUsage, into json: inout JSONWriter) {
    json.object("usage") { json in
      json.member("input_tokens", usage.totalInput)
      json.member("output_tokens", usage.totalOutput)
      json.member("total_tokens", usage.total)
      json.object("prompt_tokens_details") { $0.member("cached_tokens", usage.inputCached) }
      json.object("output_tokens_details") { $0.member("reasoning_tokens", usage.reasoning) }
    }
  }
}

/// The message of a choice, or of one event of a stream.
struct DashScopeMessage {
  var text = RawText.empty
  var thoughts = RawText.empty
  /// With their numbers. In a stream a piece of the open call has neither id nor name.
  var calls: [(index: Int, call: ToolCall)] = []

  func write(into json: inout JSONWriter) {
    json.object { json in
      json.member("role", "assistant" as RawText)
      json.member("content", text)
      if !thoughts.isEmpty { json.member("reasoning_content", thoughts) }
      if calls.isEmpty { return }
      json.array("tool_calls") { json in
        for (index, call) in calls {
          json.object { json in
            json.member("index", index)
            json.member("id", call.id)
            json.member("type", "function" as RawText)
            json.object("function") { json in
              json.member("name", call.name)
              json.member("arguments", call.arguments.text)
            }
          }
        }
      }
    }
  }
}

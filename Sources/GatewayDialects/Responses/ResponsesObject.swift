import GatewayCore

/// The `response` object, as whole answers and the events of streams carry it.
struct ResponsesObject {
  let context: AnswerContext
  var model: RawText?
  var created: Int?
  var usage: TokenUsage?
  var finish: FinishReason?
  var error: ProviderError?
  /// The items of `output`, written.
  var items: [RawJSON] = []

  init(context: AnswerContext) { self.context = context }

  /// - Parameter isDone: otherwise it is in progress, without output and usage.
  func write(isDone: Bool, into json: inout JSONWriter) {
    let reason = ResponsesStatus.reason(finish)
    let status = !isDone ? "in_progress" : error != nil ? "failed" : reason == nil ? "completed" : "incomplete"
    json.object { json in
      json.member("id", "resp_\(context.exchangeID)")
      json.member("object", "response")
      json.member("created_at", created ?? context.created)
      json.member("status", status)
      json.member("background", false)
      json.name("error")
      if isDone, let error {
        json.object { json in
          json.member("code", error.code ?? "server_error")
          json.member("message", error.message)
        }
      } else {
        json.null()
      }
      json.name("incomplete_details")
      if isDone, let reason { json.object { $0.member("reason", reason) } } else { json.null() }
      json.null("instructions")
      json.null("max_output_tokens")
      json.member("model", model ?? RawText(context.model))
      json.array("output") { json in if isDone { for item in items { json.value(item) } } }
      json.member("parallel_tool_calls", true)
      json.null("previous_response_id")
      json.object("reasoning") { json in
        json.null("effort")
        json.null("summary")
      }
      json.member("store", false)
      json.null("temperature")
      json.object("text") { json in json.object("format") { $0.member("type", "text") } }
      json.member("tool_choice", "auto")
      json.array("tools") { _ in }
      json.null("top_p")
      json.member("truncation", "disabled")
      if isDone { ResponsesUsage.write(usage, into: &json) } else { json.null("usage") }
      json.null("user")
      json.object("metadata") { _ in }
    }
  }
}

/// The items of an answer.
struct ResponsesItems {
  let exchangeID: String
  private(set) var count = 0

  init(exchangeID: String) { self.exchangeID = exchangeID }

  mutating func nextID(_ prefix: StaticString) -> String {
    count += 1
    return "\(prefix)_\(exchangeID)\(count)"
  }

  static func message(
    id: String, status: StaticString, content: [(CanonicalPart)], into json: inout JSONWriter
  ) {
    json.object { json in
      json.member("id", id)
      json.member("type", "message")
      json.member("status", "\(status)")
      json.member("role", "assistant")
      json.array("content") { json in for part in content { writeContent(part, into: &json) } }
    }
  }

  static func writeContent(_ part: CanonicalPart, into json: inout JSONWriter) {
    json.object { json in
      switch part.content {
      case .refusal(let text):
        json.member("type", "refusal")
        json.member("refusal", text)
      case .text(let text):
        json.member("type", "output_text")
        json.member("text", text.text)
        json.array("annotations") { json in
          for citation in text.citations where citation.url != nil { ResponsesCitations.write(citation, into: &json) }
        }
        json.array("logprobs") { _ in }
      default: break
      }
    }
  }

  static func call(_ call: ToolCall, id: String, status: StaticString, into json: inout JSONWriter) {
    json.object { json in
      let isCustom = call.kind == .custom
      json.member("id", id)
      json.member("type", isCustom ? "custom_tool_call" : "function_call")
      json.member("status", "\(status)")
      json.member(isCustom ? "input" : "arguments", call.arguments.text)
      json.member("call_id", call.id)
      json.member("name", call.name)
    }
  }

  static func reasoning(_ thought: ReasoningPart, id: String, into json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("type", "reasoning")
      json.array("summary") { json in
        guard !thought.text.isEmpty else { return }
        json.object { json in
          json.member("type", "summary_text")
          json.member("text", thought.text)
        }
      }
      json.member("encrypted_content", thought.signature ?? thought.redacted)
    }
  }
}

import GatewayCore

/// The `response` object, as whole answers and the events of streams carry it.
struct ResponsesObject {
  let context: AnswerContext
  var model: RawText?
  var created: Int?
  var usage: TokenUsage?
  var finish: FinishReason?
  var serviceTier: RawText?
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
      json.member("service_tier", serviceTier)
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
  enum Status: String {
    case inProgress = "in_progress"
    case completed, incomplete
  }

  let exchangeID: String
  private(set) var count = 0

  init(exchangeID: String) { self.exchangeID = exchangeID }

  mutating func nextID(_ prefix: StaticString) -> String {
    count += 1
    return "\(prefix)_\(exchangeID)\(count)"
  }

  mutating func nextID(_ kind: ToolCall.Kind) -> String { nextID(kind == .custom ? "ctc" : "fc") }

  /// - Parameter part: of its content; `nil`: it has none yet.
  static func message(
    id: String, status: Status, _ part: CanonicalPart?, _ logprobs: [RawJSON], into json: inout JSONWriter
  ) {
    json.object { json in
      json.member("id", id)
      json.member("type", "message")
      json.member("status", status.rawValue)
      json.member("role", "assistant")
      json.array("content") { json in if let part { writeContent(part, logprobs, into: &json) } }
    }
  }

  static func writeContent(_ part: CanonicalPart, _ logprobs: [RawJSON], into json: inout JSONWriter) {
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
        ResponsesLogprobs.write(logprobs, into: &json)
      default: break
      }
    }
  }

  /// What the model has drawn, as the API's own tool gives it.
  ///
  /// - Returns: false when there are no bytes of it.
  static func image(_ image: MediaPart, id: String, into json: inout JSONWriter) -> Bool {
    guard case .base64(let data) = image.source else { return false }
    json.object { json in
      json.member("id", id)
      json.member("type", "image_generation_call")
      json.member("status", "completed")
      json.member("result", data)
    }
    return true
  }

  static func call(_ call: ToolCall, id: String, status: Status, into json: inout JSONWriter) {
    json.object { json in
      let isCustom = call.kind == .custom
      json.member("id", id)
      json.member("type", isCustom ? "custom_tool_call" : "function_call")
      json.member("status", status.rawValue)
      let text = call.arguments.text
      // Clients read the arguments as JSON, which nothing is not.
      let isBegun = text.isEmpty && status == .inProgress
      json.member(isCustom ? "input" : "arguments", text.isEmpty && !isCustom && !isBegun ? "{}" : text)
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

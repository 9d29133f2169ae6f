import BenchSupport

/// The answers of one wire format: every byte that the upstream can send for a call, made once.
struct Answers {
  /// A short answer: for chat, head and body are about 0.95 KB, the body 0.65 KB.
  let plain: [UInt8]
  /// The same with a body of 2 KB.
  let large: [UInt8]
  /// Head and first events of a stream: they leave in one write.
  let opening: [UInt8]
  /// One content event as a chunk, to be stamped at `stampOffset`.
  let content: [UInt8]
  let stampOffset: Int
  /// The last events and the last chunk.
  let closing: [UInt8]

  private static let words =
    "An upstream for measuring answers at once and always alike, so that only the way to it counts. "
  private static let short = words + words
  private static let long = String(repeating: words, count: 17)
  // nginx would collect the events of a stream without X-Accel-Buffering.
  private static let streamHead = """
    HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nX-Accel-Buffering: no\r\n\
    Transfer-Encoding: chunked\r\n\r\n
    """

  /// OpenAI's chat completions.
  static let chat: Answers = {
    let id = "chatcmpl-00000000000000000000000000"
    func completion(_ text: String) -> String {
      """
      {"id":"\(id)","object":"chat.completion","created":1700000000,"model":"bench","choices":[{"index":0,\
      "message":{"role":"assistant","content":"\(text)","refusal":null},"logprobs":null,"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":64,"completion_tokens":48,"total_tokens":112,"prompt_tokens_details":{"cached_tokens":0},\
      "completion_tokens_details":{"reasoning_tokens":0}},"service_tier":"default","system_fingerprint":"fp_bench"}
      """
    }
    func event(_ choices: String, usage: String = "null") -> String {
      """
      data: {"id":"\(id)","object":"chat.completion.chunk","created":1700000000,"model":"bench","choices":\(choices),\
      "usage":\(usage)}\n\n
      """
    }
    func choice(_ delta: String, finish: String = "null") -> String {
      #"[{"index":0,"delta":\#(delta),"logprobs":null,"finish_reason":\#(finish)}]"#
    }
    let usage = #"{"prompt_tokens":64,"completion_tokens":48,"total_tokens":112}"#
    return Answers(
      plain: completion(short), large: completion(long),
      opening: event(choice(#"{"role":"assistant","content":""}"#)),
      content: event(choice(#"{"content":"\#(FrameStamp.placeholder) "}"#)),
      closing: event(choice("{}", finish: #""stop""#)) + event("[]", usage: usage) + "data: [DONE]\n\n")
  }()

  /// Anthropic's Messages API.
  static let messages: Answers = {
    let start = #""id":"msg_000000000000000000000000","type":"message","role":"assistant","model":"bench""#
    func message(_ text: String) -> String {
      """
      {\(start),"content":[{"type":"text","text":"\(text)"}],"stop_reason":"end_turn","stop_sequence":null,\
      "usage":{"input_tokens":64,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":48,\
      "service_tier":"standard"}}
      """
    }
    func event(_ name: String, _ members: String) -> String {
      "event: \(name)\ndata: {\"type\":\"\(name)\",\(members)}\n\n"
    }
    let first = """
      "message":{\(start),"content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":64,"output_tokens":1}}
      """
    let stopped = #""delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":48}"#
    return Answers(
      plain: message(short), large: message(long),
      opening: event("message_start", first)
        + event("content_block_start", #""index":0,"content_block":{"type":"text","text":""}"#),
      content: event(
        "content_block_delta", #""index":0,"delta":{"type":"text_delta","text":"\#(FrameStamp.placeholder) "}"#),
      closing: event("content_block_stop", #""index":0"#) + event("message_delta", stopped)
        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
  }()

  static let models = response(
    body: #"{"object":"list","data":[{"id":"bench","object":"model","created":1,"owned_by":"bench"}]}"#)
  static let refusal = Array("HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)

  private init(plain: String, large: String, opening: String, content: String, closing: String) {
    self.plain = Self.response(body: plain)
    self.large = Self.response(body: large)
    self.opening = Array(Self.streamHead.utf8) + Self.chunk(opening)
    self.content = Self.chunk(content)
    stampOffset = self.content.withUnsafeBufferPointer { MessageHead.find("@@", in: $0) } ?? 0
    self.closing = Self.chunk(closing) + Array("0\r\n\r\n".utf8)
  }

  private static func response(body: String) -> [UInt8] {
    let head = """
      HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nServer: bench\r\nContent-Type: application/json\r\n\
      x-request-id: req_00000000000000000000\r\nopenai-processing-ms: 12\r\nContent-Length: \(body.utf8.count)\r\n\r\n
      """
    return Array((head + body).utf8)
  }

  private static func chunk(_ text: String) -> [UInt8] {
    Array((String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n").utf8)
  }
}

import BenchSupport

/// Every byte that the upstream can send, made once.
struct Answers {
  /// A chat completion whose head and body are about 0.95 KB, its body 0.65 KB.
  let plain: [UInt8]
  /// The same with a body of 2 KB.
  let large: [UInt8]
  let models: [UInt8]
  let refusal: [UInt8]
  /// Head and role event of a stream: they leave in one write.
  let opening: [UInt8]
  /// One content event as a chunk, to be stamped at `stampOffset`.
  let content: [UInt8]
  let stampOffset: Int
  /// Finish and usage events, `[DONE]` and the last chunk.
  let closing: [UInt8]

  init() {
    let words = "An upstream for measuring answers at once and always alike, so that only the way to it counts. "
    let id = "chatcmpl-00000000000000000000000000"
    func completion(_ text: String) -> String {
      """
      {"id":"\(id)","object":"chat.completion","created":1700000000,"model":"bench","choices":[{"index":0,\
      "message":{"role":"assistant","content":"\(text)","refusal":null},"logprobs":null,"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":64,"completion_tokens":48,"total_tokens":112,"prompt_tokens_details":{"cached_tokens":0},\
      "completion_tokens_details":{"reasoning_tokens":0}},"service_tier":"default","system_fingerprint":"fp_bench"}
      """
    }
    plain = Self.response(body: completion(words + words))
    large = Self.response(body: completion(String(repeating: words, count: 17)))
    let model = #"{"id":"bench","object":"model","created":1,"owned_by":"bench"}"#
    models = Self.response(body: #"{"object":"list","data":[\#(model)]}"#)
    refusal = Array("HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)

    func event(_ choices: String, usage: String = "null") -> String {
      """
      data: {"id":"\(id)","object":"chat.completion.chunk","created":1700000000,"model":"bench","choices":\(choices),\
      "usage":\(usage)}\n\n
      """
    }
    func choice(_ delta: String, finish: String = "null") -> String {
      #"[{"index":0,"delta":\#(delta),"logprobs":null,"finish_reason":\#(finish)}]"#
    }
    // nginx would collect the events of a stream without X-Accel-Buffering.
    let head = """
      HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nX-Accel-Buffering: no\r\n\
      Transfer-Encoding: chunked\r\n\r\n
      """
    opening = Array(head.utf8) + Self.chunk(event(choice(#"{"role":"assistant","content":""}"#)))
    content = Self.chunk(event(choice(#"{"content":"\#(FrameStamp.placeholder) "}"#)))
    stampOffset = content.withUnsafeBufferPointer { MessageHead.find("@@", in: $0) } ?? 0
    let usage = #"{"prompt_tokens":64,"completion_tokens":48,"total_tokens":112}"#
    let tail = event(choice("{}", finish: #""stop""#)) + event("[]", usage: usage) + "data: [DONE]\n\n"
    closing = Self.chunk(tail) + Array("0\r\n\r\n".utf8)
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

/// What a scripted upstream does with one request, step by step. After the last step it reads the next request of the
/// connection.
package struct Script: Sendable, ExpressibleByArrayLiteral {
  package enum Step: Sendable {
    case send([UInt8])
    /// Each byte in a segment of its own.
    case sendByteByByte([UInt8])
    /// The same bytes over and over, as fast as the peer takes them.
    case sendRepeatedly([UInt8], times: Int)
    /// Until the test opens the gate.
    case wait(Gate)
    /// Until the peer ends the connection.
    case hang
    case close
    /// With a TCP reset.
    case reset
  }

  package var steps: [Step]

  package init(_ steps: [Step]) { self.steps = steps }

  package init(arrayLiteral elements: Step...) { steps = elements }
}

// Answers in one piece.
extension Script.Step {
  package static func text(_ text: String) -> Self { .send(Array(text.utf8)) }

  /// A whole answer with a JSON body and its length.
  package static func json(_ body: String, status: Int = 200, headers: HeaderList = [:]) -> Self {
    .text(
      "HTTP/1.1 \(status) Status\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n"
        + "\(headers.text)\r\n\(body)")
  }

  /// A whole chat completion.
  package static func chat(
    _ content: String = "hello", model: String = "up", usage: (prompt: Int, completion: Int) = (5, 2),
    headers: HeaderList = [:]
  ) -> Self {
    json(
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"\(model)","choices":[{"index":0,"message":\
      {"role":"assistant","content":"\(content)"},"finish_reason":"stop"}],\(usageMember(usage))}
      """, headers: headers)
  }

  /// An error as OpenAI sends it.
  package static func error(_ status: Int, _ message: String = "upstream says no", headers: HeaderList = [:]) -> Self {
    json(
      #"{"error":{"message":"\#(message)","type":"upstream_error","param":null,"code":"upstream_code"}}"#,
      status: status, headers: headers)
  }

  fileprivate static func usageMember(_ usage: (prompt: Int, completion: Int)) -> String {
    """
    "usage":{"prompt_tokens":\(usage.prompt),"completion_tokens":\(usage.completion),\
    "total_tokens":\(usage.prompt + usage.completion)}
    """
  }
}

// Streams, piece by piece.
extension Script.Step {
  /// The head of a chunked event stream.
  package static let streamHead = Self.text(
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")

  /// One chunk of a chunked body.
  package static func chunk(_ text: String) -> Self { .text(chunkText(text)) }

  package static func chunkText(_ text: String) -> String {
    "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
  }

  /// One event whose data is `data`, in a chunk of its own.
  package static func event(_ data: String) -> Self { chunk("data: \(data)\n\n") }

  /// The first event of a chat stream: a role and no content.
  package static let role = Self.event(delta(#"{"role":"assistant","content":""}"#))

  package static func content(_ text: String) -> Self { event(delta(#"{"content":"\#(text)"}"#)) }

  package static func finish(_ reason: String = "stop") -> Self { event(delta("{}", finish: "\"\(reason)\"")) }

  /// The extra event that `stream_options.include_usage` asks for.
  package static func usage(_ prompt: Int, _ completion: Int) -> Self {
    event(
      """
      {"id":"c1","object":"chat.completion.chunk","created":1,"model":"up","choices":[],\
      \(usageMember((prompt, completion)))}
      """)
  }

  package static let done = Self.event("[DONE]")

  /// The last chunk of a chunked body.
  package static let end = Self.text("0\r\n\r\n")

  /// The data of one event of a chat stream.
  package static func delta(_ delta: String, finish: String = "null") -> String {
    """
    {"id":"c1","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":\(delta),\
    "finish_reason":\(finish)}]}
    """
  }
}

// Whole scripts.
extension Script {
  /// A complete chat stream with one event for each piece of `contents`.
  package static func stream(_ contents: String..., usage: (Int, Int)? = nil) -> Script {
    var steps: [Step] = [.streamHead, .role]
    steps += contents.map { .content($0) }
    steps.append(.finish())
    if let usage { steps.append(.usage(usage.0, usage.1)) }
    steps += [.done, .end]
    return Script(steps)
  }
}

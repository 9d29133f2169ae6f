import GatewayCore
import GatewayDialects
import Testing

/// What the tests of OpenAI's dialects share.
enum OpenAITesting {
  static let context = AnswerContext(
    exchangeID: "0123", created: 1_700_000_000, model: "m", includesUsage: true)

  // MARK: Requests

  static func request(_ dialect: Dialect, _ body: String) throws -> CanonicalRequest {
    try dialect.readRequest(JSONDocument(Array(body.utf8), refusesDuplicates: true).root)
  }

  /// The fault of a body; `nil` when it is read.
  static func fault(_ dialect: Dialect, _ body: String) throws -> DialectFault? {
    let root = try JSONDocument(Array(body.utf8), refusesDuplicates: true).root
    do throws(DialectFault) {
      _ = try dialect.readRequest(root)
      return nil
    } catch {
      return error
    }
  }

  static func written(
    _ dialect: Dialect, _ request: CanonicalRequest, _ change: (inout TargetTraits) -> Void = { _ in }
  ) throws -> WrittenRequest {
    var traits = TargetTraits(model: "m")
    change(&traits)
    return try dialect.writeRequest(request, traits: traits)
  }

  /// The members of a written request that stand behind its messages.
  static func body(
    _ dialect: Dialect, _ request: CanonicalRequest, _ change: (inout TargetTraits) -> Void = { _ in }
  ) throws -> JSONNode {
    try JSONDocument(written(dialect, request, change).body, refusesDuplicates: true).root
  }

  /// The part that a dialect has no word for; `nil` when the request is written.
  static func refusal(_ dialect: Dialect, _ request: CanonicalRequest) -> RequestPart? {
    do throws(DialectFault) {
      _ = try dialect.writeRequest(request, traits: TargetTraits(model: "m"))
      return nil
    } catch {
      guard case .unsupported(let part) = error.kind else { return nil }
      return part
    }
  }

  /// A request with one message of the user.
  static func simple(_ change: (inout CanonicalRequest) -> Void = { _ in }) -> CanonicalRequest {
    var request = CanonicalRequest()
    request.messages = [CanonicalMessage(.user, parts: [.text("Hi")])]
    change(&request)
    return request
  }

  // MARK: Answers

  static func answer(_ dialect: Dialect, _ body: String) throws -> CanonicalResponse {
    try dialect.readAnswer(JSONDocument(Array(body.utf8), loneSurrogates: .replaced).root)
  }

  static func written(_ dialect: Dialect, _ answer: CanonicalResponse) throws -> JSONNode {
    try JSONDocument(dialect.writeAnswer(answer, context: context), refusesDuplicates: true).root
  }

  static func answer(_ parts: [CanonicalPart], _ finish: FinishReason = .stop) -> CanonicalResponse {
    var answer = CanonicalResponse()
    var choice = CanonicalResponse.Choice(index: 0)
    choice.parts = parts
    choice.finish = finish
    answer.choices = [choice]
    return answer
  }

  // MARK: Streams

  /// Events without names, as chat streams them.
  static func events(_ payloads: [String]) -> String { payloads.map { "data: \($0)\n\n" }.joined() }

  /// What a stream says when it comes in these pieces.
  static func deltas(_ dialect: Dialect, pieces: [ArraySlice<UInt8>]) throws -> [CanonicalDelta] {
    var decoder = dialect.streamDecoder()
    var deltas: [CanonicalDelta] = []
    var pending: [UInt8] = []
    var parser = EventStreamParser(maximumEventBytes: 1 << 20)
    for piece in pieces {
      pending += piece
      var consumed = 0
      try pending.withUnsafeBytes { raw in
        while true {
          let rest = UnsafeRawBufferPointer(rebasing: raw[consumed...])
          switch try parser.next(rest) {
          case .needsMore(let used):
            consumed += used
            return
          case .comment(_, let used): consumed += used
          case .event(let event):
            consumed += event.consumed
            let name = event.eventType.map { String(decoding: rest[$0], as: UTF8.self) } ?? ""
            try decoder.receive(
              event: name, data: UnsafeRawBufferPointer(rebasing: rest[event.data]), into: &deltas)
          }
        }
      }
      pending.removeFirst(consumed)
    }
    try decoder.bodyEnded(into: &deltas)
    return deltas
  }

  static func deltas(_ dialect: Dialect, _ stream: String) throws -> [CanonicalDelta] {
    try deltas(dialect, pieces: [Array(stream.utf8)[...]])
  }

  /// The answer that a stream makes, the same wherever it is cut, and when it comes byte by byte.
  static func streamed(_ dialect: Dialect, _ stream: String) throws -> CanonicalAssembler {
    let bytes = Array(stream.utf8)
    let whole = assembled(try deltas(dialect, stream))
    let single = assembled(try deltas(dialect, pieces: bytes.indices.map { bytes[$0...$0] }))
    #expect(lines(single.answer) == lines(whole.answer))
    // Each cut reads the whole stream: of a long one, the first events have them all.
    for cut in 1..<min(bytes.count, 700) {
      let pieces = assembled(try deltas(dialect, pieces: [bytes[..<cut], bytes[cut...]]))
      guard lines(pieces.answer) == lines(whole.answer), pieces.isEnded == whole.isEnded else {
        Issue.record("the stream says something else when it is cut at byte \(cut)")
        break
      }
    }
    return whole
  }

  static func assembled(_ deltas: [CanonicalDelta]) -> CanonicalAssembler {
    var assembler = CanonicalAssembler()
    for delta in deltas { assembler.receive(delta) }
    return assembler
  }

  static func encoded(_ dialect: Dialect, _ deltas: [CanonicalDelta]) -> String {
    var encoder = dialect.streamEncoder(context: context)
    var output: [UInt8] = []
    for delta in deltas { encoder.write(delta, into: &output) }
    return String(decoding: output, as: UTF8.self)
  }

  /// The payloads of a stream that was written, without its end mark.
  static func payloads(_ stream: String) throws -> [JSONNode] {
    var payloads: [JSONNode] = []
    for line in stream.split(separator: "\n") where line.hasPrefix("data: {") {
      payloads.append(try JSONDocument(Array(line.utf8.dropFirst(6)), refusesDuplicates: true).root)
    }
    return payloads
  }

  // MARK: In words

  static func lines(_ answer: CanonicalResponse) -> [String] {
    var lines: [String] = []
    for choice in answer.choices {
      for part in choice.parts { lines.append(line(part)) }
      if let logprobs = choice.logprobs { lines.append("logprobs \(logprobs.string)") }
      lines.append("finish \(choice.finish.map { "\($0)" } ?? "-")")
    }
    if let usage = answer.usage { lines.append("usage \(usage.totalInput) \(usage.totalOutput)") }
    return lines
  }

  static func lines(_ request: CanonicalRequest) -> [String] {
    request.messages.flatMap { message in message.parts.map { "\(message.role): \(line($0))" } }
  }

  static func line(_ part: CanonicalPart) -> String {
    switch part.content {
    case .text(let text):
      "text \(text.text.string)"
        + text.citations.map { " [\($0.start ?? -1)..\($0.end ?? -1) \($0.url?.string ?? "-")]" }.joined()
    case .reasoning(let thought):
      "thought \(thought.text.string)" + (thought.signature.map { " signed \($0.string)" } ?? "")
        + (thought.redacted.map { " redacted \($0.string)" } ?? "")
    case .toolCall(let call):
      (call.kind == .custom ? "custom call " : "call ") + "\(call.id.string) \(call.name.string) "
        + call.arguments.text.string + (call.signature.map { " signed \($0.string)" } ?? "")
    case .toolResult(let result):
      "result \(result.callID.string): \(result.parts.map(line).joined(separator: ", "))"
    case .refusal(let text): "refusal \(text.string)"
    case .image(let media): "image \(line(media))"
    case .audio(let media): "audio \(line(media))"
    case .video(let media): "video \(line(media))"
    case .file(let media): "file \(line(media))"
    case .opaque(_, let kind, let value): "opaque \(kind.string) \(value.string)"
    }
  }

  private static func line(_ media: MediaPart) -> String {
    let source =
      switch media.source {
      case .url(let url): "at \(url.string)"
      case .base64(let data): "base64 \(data.string)"
      case .fileID(let id): "id \(id.string)"
      case .text(let text): "text \(text.string)"
      }
    let words = [media.mediaType, media.name, media.detail, media.context].map { $0?.string ?? "-" }
    return "\(source) \(words.joined(separator: " "))"
  }
}

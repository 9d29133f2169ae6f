import Foundation
import GatewayCore
import GatewayDialects

/// What the tests of several dialects share.
enum DialectTesting {
  static let context = AnswerContext(exchangeID: "0123", created: 1_700_000_000, model: "m", includesUsage: true)

  static func bytes(_ dialect: Dialect, _ name: String) throws -> [UInt8] {
    Array(try fixture("Dialects/\(dialect.rawValue)/\(name)").utf8)
  }

  /// The bytes that a provider streams; those of Amazon's frames are kept as digits.
  static func stream(_ dialect: Dialect, _ name: String) throws -> [UInt8] {
    let bytes = try bytes(dialect, "\(name).stream.txt")
    guard dialect == .bedrockConverse else { return bytes }
    let digits = bytes.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  // MARK: Requests

  static func request(_ dialect: Dialect, _ body: String) throws -> CanonicalRequest {
    try dialect.readRequest(JSONDocument(Array(body.utf8), refusesDuplicates: true).root)
  }

  static func written(
    _ dialect: Dialect, _ request: CanonicalRequest, _ change: (inout TargetTraits) -> Void = { _ in }
  ) throws -> String {
    var traits = TargetTraits(model: "m")
    change(&traits)
    return String(decoding: try dialect.writeRequest(request, traits: traits).body, as: UTF8.self)
  }

  /// The part that the dialect has no word for; nil when the request is written.
  static func unsupported(_ dialect: Dialect, _ request: CanonicalRequest) -> RequestPart? {
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

  /// The conversation of a request, a line for each part.
  static func lines(_ request: CanonicalRequest) -> [String] {
    request.messages.flatMap { message in message.parts.map { "\(message.role): \(line($0))" } }
  }

  // MARK: Answers

  static func answer(_ dialect: Dialect, _ body: String) throws -> CanonicalResponse {
    try dialect.readAnswer(JSONDocument(Array(body.utf8), loneSurrogates: .replaced).root)
  }

  static func written(_ dialect: Dialect, _ answer: CanonicalResponse) -> String {
    String(decoding: dialect.writeAnswer(answer, context: context), as: UTF8.self)
  }

  static func encoded(_ dialect: Dialect, _ deltas: [CanonicalDelta]) -> String {
    var encoder = dialect.streamEncoder(context: context)
    var output: [UInt8] = []
    for delta in deltas { encoder.write(delta, into: &output) }
    return String(decoding: output, as: UTF8.self)
  }

  static func assembled(_ deltas: [CanonicalDelta]) -> CanonicalAssembler {
    var assembler = CanonicalAssembler()
    for delta in deltas { assembler.receive(delta) }
    return assembler
  }

  /// The deltas of the events of a whole stream.
  static func deltas(_ dialect: Dialect, events: String...) throws -> [CanonicalDelta] {
    var feed = StreamFeed(dialect)
    try feed.feed(Array(events.map { "data: \($0)\n\n" }.joined().utf8))
    return try feed.ended()
  }

  static func lines(_ answer: CanonicalResponse) -> [String] {
    var lines: [String] = []
    for choice in answer.choices {
      lines += choice.parts.map(line)
      if let logprobs = choice.logprobs { lines.append("logprobs \(logprobs.string)") }
      lines.append("finish \(choice.finish.map { "\($0)" } ?? "-") \(choice.stopSequence?.string ?? "-")")
    }
    if let usage = answer.usage {
      let input = "\(usage.inputUncached)+\(usage.inputCached)+\(usage.cacheWrite)+\(usage.inputAudio)"
      lines.append("usage \(input) \(usage.output)+\(usage.reasoning)+\(usage.outputAudio)")
    }
    return lines
  }

  static func line(_ part: CanonicalPart) -> String {
    let mark = part.cacheControl.map { " cached \($0.ttl?.string ?? "-")" } ?? ""
    return line(part.content) + mark
  }

  private static func line(_ content: CanonicalPart.Content) -> String {
    switch content {
    case .text(let text):
      "text \(text.text.string)"
        + text.citations.map { " [\($0.title?.string ?? "-") \($0.url?.string ?? "-")]" }.joined()
    case .reasoning(let thought):
      "thought \(thought.text.string) signed \(thought.signature?.string ?? "-") redacted \(thought.redacted?.string ?? "-")"
    case .toolCall(let call):
      "call \(call.id.string) \(call.name.string) \(plain(call.arguments.text)) signed \(call.signature?.string ?? "-")"
    case .toolResult(let result):
      "\(result.isError ? "error" : "result") \(result.callID.string): "
        + result.parts.map(line).joined(separator: ", ")
    case .refusal(let text): "refusal \(text.string)"
    case .image(let media): "image \(line(media))"
    case .audio(let media): "audio \(line(media))"
    case .video(let media): "video \(line(media))"
    case .file(let media): "file \(line(media))"
    case .opaque(let dialect, let kind, let value): "opaque \(dialect.rawValue) \(kind.string) \(value.string)"
    }
  }

  /// Without the spaces between the tokens of JSON.
  private static func plain(_ arguments: RawText) -> String { arguments.string.filter { !$0.isWhitespace } }

  private static func line(_ media: MediaPart) -> String {
    let source =
      switch media.source {
      case .url(let url): "url \(url.string)"
      case .base64(let data): "base64 \(data.string)"
      case .fileID(let id): "id \(id.string)"
      case .text(let text): "text \(text.string)"
      }
    return "\(source) \(media.mediaType?.string ?? "-") \(media.name?.string ?? "-")"
  }
}

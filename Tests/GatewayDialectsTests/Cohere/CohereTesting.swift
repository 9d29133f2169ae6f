import Foundation
import GatewayCore
import GatewayDialects

/// What the tests of the Cohere dialect share.
enum CohereTesting {
  static let context = AnswerContext(
    exchangeID: "00112233445566778899aabbccddeeff", created: 1_700_000_000, model: "m", includesUsage: true)

  static func file(_ name: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(
      contentsOf: folder.appendingPathComponent("Fixtures/Dialects/cohere/\(name)"), encoding: .utf8)
  }

  // MARK: Requests

  static func request(_ body: String) throws -> CanonicalRequest {
    try CohereRequestReader.read(JSONDocument(Array(body.utf8), refusesDuplicates: true).root)
  }

  static func written(_ request: CanonicalRequest, _ change: (inout TargetTraits) -> Void = { _ in }) throws -> String {
    var traits = TargetTraits(model: "m")
    change(&traits)
    return String(decoding: try CohereRequestWriter.write(request, traits: traits).body, as: UTF8.self)
  }

  /// A request with one message of the user.
  static func simple(_ change: (inout CanonicalRequest) -> Void = { _ in }) -> CanonicalRequest {
    var request = CanonicalRequest()
    request.messages = [CanonicalMessage(.user, parts: [.text("Hi")])]
    change(&request)
    return request
  }

  // MARK: Answers

  static func answer(_ body: String) throws -> CanonicalResponse {
    try CohereAnswerReader.read(JSONDocument(Array(body.utf8), loneSurrogates: .replaced).root)
  }

  static func written(_ answer: CanonicalResponse, _ context: AnswerContext = context) -> String {
    String(decoding: CohereAnswerWriter.write(answer, context: context), as: UTF8.self)
  }

  /// The deltas of the events of a stream.
  static func deltas(_ stream: String, ends: Bool = true) throws -> [CanonicalDelta] {
    var decoder = CohereStreamDecoder()
    var deltas: [CanonicalDelta] = []
    for event in stream.components(separatedBy: "\n\n") where !event.isEmpty && !event.hasPrefix(":") {
      var name = ""
      var data = ""
      for line in event.split(separator: "\n") {
        if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
        if line.hasPrefix("data: ") { data = String(line.dropFirst(6)) }
      }
      try Array(data.utf8).withUnsafeBytes { try decoder.receive(event: name, data: $0, into: &deltas) }
    }
    if ends { try decoder.bodyEnded(into: &deltas) }
    return deltas
  }

  static func assembled(_ deltas: [CanonicalDelta]) -> CanonicalAssembler {
    var assembler = CanonicalAssembler()
    for delta in deltas { assembler.receive(delta) }
    return assembler
  }

  static func encoded(_ deltas: [CanonicalDelta], _ context: AnswerContext = context) -> String {
    var encoder = CohereStreamEncoder(context: context)
    var output: [UInt8] = []
    for delta in deltas { encoder.write(delta, into: &output) }
    return String(decoding: output, as: UTF8.self)
  }

  /// The answer as lines, to be compared.
  static func lines(_ answer: CanonicalResponse) -> [String] {
    var lines: [String] = []
    for choice in answer.choices {
      for part in choice.parts { lines.append(line(part)) }
      if let logprobs = choice.logprobs { lines.append("logprobs \(logprobs.string)") }
      lines.append("finish \(choice.finish.map { "\($0)" } ?? "-")")
    }
    if let usage = answer.usage {
      lines.append("usage \(usage.inputUncached)+\(usage.inputCached) \(usage.output)+\(usage.reasoning)")
    }
    return lines
  }

  static func line(_ part: CanonicalPart) -> String {
    switch part.content {
    case .text(let text):
      let citations = text.citations.map { citation in
        let place = "\(citation.start.map(String.init) ?? "-")..\(citation.end.map(String.init) ?? "-")"
        return " [\(place) \(citation.title?.string ?? "-") \(citation.url?.string ?? "-")]"
      }
      return "text \(text.text.string)\(citations.joined())"
    case .reasoning(let reasoning): return "thought \(reasoning.text.string)"
    case .toolCall(let call): return "call \(call.id.string) \(call.name.string) \(call.arguments.text.string)"
    case .refusal(let text): return "refusal \(text.string)"
    case .toolResult(let result):
      return "result \(result.callID.string): \(result.parts.map(line).joined(separator: ", "))"
    case .image(let media):
      return "image \(media.source) \(media.mediaType?.string ?? "-") \(media.detail?.string ?? "-")"
    case .file(let media):
      guard case .text(let text) = media.source else { return "file" }
      return "document \(media.name?.string ?? "-"): \(text.string) cites \(media.citesSource.map(String.init) ?? "-")"
    case .audio, .video, .opaque: return "other"
    }
  }
}

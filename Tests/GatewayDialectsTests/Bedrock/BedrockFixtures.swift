import Foundation
import GatewayCore
import GatewayDialects
import Testing

/// A file of the dialect's folder.
func bedrockFixture(_ name: String) throws -> String { try fixture("Dialects/bedrock-converse/\(name)") }

/// The binary stream of a fixture: hex, a frame a line.
func bedrockStream(_ name: String) throws -> [UInt8] { bytes(hex: try bedrockFixture("\(name).stream.txt")) }

func bytes(hex: String) -> [UInt8] {
  let digits = hex.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func bedrockNode(_ text: String) throws -> JSONNode {
  try JSONDocument(Array(text.utf8), loneSurrogates: .replaced, refusesDuplicates: true).root
}

func readBedrock(_ text: String) throws -> CanonicalRequest { try BedrockRequestReader.read(bedrockNode(text)) }

func writeBedrock(_ request: CanonicalRequest, model: String = "m", refused: Set<String> = []) throws -> WrittenRequest
{
  var traits = TargetTraits(model: model)
  traits.refused = refused
  return try BedrockRequestWriter.write(request, traits: traits)
}

/// The body that is written, as text.
func bedrockBody(_ request: CanonicalRequest, model: String = "m", refused: Set<String> = []) throws -> String {
  String(decoding: try writeBedrock(request, model: model, refused: refused).body, as: UTF8.self)
}

func bedrockAnswer(_ text: String) throws -> CanonicalResponse { try BedrockAnswerReader.read(bedrockNode(text)) }

/// A request of one message of the user.
func asking(_ text: RawText = "Hello") -> CanonicalRequest {
  var request = CanonicalRequest()
  request.messages = [CanonicalMessage(.user, parts: [.text(text)])]
  return request
}

func bedrockContext(emulated: [Emulation] = []) -> AnswerContext {
  var context = AnswerContext(exchangeID: "0Ab9", created: 1_700_000_000, model: "fast", includesUsage: false)
  context.emulated = emulated
  return context
}

/// The frames of `stream`, handed to the parser in pieces of `size` bytes; all at once when nil.
func frames(_ stream: [UInt8], size: Int? = nil) throws -> [(name: String, payload: String)] {
  var frames: [(name: String, payload: String)] = []
  try eachFrame(stream, size: size) { frame, data in
    frames.append((frame.name, String(decoding: data, as: UTF8.self)))
  }
  return frames
}

func eachFrame(
  _ stream: [UInt8], size: Int? = nil, maximum: Int = 1 << 20,
  _ body: (EventStreamFrame, UnsafeRawBufferPointer) throws -> Void
) throws {
  var parser = AmazonEventStreamParser(maximumFrameBytes: maximum)
  var buffer: [UInt8] = []
  var offset = 0
  while offset < stream.count {
    let end = min(stream.count, offset + (size ?? stream.count))
    buffer += stream[offset..<end]
    offset = end
    while let frame = try buffer.withUnsafeBytes({ try parser.next($0) }) {
      try buffer.withUnsafeBytes { try body(frame, UnsafeRawBufferPointer(rebasing: $0[frame.payload])) }
      buffer.removeFirst(frame.consumed)
    }
  }
  if parser.isInsideFrame { throw AmazonEventStreamFault.cutFrame }
}

func deltas(_ stream: [UInt8], size: Int? = nil) throws -> [CanonicalDelta] {
  var decoder = BedrockStreamDecoder()
  var deltas: [CanonicalDelta] = []
  try eachFrame(stream, size: size) { frame, data in
    try decoder.receive(event: frame.name, data: data, into: &deltas)
  }
  try decoder.bodyEnded(into: &deltas)
  return deltas
}

/// What events mean that are given as names and payloads.
func deltas(ofEvents events: [(String, String)], ends: Bool = true) throws -> [CanonicalDelta] {
  var decoder = BedrockStreamDecoder()
  var deltas: [CanonicalDelta] = []
  for (name, payload) in events {
    try reading(payload) { data in try decoder.receive(event: name, data: data, into: &deltas) }
  }
  if ends { try decoder.bodyEnded(into: &deltas) }
  return deltas
}

func assembled(_ deltas: [CanonicalDelta]) -> CanonicalResponse {
  var assembler = CanonicalAssembler()
  for delta in deltas { assembler.receive(delta) }
  return assembler.answer
}

func encoded(_ deltas: [CanonicalDelta], _ context: AnswerContext = bedrockContext()) -> [UInt8] {
  var encoder = BedrockStreamEncoder(context: context)
  var output: [UInt8] = []
  for delta in deltas { encoder.write(delta, into: &output) }
  return output
}

/// Everything that an answer says, in one line a part, so that two can be compared.
func summary(_ answer: CanonicalResponse) -> [String] {
  var lines: [String] = []
  for choice in answer.choices {
    lines += choice.parts.map(summary)
    lines.append("finish \(String(describing: choice.finish)) \(choice.stopSequence?.string ?? "-")")
  }
  if let usage = answer.usage {
    lines.append(
      "usage \(usage.inputUncached)+\(usage.inputCached)+\(usage.cacheWrite) \(usage.output)+\(usage.reasoning)")
  }
  return lines
}

func summary(_ part: CanonicalPart) -> String {
  switch part.content {
  case .text(let text): "text \(text.text) \(text.citations.map { $0.title?.string ?? "?" })"
  case .refusal(let text): "refusal \(text)"
  case .reasoning(let thought):
    "thought \(thought.text) \(thought.signature?.string ?? "-") \(thought.redacted?.string ?? "-")"
  case .toolCall(let call): "call \(call.id) \(call.name) \(call.arguments.json?.string ?? "broken")"
  case .toolResult(let result): "result \(result.callID) \(result.isError) \(result.parts.map(summary))"
  case .image(let media): "image \(media.mediaType?.string ?? "?") \(media.source)"
  case .audio(let media): "audio \(media.mediaType?.string ?? "?") \(media.source)"
  case .video(let media): "video \(media.mediaType?.string ?? "?") \(media.source)"
  case .file(let media): "file \(media.mediaType?.string ?? "?") \(media.name?.string ?? "?") \(media.source)"
  case .opaque(let dialect, let kind, let value): "opaque \(dialect.rawValue) \(kind) \(value.string)"
  }
}

/// The fault that reading or writing ends with.
func fault(_ body: () throws -> Void) -> DialectFault? {
  do { try body() } catch let fault as DialectFault { return fault } catch {}
  return nil
}

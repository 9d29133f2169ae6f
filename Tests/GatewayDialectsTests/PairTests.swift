import Foundation
import GatewayCore
import GatewayDialects
import Testing

/// Every dialect in front of every other, on the conversations of `Tests/Fixtures/Dialects`.
@Suite struct PairTests {
  static let dialects: [Dialect] = [
    .openAIChat, .openAIResponses, .anthropic, .gemini, .bedrockConverse, .cohere, .dashscope,
  ]
  /// With those that nobody calls in.
  static let providers = dialects + [.hunyuan, .minimax]
  static let answers = ["text", "tools", "thinking", "length", "filtered"]
  static let pairs = dialects.flatMap { client in dialects.map { (client, $0) } }
  static let answered = dialects.flatMap { client in providers.map { (client, $0) } }

  private static func fixture(_ dialect: Dialect, _ name: String) throws -> [UInt8] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: root.appending(path: "Fixtures/Dialects/\(dialect.rawValue)/\(name)")))
  }

  private static func answer(_ dialect: Dialect, _ name: String) throws -> CanonicalResponse {
    try dialect.readAnswer(JSONDocument(fixture(dialect, "\(name).answer.json"), loneSurrogates: .replaced).root)
  }

  private static func stream(_ dialect: Dialect, _ name: String) throws -> [UInt8] {
    let bytes = try fixture(dialect, "\(name).stream.txt")
    guard dialect == .bedrockConverse else { return bytes }
    let digits = bytes.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// What a stream says, fed in pieces of `size` bytes.
  private static func deltas(_ dialect: Dialect, _ stream: [UInt8], size: Int) throws -> [CanonicalDelta] {
    var decoder = dialect.streamDecoder()
    var deltas: [CanonicalDelta] = []
    var pending: [UInt8] = []
    var events = EventStreamParser(maximumEventBytes: 1 << 20)
    var frames = AmazonEventStreamParser()
    for start in stride(from: 0, to: stream.count, by: size) {
      pending += stream[start..<min(start + size, stream.count)]
      var consumed = 0
      try pending.withUnsafeBytes { raw in
        while true {
          let rest = UnsafeRawBufferPointer(rebasing: raw[consumed...])
          if dialect == .bedrockConverse {
            guard let frame = try frames.next(rest) else { return }
            consumed += frame.consumed
            let data = UnsafeRawBufferPointer(rebasing: rest[frame.payload])
            try decoder.receive(event: frame.name, data: data, into: &deltas)
            continue
          }
          switch try events.next(rest) {
          case .needsMore(let used):
            consumed += used
            return
          case .comment(_, let used): consumed += used
          case .event(let event):
            consumed += event.consumed
            let name = event.eventType.map { String(decoding: rest[$0], as: UTF8.self) } ?? ""
            let data = UnsafeRawBufferPointer(rebasing: rest[event.data])
            try decoder.receive(event: name, data: data, into: &deltas)
          }
        }
      }
      pending.removeFirst(consumed)
    }
    try decoder.bodyEnded(into: &deltas)
    return deltas
  }

  private static func assembled(_ deltas: [CanonicalDelta]) -> CanonicalAssembler {
    var assembler = CanonicalAssembler()
    for delta in deltas { assembler.receive(delta) }
    return assembler
  }

  /// What a caller sees of an answer, in words that can be compared.
  private static func summary(_ answer: CanonicalResponse) -> [String] {
    var lines: [String] = []
    for choice in answer.choices {
      for part in choice.parts {
        switch part.content {
        case .text(let text): if !text.text.isEmpty { lines.append("text \(text.text.string)") }
        case .refusal(let text): lines.append("refusal \(text.string)")
        case .reasoning(let thought): lines.append("thought \(thought.text.string)")
        case .toolCall(let call):
          lines.append("call \(call.name.string) \(call.arguments.json?.string.filter { !$0.isWhitespace } ?? "?")")
        default: lines.append("\(part.content)")
        }
      }
      lines.append("finish \(choice.finish.map { "\($0)" } ?? "none")")
    }
    let usage = answer.usage
    lines.append("usage \(usage?.totalInput ?? -1) \(usage?.totalOutput ?? -1)")
    return lines
  }

  @Test(arguments: providers, answers)
  func aStreamIsTheAnswer(dialect: Dialect, name: String) throws {
    let plain = try Self.answer(dialect, name)
    let stream = try Self.stream(dialect, name)
    for size in [1, 7, 64, stream.count] {
      let assembled = Self.assembled(try Self.deltas(dialect, stream, size: size))
      #expect(assembled.isEnded)
      #expect(Self.summary(assembled.answer) == Self.summary(plain), "in pieces of \(size)")
    }
  }

  @Test(arguments: answered, answers)
  func anAnswerIsTheSameForEveryClient(pair: (Dialect, Dialect), name: String) throws {
    let (client, provider) = pair
    let context = AnswerContext(exchangeID: "0123", created: 1, model: "m", includesUsage: true)
    let plain = try Self.answer(provider, name)
    let written = client.writeAnswer(plain, context: context)
    let read = try client.readAnswer(JSONDocument(written).root)

    var encoder = client.streamEncoder(context: context)
    var stream: [UInt8] = []
    let providersStream = try Self.stream(provider, name)
    for delta in try Self.deltas(provider, providersStream, size: providersStream.count) {
      encoder.write(delta, into: &stream)
    }
    let streamed = Self.assembled(try Self.deltas(client, stream, size: 13))
    #expect(streamed.isEnded)
    #expect(Self.summary(streamed.answer) == Self.summary(read))
    let calls = Self.summary(plain).filter { $0.hasPrefix("call ") }
    #expect(Self.summary(read).filter { $0.hasPrefix("call ") } == calls)
    let texts = Self.summary(plain).filter { $0.hasPrefix("text ") }
    #expect(Self.summary(read).filter { $0.hasPrefix("text ") } == texts)
  }

  @Test(arguments: providers)
  func anErrorInAStreamIsOne(dialect: Dialect) throws {
    let stream = try Self.stream(dialect, "error")
    let assembled = Self.assembled(try Self.deltas(dialect, stream, size: 11))
    #expect(assembled.failure != nil)
    #expect(!assembled.isEnded)
  }

  @Test(arguments: answered)
  func anErrorInAStreamReachesEveryClient(pair: (Dialect, Dialect)) throws {
    let (client, provider) = pair
    let context = AnswerContext(exchangeID: "0123", created: 1, model: "m", includesUsage: true)
    var encoder = client.streamEncoder(context: context)
    var stream: [UInt8] = []
    for delta in try Self.deltas(provider, Self.stream(provider, "error"), size: 64) {
      encoder.write(delta, into: &stream)
    }
    let assembled = Self.assembled(try Self.deltas(client, stream, size: 64))
    #expect(assembled.failure != nil)
  }

  @Test(arguments: pairs, ["text", "tools", "image", "schema", "reasoning"])
  func aRequestKeepsItsMeaning(pair: (Dialect, Dialect), name: String) throws {
    let (client, provider) = pair
    let body = try JSONDocument(Self.fixture(client, "\(name).request.json"), refusesDuplicates: true).root
    var request = try client.readRequest(body)
    request.keepSignatures(from: client, to: provider)
    let written: WrittenRequest
    do {
      written = try provider.writeRequest(request, traits: TargetTraits(model: "m"))
    } catch {
      // What the dialect has no word for is said, not lost.
      guard case .unsupported = error.kind else { throw error }
      return
    }
    guard written.emulated.isEmpty else { return }
    let again = try provider.readRequest(JSONDocument(written.body, refusesDuplicates: true).root)
    // A dialect that needs a limit gets one, and room for thoughts.
    if request.maxOutputTokens == nil || !request.reasoning.isEmpty { request.maxOutputTokens = again.maxOutputTokens }
    #expect(Self.summary(again) == Self.summary(request))
  }

  private static func summary(_ request: CanonicalRequest) -> [String] {
    var lines: [String] = []
    for message in request.messages {
      for part in message.parts {
        switch part.content {
        case .text(let text): lines.append("\(message.role) \(text.text.string)")
        case .image(let image):
          if case .base64(let data) = image.source { lines.append("image \(data.string)") }
        case .toolCall(let call):
          lines.append("call \(call.name.string) \(call.arguments.json?.string.filter { !$0.isWhitespace } ?? "?")")
        case .toolResult(let result):
          for part in result.parts {
            if case .text(let text) = part.content { lines.append("result \(Self.plain(text.text.string))") }
          }
        default: break
        }
      }
    }
    lines += request.tools.map { "tool \($0.name.string)" }
    lines.append("temperature \(request.sampling.temperature?.string ?? "-")")
    lines.append("maximum \(request.maxOutputTokens?.string ?? "-")")
    lines.append("stop \(request.stop.map(\.string))")
    if case .jsonSchema(_, _, let schema, _) = request.output {
      lines.append("schema \(schema.string.filter { !$0.isWhitespace })")
    }
    return lines
  }

  /// Gemini wraps plain results.
  private static func plain(_ text: String) -> String { text.filter { !$0.isWhitespace } }

  // MARK: Noise

  /// Splitmix64: the same noise in every run.
  private struct Noise: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }

    /// A few bytes changed, cut out or doubled.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
      var bytes = bytes
      for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
        let position = Int.random(in: 0..<bytes.count, using: &self)
        switch Int.random(in: 0..<3, using: &self) {
        case 0: bytes[position] = [0x22, 0x5B, 0x7B, 0x2C, 0x30, 0x6E, 0x7D, 0x5D].randomElement(using: &self) ?? 0
        case 1: bytes.removeSubrange(position..<min(position + Int.random(in: 1...40, using: &self), bytes.count))
        default: bytes.insert(contentsOf: bytes[position..<min(position + 20, bytes.count)], at: position)
        }
      }
      return bytes
    }
  }

  @Test(arguments: dialects)
  func damagedInputIsAFaultAndNoCrash(dialect: Dialect) throws {
    var noise = Noise(state: 42)
    let context = AnswerContext(exchangeID: "0123", created: 1, model: "m", includesUsage: true)
    var read = 0
    for name in ["text", "tools", "image", "schema", "reasoning"] {
      let body = try Self.fixture(dialect, "\(name).request.json")
      for _ in 0..<300 {
        guard let document = try? JSONDocument(noise.mutated(body), refusesDuplicates: true),
          let request = try? dialect.readRequest(document.root)
        else { continue }
        read += 1
        for other in Self.dialects { _ = try? other.writeRequest(request, traits: TargetTraits(model: "m")) }
      }
    }
    #expect(read > 0)
    for name in Self.answers {
      let body = try Self.fixture(dialect, "\(name).answer.json")
      let stream = try Self.stream(dialect, name)
      for _ in 0..<150 {
        if let document = try? JSONDocument(noise.mutated(body), loneSurrogates: .replaced),
          let answer = try? dialect.readAnswer(document.root)
        {
          for other in Self.dialects { _ = other.writeAnswer(answer, context: context) }
        }
        guard let deltas = try? Self.deltas(dialect, noise.mutated(stream), size: 500) else { continue }
        for other in Self.dialects {
          var encoder = other.streamEncoder(context: context)
          var output: [UInt8] = []
          for delta in deltas { encoder.write(delta, into: &output) }
        }
      }
    }
  }
}

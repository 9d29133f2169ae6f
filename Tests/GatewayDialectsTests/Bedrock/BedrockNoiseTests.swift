import GatewayCore
import GatewayDialects
import Testing

@Suite("Noise instead of Bedrock")
struct BedrockNoiseTests {
  /// xorshift64*
  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 0x2545_F491_4F6C_DD1D
    }
  }

  private static let words = [
    "{", "}", "[", "]", ",", ":", "null", "true", "1e-9", "-1", "\"\"", "\"text\"", "\"content\"", "\"toolUse\"",
    "\"\\ud83d\"", "\"role\"", "\"delta\"", "\"contentBlockIndex\"", "\"input\"", "\"image\"", "\"user\"",
  ]

  /// `text` with some of its pieces replaced, dropped or doubled.
  private func mutated(_ text: String, _ random: inout Random) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, place + Int.random(in: 0...12, using: &random))
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes.removeSubrange(place..<end)
      case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 2: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      default: bytes.replaceSubrange(place..<end, with: (Self.words.randomElement(using: &random) ?? "").utf8)
      }
    }
    return bytes
  }

  @Test(arguments: ["text", "tools", "image", "schema", "reasoning"])
  func requestsNeverCrash(name: String) throws {
    let text = try bedrockFixture("\(name).request.json")
    var random = Random(state: 0x5EED + UInt64(text.utf8.count))
    for _ in 0..<1500 {
      guard let document = try? JSONDocument(mutated(text, &random), refusesDuplicates: true),
        let request = try? BedrockRequestReader.read(document.root),
        let written = try? BedrockRequestWriter.write(
          request, traits: TargetTraits(model: "anthropic.claude-opus-4-6-v1"))
      else { continue }
      #expect(throws: Never.self) { try RawJSON(validating: written.body) }
    }
  }

  @Test(arguments: ["text", "tools", "thinking", "filtered"])
  func answersNeverCrash(name: String) throws {
    let text = try bedrockFixture("\(name).answer.json")
    var random = Random(state: 0xA25 + UInt64(text.utf8.count))
    for _ in 0..<1500 {
      guard let document = try? JSONDocument(mutated(text, &random), loneSurrogates: .replaced),
        let answer = try? BedrockAnswerReader.read(document.root)
      else { continue }
      let written = BedrockAnswerWriter.write(answer, context: bedrockContext())
      #expect(throws: Never.self) { try RawJSON(validating: written) }
      _ = encoded(answer.deltas)
    }
  }

  @Test(arguments: ["text", "tools", "thinking", "error"])
  func streamsNeverCrash(name: String) throws {
    let events = try frames(bedrockStream(name))
    var random = Random(state: 0x57E + UInt64(events.count))
    for _ in 0..<800 {
      var decoder = BedrockStreamDecoder()
      var deltas: [CanonicalDelta] = []
      for event in events.shuffled(using: &random) {
        let payload = Bool.random(using: &random) ? Array(event.payload.utf8) : mutated(event.payload, &random)
        try? reading(payload) { data in try decoder.receive(event: event.name, data: data, into: &deltas) }
      }
      try? decoder.bodyEnded(into: &deltas)
      for frame in try frames(encoded(deltas)) {
        #expect(throws: Never.self) { try RawJSON(validating: Array(frame.payload.utf8)) }
      }
      expectOrder(deltas)
    }
  }

  /// Parts open and close one by one, whatever the provider sends.
  private func expectOrder(_ deltas: [CanonicalDelta]) {
    var open: Int?
    var last = -1
    for delta in deltas {
      switch delta {
      case .partStarted(_, let part, _):
        #expect(open == nil && part == last + 1)
        open = part
        last = part
      case .partEnded(_, let part):
        #expect(open == part)
        open = nil
      case .text(_, let part, _), .reasoning(_, let part, _), .arguments(_, let part, _), .signature(_, let part, _),
        .citation(_, let part, _):
        #expect(open == part)
      case .finished, .ended: #expect(open == nil)
      default: break
      }
    }
  }
}

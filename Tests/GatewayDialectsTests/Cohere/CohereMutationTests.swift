import GatewayCore
import GatewayDialects
import Testing

@Suite("Bodies with something wrong anywhere")
struct CohereMutationTests {
  /// The same sequence in every run.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private static let pieces = [
    "null", "{}", "[]", "7", "-1e400", "\"\"", "\"\\ud83d\"", ",", "\"type\":", "[[[", "true", "\u{1F600}",
  ]

  /// `body` with one byte or one value replaced, removed or doubled, often valid still.
  private static func mutated(_ body: [UInt8], _ dice: inout Dice) -> [UInt8] {
    guard !body.isEmpty else { return body }
    var bytes = body
    let place = Int.random(in: 0..<bytes.count, using: &dice)
    let end = min(bytes.count, place + Int.random(in: 1...12, using: &dice))
    switch Int.random(in: 0..<4, using: &dice) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
    case 1: bytes.removeSubrange(place..<end)
    case 2: bytes.insert(contentsOf: bytes[place..<end], at: end)
    default:
      // A whole value, so that the document stays valid.
      let text = String(decoding: bytes, as: UTF8.self)
      let words = text.split(separator: ":", omittingEmptySubsequences: false)
      var parts = words.map(String.init)
      let index = Int.random(in: 0..<parts.count, using: &dice)
      let value = parts[index].prefix { $0 != "," && $0 != "}" && $0 != "]" }
      parts[index] = (pieces.randomElement(using: &dice) ?? "") + parts[index].dropFirst(value.count)
      return Array(parts.joined(separator: ":").utf8)
    }
    return bytes
  }

  @Test("A request is read or refused", arguments: ["text", "tools", "image", "schema", "reasoning", "documents"])
  func readsOrRefuses(name: String) throws {
    var dice = Dice(state: 1)
    let body = Array(try CohereTesting.file("\(name).request.json").utf8)
    var read = 0
    for _ in 0..<800 {
      guard let document = try? JSONDocument(Self.mutated(body, &dice)) else { continue }
      _ = try? RerankRequestReader.read(document.root, as: .jina)
      _ = try? EmbeddingsRequestReader.read(document.root, as: .cohere)
      guard let request = try? CohereRequestReader.read(document.root) else { continue }
      read += 1
      guard let written = try? CohereRequestWriter.write(request, traits: TargetTraits(model: "m")) else { continue }
      let again = try CohereRequestReader.read(JSONDocument(written.body, refusesDuplicates: true).root)
      #expect(again.messages.isEmpty == request.messages.isEmpty)
    }
    #expect(read > 0)
  }

  @Test("An answer is read or is a fault, and what is written of it is JSON", arguments: CohereAnswerTests.names)
  func readsAnswer(name: String) throws {
    var dice = Dice(state: 2)
    let body = Array(try CohereTesting.file("\(name).answer.json").utf8)
    for _ in 0..<800 {
      guard let document = try? JSONDocument(Self.mutated(body, &dice), loneSurrogates: .replaced) else { continue }
      _ = try? RerankAnswerReader.read(document.root, documents: 2)
      _ = try? EmbeddingsAnswerReader.read(document.root, as: .openAI, inputs: 1)
      guard let answer = try? CohereAnswerReader.read(document.root) else { continue }
      let written = CohereAnswerWriter.write(answer, context: CohereTesting.context)
      #expect(throws: Never.self) { try JSONDocument(written, loneSurrogates: .replaced) }
    }
  }

  @Test("A stream is read or is a fault, and what is written of it is JSON", arguments: CohereAnswerTests.names)
  func readsStream(name: String) throws {
    var dice = Dice(state: 3)
    let body = Array(try CohereTesting.file("\(name).stream.txt").utf8)
    for _ in 0..<150 {
      let stream = String(decoding: Self.mutated(body, &dice), as: UTF8.self)
      guard let deltas = try? CohereTesting.deltas(stream) else { continue }
      let written = CohereTesting.encoded(deltas)
      for line in written.split(separator: "\n") where line.hasPrefix("data: {") {
        #expect(throws: Never.self) {
          try JSONDocument(Array(line.utf8.dropFirst(6)), loneSurrogates: .replaced)
        }
      }
    }
  }
}

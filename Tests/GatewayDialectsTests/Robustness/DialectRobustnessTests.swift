import Foundation
import GatewayCore
import GatewayDialects
import Testing

/// Whatever comes in, a reader reads it or says what is wrong, and what is written of it is whole.
@Suite("Noise for every dialect")
struct DialectRobustnessTests {
  /// Those that have fixtures.
  static let dialects: [Dialect] = [
    .openAIChat, .openAIResponses, .anthropic, .gemini, .bedrockConverse, .cohere, .dashscope,
  ]
  /// With those that nobody calls in.
  static let providers = dialects + [.hunyuan, .minimax]

  private static func files(_ dialect: Dialect, _ ending: String) throws -> [String] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/Dialects/\(dialect.rawValue)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return names.filter { $0.hasSuffix(ending) }.sorted()
  }

  private static func trees(_ dialect: Dialect, _ ending: String) throws -> [NoisyJSON] {
    try files(dialect, ending).map { NoisyJSON(try JSONDocument(DialectTesting.bytes(dialect, $0)).root) }
  }

  private static func isWhole(_ json: [UInt8]) -> Bool { (try? JSONDocument(json, loneSurrogates: .replaced)) != nil }

  // MARK: What is done with each input

  private static func request(_ text: String, _ dialect: Dialect, writers: [Dialect]) -> Bool {
    guard let document = try? JSONDocument(Array(text.utf8), refusesDuplicates: true),
      var request = try? dialect.readRequest(document.root)
    else { return false }
    for writer in writers {
      request.keepSignatures(from: dialect, to: writer)
      guard let written = try? writer.writeRequest(request, traits: TargetTraits(model: "m")) else { continue }
      #expect(isWhole(written.body), "\(writer.rawValue) wrote \(text)")
    }
    return true
  }

  private static func answer(_ text: String, _ dialect: Dialect, writers: [Dialect]) -> Bool {
    guard let document = try? JSONDocument(Array(text.utf8), loneSurrogates: .replaced),
      let answer = try? dialect.readAnswer(document.root)
    else { return false }
    for writer in writers {
      let written = writer.writeAnswer(answer.marked(dialect), context: DialectTesting.context)
      #expect(isWhole(written), "\(writer.rawValue) wrote \(text)")
    }
    return true
  }

  /// The deltas until the decoder gives up.
  private static func deltas(_ bytes: [UInt8], _ dialect: Dialect) -> [CanonicalDelta] {
    var feed = StreamFeed(dialect)
    var deltas: [CanonicalDelta]
    do {
      try feed.feed(bytes)
      deltas = try feed.ended()
    } catch {
      deltas = feed.deltas
    }
    if let fault = DeltaOrder.fault(deltas) { Issue.record("\(dialect.rawValue): \(fault)") }
    return deltas
  }

  private static func encode(_ deltas: [CanonicalDelta], _ dialect: Dialect) {
    let stream = DialectTesting.encoded(dialect, deltas)
    if dialect == .bedrockConverse { return }
    for line in stream.components(separatedBy: "\n") {
      guard let json = json(of: line) else { continue }
      #expect(isWhole(Array(json.utf8)), "\(dialect.rawValue) wrote \(line)")
    }
  }

  /// The object in a line of data.
  private static func json(of line: String) -> Substring? {
    if line.hasPrefix("data: {") { return line.dropFirst(6) }
    return line.hasPrefix("data:{") ? line.dropFirst(5) : nil
  }

  private static func pair(_ noise: inout JSONNoise) -> [Dialect] {
    [providers[noise.number(0...providers.count - 1)], providers[noise.number(0...providers.count - 1)]]
  }

  // MARK: Tests

  @Test("Random documents are read or refused", .timeLimit(.minutes(1)), arguments: providers)
  func readsRandomDocuments(dialect: Dialect) throws {
    var noise = JSONNoise(seed: 1)
    for tree in try Self.trees(dialect, ".json") { noise.learn(tree) }
    for _ in 0..<600 {
      let text = noise.tree(depth: 5).text
      _ = Self.request(text, dialect, writers: Self.pair(&noise))
      _ = Self.answer(text, dialect, writers: Self.pair(&noise))
    }
  }

  @Test("Requests with anything else anywhere are read or refused", .timeLimit(.minutes(1)), arguments: dialects)
  func readsChangedRequests(dialect: Dialect) throws {
    var noise = JSONNoise(seed: 2)
    let trees = try Self.trees(dialect, ".request.json")
    for tree in trees { noise.learn(tree) }
    var read = 0
    for tree in trees {
      for _ in 0..<120 {
        var changed = tree
        for _ in 0..<noise.number(1...3) { changed = noise.changed(changed) }
        if Self.request(changed.text, dialect, writers: Self.pair(&noise)) { read += 1 }
      }
    }
    #expect(read > 20)
  }

  @Test("Answers with anything else anywhere are read or faults", .timeLimit(.minutes(1)), arguments: providers)
  func readsChangedAnswers(dialect: Dialect) throws {
    var noise = JSONNoise(seed: 3)
    let trees = try Self.trees(dialect, ".answer.json")
    for tree in trees { noise.learn(tree) }
    var read = 0
    for tree in trees {
      for _ in 0..<120 {
        var changed = tree
        for _ in 0..<noise.number(1...3) { changed = noise.changed(changed) }
        if Self.answer(changed.text, dialect, writers: Self.pair(&noise)) { read += 1 }
      }
    }
    #expect(read > 20)
  }

  @Test("Damaged streams end, whichever encoder is behind them", .timeLimit(.minutes(1)), arguments: providers)
  func readsDamagedStreams(dialect: Dialect) throws {
    var noise = JSONNoise(seed: 4)
    for name in try Self.files(dialect, ".stream.txt") {
      let stream = try DialectTesting.stream(dialect, String(name.dropLast(".stream.txt".count)))
      for _ in 0..<30 {
        let deltas = Self.deltas(noise.damaged(stream), dialect)
        for client in Self.pair(&noise) { Self.encode(deltas, client) }
      }
    }
  }

  @Test("Events with anything else anywhere end the stream or go on", .timeLimit(.minutes(1)), arguments: providers)
  func readsChangedEvents(dialect: Dialect) throws {
    // Its frames have checksums: a change is a fault of the frame.
    if dialect == .bedrockConverse { return }
    var noise = JSONNoise(seed: 5)
    for name in try Self.files(dialect, ".stream.txt") {
      let lines = String(decoding: try DialectTesting.bytes(dialect, name), as: UTF8.self).components(separatedBy: "\n")
      let places = lines.indices.filter { Self.json(of: lines[$0]) != nil }
      for _ in 0..<30 {
        var changed = lines
        for _ in 0..<noise.number(1...2) {
          let place = places[noise.number(0...places.count - 1)]
          guard let json = Self.json(of: changed[place]), let document = try? JSONDocument(Array(json.utf8)) else {
            continue
          }
          changed[place] = "data: " + noise.changed(NoisyJSON(document.root)).text
        }
        let deltas = Self.deltas(Array(changed.joined(separator: "\n").utf8), dialect)
        for client in Self.pair(&noise) { Self.encode(deltas, client) }
      }
    }
  }
}

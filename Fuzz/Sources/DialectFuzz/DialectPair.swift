import CLibFuzzer
import GatewayCore
import GatewayDialects

/// Two dialects, and what must hold of everything that is read in the first and written in the second.
struct DialectPair {
  private static let dialects: [Dialect] = [
    .openAIChat, .openAIResponses, .anthropic, .gemini, .bedrockConverse, .cohere, .dashscope, .hunyuan, .minimax,
  ]

  let reader: Dialect
  let writer: Dialect

  init(reader: UInt8, writer: UInt8) {
    func dialect(_ letter: UInt8) -> Dialect { Self.dialects[Int(letter &- UInt8(ascii: "a")) % Self.dialects.count] }
    self.reader = dialect(reader)
    self.writer = dialect(writer)
  }

  private var context: AnswerContext {
    AnswerContext(exchangeID: "0123", created: 1_700_000_000, model: "m", includesUsage: true)
  }

  private func check(_ json: some Sequence<UInt8>, _ what: String) {
    if (try? JSONDocument(Array(json), loneSurrogates: .replaced)) == nil {
      stopFuzzing("\(writer.rawValue) wrote a \(what) that is no JSON: \(String(decoding: Array(json), as: UTF8.self))")
    }
  }

  func request(_ bytes: [UInt8]) {
    guard let document = try? JSONDocument(bytes, refusesDuplicates: true),
      var request = try? reader.readRequest(document.root)
    else { return }
    request.keepSignatures(from: reader, to: writer)
    guard let written = try? writer.writeRequest(request, traits: TargetTraits(model: "m")) else { return }
    check(written.body, "request")
  }

  func answer(_ bytes: [UInt8]) {
    guard let document = try? JSONDocument(bytes, loneSurrogates: .replaced),
      let answer = try? reader.readAnswer(document.root)
    else { return }
    check(writer.writeAnswer(answer.marked(reader), context: context), "answer")
  }

  func stream(_ bytes: [UInt8]) {
    let whole = deltas(bytes, piece: bytes.count)
    if let fault = DeltaOrder.fault(whole) { stopFuzzing("\(reader.rawValue): \(fault)") }
    let output = encoded(whole)
    if output != encoded(deltas(bytes, piece: 7)) { stopFuzzing("\(reader.rawValue): another stream in pieces") }
    if writer == .bedrockConverse { return checkFrames(output) }
    for line in output.split(separator: 0x0A) where line.starts(with: "data: {".utf8) {
      check(line.dropFirst(6), "event")
    }
  }

  private func encoded(_ deltas: [CanonicalDelta]) -> [UInt8] {
    var encoder = writer.streamEncoder(context: context)
    var output: [UInt8] = []
    for delta in deltas { encoder.write(delta.marked(reader), into: &output) }
    return output
  }

  /// The deltas until the decoder gives up.
  private func deltas(_ bytes: [UInt8], piece: Int) -> [CanonicalDelta] {
    var feed = StreamFeed(reader)
    do {
      for start in stride(from: 0, to: bytes.count, by: max(1, piece)) {
        try feed.feed(bytes[start..<min(start + piece, bytes.count)])
      }
      return try feed.ended()
    } catch {
      return feed.deltas
    }
  }

  private func checkFrames(_ bytes: [UInt8]) {
    var parser = AmazonEventStreamParser()
    var rest = bytes[...]
    while !rest.isEmpty {
      let consumed = rest.withUnsafeBytes { raw -> Int? in
        guard let frame = try? parser.next(raw) else { return nil }
        check(raw[frame.payload], "frame")
        return frame.consumed
      }
      guard let consumed else { stopFuzzing("\(writer.rawValue) wrote a frame that cannot be read") }
      rest = rest.dropFirst(consumed)
    }
  }
}

import Foundation
import GatewayDialects
import Testing

/// The estimate of a prompt's tokens, beside what OpenAI's tokenizers count (tiktoken; the counts stand in the fixture).
@Suite struct TokenCountTests {
  private struct Sample: Decodable {
    let kind: String
    let text: String
    let cl100k: Int
    let o200k: Int
  }

  private static let samples: [Sample] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/token-counts.jsonl")
    let lines = (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    return lines.compactMap { try? JSONDecoder().decode(Sample.self, from: Data($0.utf8)) }
  }()

  private func tokens(_ body: String, _ model: String) throws -> Int {
    try reading(body) { bytes throws(RequestFault) in
      try RequestLens.scan(bytes).inputTokens(in: bytes, for: model)
    }
  }

  private func tokens(of text: String, _ model: String) throws -> Int {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let prompt = String(decoding: try encoder.encode(text), as: UTF8.self)
    return try tokens(#"{"model":"\#(model)","prompt":\#(prompt)}"#, model)
  }

  /// Words behind one blank are counted in a loop of their own; as an escape the blank is counted like any other character.
  @Test func aBlankCountsTheSameHoweverItIsWritten() throws {
    try #require(Self.samples.count >= 8)
    for sample in Self.samples {
      let prompt = String(decoding: try JSONEncoder().encode(sample.text), as: UTF8.self)
      let escaped = prompt.replacing(" ", with: #"\u0020"#)
      for model in ["gpt-4", "gpt-4o"] {
        let plain = try tokens(#"{"model":"m","prompt":\#(prompt)}"#, model)
        #expect(try tokens(#"{"model":"m","prompt":\#(escaped)}"#, model) == plain)
      }
    }
  }

  /// The same for lower-case letters, which are counted eight at a time: words of each length, and each byte behind them.
  @Test func lettersCountTheSameHoweverTheyAreWritten() throws {
    let ends = (0x20..<0x7F).map { String(UnicodeScalar($0)) } + ["é", "汉", "🎉", ""]
    for length in [1, 5, 6, 7, 8, 9, 12, 13, 16, 17, 30] {
      let word = String(repeating: "z", count: length - 1) + "a"
      let spelled = word.utf8.map { #"\u00"# + String($0, radix: 16) }.joined()
      for end in ends where end != "\"" && end != "\\" {
        for rest in ["", "abc", "abcdefghijkl"] {
          let plain = try tokens(#"{"model":"m","prompt":"\#(word)\#(end)\#(rest)"}"#, "gpt-4o")
          #expect(try tokens(#"{"model":"m","prompt":"\#(spelled)\#(end)\#(rest)"}"#, "gpt-4o") == plain)
        }
      }
    }
  }

  @Test(arguments: ["english", "code", "json", "chinese"])
  func theEstimateIsNearTheCount(kind: String) throws {
    let samples = Self.samples.filter { $0.kind == kind }
    try #require(samples.count >= 2)
    for sample in samples {
      for (model, count) in [("gpt-4", sample.cl100k), ("gpt-4o", sample.o200k)] {
        let estimate = try tokens(of: sample.text, model)
        let error = abs(Double(estimate - count)) / Double(count)
        #expect(error < 0.2, "\(model): \(estimate) for \(count): \(sample.text.prefix(40))")
      }
    }
  }

  @Test func escapesCountAsWhatTheyStandFor() throws {
    let plain = try tokens(#"{"model":"m","prompt":"a 世界 b/c"}"#, "m")
    #expect(try tokens(#"{"model":"m","prompt":"a \u4e16\u754C b\/c"}"#, "m") == plain)
    #expect(
      try tokens(#"{"model":"m","prompt":"x\ud83d\ude00"}"#, "m") == (try tokens(#"{"model":"m","prompt":"x😀"}"#, "m")))
  }

  @Test func picturesAndNamesOfMembersAreNoText() throws {
    let text = #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"Look:"}]}]}"#
    let picture = String(repeating: "iVBORw0KGgo", count: 400)
    let both = text.replacing(
      #"{"type":"text","text":"Look:"}"#,
      with:
        #"{"type":"text","text":"Look:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(picture)"}}"#)
    #expect(try tokens(both, "m") - tokens(text, "m") <= 4)
  }

  @Test func toolsCountWithTheirNames() throws {
    let plain = #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#
    let tools =
      #","tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]}"#
    let more = try tokens(String(plain.dropLast()) + tools, "m") - tokens(plain, "m")
    #expect((15...45).contains(more))
  }
}

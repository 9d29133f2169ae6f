import GatewayProxy
import Testing

@Suite struct ChunkedDecoderTests {
  /// What became of a body: its payload, how many bytes it took, and the fault that ended it.
  struct Outcome: Equatable {
    var payload = ""
    var consumed = 0
    var isComplete = false
    var fault: HTTPFault?
  }

  static let bodies = [
    "5\r\nhello\r\n0\r\n\r\nGET ", "0\r\n\r\n", "00\r\n\r\n", "A\r\n0123456789\r\n1\r\n!\r\n0\r\n\r\n",
    "a;x\r\n0123456789\r\n0\r\n\r\n",
    "3;a=b;c=\"d \\\" ;\"\r\nabc\r\n0;end\r\n\r\n", "3\r\nabc\r\n0\r\nDigest: x\r\nX-Other:\r\n\r\nrest",
    "0000000000000003\r\n\r\n\r\r\n0\r\n\r\n", "3\r\nabc", "3\r\nabcd\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n", "g\r\n",
    "3\r\nabc\r\n0\r\nBad Name: x\r\n\r\n", "3;\r\nabc\r\n0\r\n\r\n",
  ]

  @Test(arguments: [
    ("5\r\nhello\r\n0\r\n\r\nGET ", "hello", 15), ("0\r\n\r\n", "", 5), ("00\r\n\r\n", "", 6),
    ("A\r\n0123456789\r\n1\r\n!\r\n0\r\n\r\n", "0123456789!", 26), ("a;x\r\n0123456789\r\n0\r\n\r\n", "0123456789", 22),
    ("3;a=b;c=\"d \\\" ;\"\r\nabc\r\n0;end\r\n\r\n", "abc", 32),
    ("3\r\nabc\r\n0\r\nDigest: x\r\nX-Other:\r\n\r\nrest", "abc", 34),
    ("0000000000000003\r\n\r\n\r\r\n0\r\n\r\n", "\r\n\r", 28),
  ])
  func decodesBodies(text: String, payload: String, consumed: Int) {
    #expect(Self.decode(text, cuts: []) == Outcome(payload: payload, consumed: consumed, isComplete: true))
  }

  @Test(arguments: [
    ("\r\n", HTTPFault.invalidChunkSize), ("\n", .invalidChunkSize), ("g\r\n", .invalidChunkSize),
    ("-1\r\n", .invalidChunkSize),
    ("+1\r\n", .invalidChunkSize), ("0x1\r\n", .invalidChunkSize), (" 1\r\n", .invalidChunkSize),
    ("1 \r\n", .invalidChunkSize), ("1\t\r\n", .invalidChunkSize), ("1 ;a\r\n", .invalidChunkSize),
    (";a\r\n", .invalidChunkSize),
    ("1\n", .unterminatedChunkLine), ("1\rx", .unterminatedChunkLine), ("1;a\n", .unterminatedChunkLine),
    ("1;a\r\r", .unterminatedChunkLine), ("00000000000000001\r\n", .chunkSizeTooLarge),
    ("8000000000000000\r\n", .chunkSizeTooLarge),
    ("FFFFFFFFFFFFFFFF\r\n", .chunkSizeTooLarge), ("1;\r\n", .invalidChunkExtension),
    ("1; a\r\n", .invalidChunkExtension),
    ("1;a=\r\n", .invalidChunkExtension), ("1;a b\r\n", .invalidChunkExtension),
    ("1;a\u{1}\r\n", .invalidChunkExtension),
    ("1;a=\"\u{7f}\"\r\n", .invalidChunkExtension), ("1;a=\"b\"c\r\n", .invalidChunkExtension),
    ("1;a=\"b\r\n", .invalidChunkExtension),
    ("1;;a\r\n", .invalidChunkExtension), ("1;a=\"\\\r\n", .invalidChunkExtension),
    ("3\r\nabcd\r\n", .unterminatedChunk), ("3\r\nabc\n", .unterminatedChunk), ("3\r\nabc\rx", .unterminatedChunk),
    ("0\r\n\n", .invalidTrailer), ("0\r\n\rx", .invalidTrailer), ("0\r\nName\r\n", .invalidTrailer),
    ("0\r\n: a\r\n", .invalidTrailer),
    ("0\r\nName : a\r\n", .invalidTrailer), ("0\r\n a\r\n", .invalidTrailer), ("0\r\nA: b\n", .invalidTrailer),
    ("0\r\nA: b\rc", .invalidTrailer), ("0\r\nA: \u{0}\r\n", .invalidTrailer),
    ("0\r\nContent-Length: 5\r\n\r\n", .invalidTrailer), ("0\r\ntransfer-encoding: chunked\r\n\r\n", .invalidTrailer),
    ("0\r\nHost: a\r\n\r\n", .invalidTrailer), ("0\r\nA: b\r\nConnection: close\r\n\r\n", .invalidTrailer),
  ])
  func refusesBodies(text: String, fault: HTTPFault) { #expect(Self.decode(text, cuts: []).fault == fault) }

  @Test func takesTheLargestSizeThatAnIntegerHolds() {
    let outcome = Self.decode("7fffffffffffffff\r\nabc", cuts: [])
    #expect(outcome == Outcome(payload: "abc", consumed: 21))
  }

  @Test func boundsASizeLine() {
    let fits = String(repeating: "e", count: 254)
    #expect(Self.decode("1;\(fits)\r\n!\r\n0\r\n\r\n", cuts: []).payload == "!")
    #expect(Self.decode("1;\(fits)e\r\n!\r\n0\r\n\r\n", cuts: []).fault == .chunkLineTooLong)
  }

  @Test func boundsTrailers() {
    let fits = "A:" + String(repeating: "b", count: 8192 - 4) + "\r\n"
    #expect(Self.decode("0\r\n\(fits)\r\n", cuts: []).isComplete)
    #expect(Self.decode("0\r\n\(fits)A:\r\n\r\n", cuts: []).fault == .trailersTooLarge)
    #expect(
      Self.decode("0\r\n" + String(repeating: "A:\r\n", count: 257) + "\r\n", cuts: []).fault == .trailersTooLarge)
  }

  @Test(arguments: bodies)
  func decodesAlikeAtEverySplit(text: String) {
    let whole = Self.decode(text, cuts: [])
    let count = text.utf8.count
    for first in 0...count {
      for second in first...count { #expect(Self.decode(text, cuts: [first, second]) == whole, "\(first), \(second)") }
    }
    #expect(Self.decode(text, cuts: Array(0...count)) == whole)
  }

  @Test func givesPayloadWithoutCopyingInAsFewRunsAsPossible() throws {
    var decoder = ChunkedDecoder()
    var runs: [Range<Int>] = []
    let bytes = Array("5\r\nhello\r\n2\r\n!!\r\n".utf8)
    let (consumed, isComplete) = try bytes.withUnsafeBytes { bytes in try decoder.decode(bytes) { runs.append($0) } }
    #expect(runs == [3..<8, 13..<15])
    #expect(consumed == bytes.count)
    #expect(!isComplete)
  }

  @Test func consumesNothingAfterTheEnd() throws {
    var decoder = ChunkedDecoder()
    _ = try Array("0\r\n\r\n".utf8).withUnsafeBytes { try decoder.decode($0) { _ in } }
    let (consumed, isComplete) = try Array("more".utf8).withUnsafeBytes { try decoder.decode($0) { _ in } }
    #expect(consumed == 0)
    #expect(isComplete)
  }

  /// Decodes `text` in pieces that end at `cuts`.
  private static func decode(_ text: String, cuts: [Int]) -> Outcome {
    let bytes = Array(text.utf8)
    var decoder = ChunkedDecoder()
    var outcome = Outcome()
    var payload: [UInt8] = []
    var lower = 0
    for upper in cuts + [bytes.count] where !outcome.isComplete {
      do throws(HTTPFault) {
        let (consumed, isComplete) = try withExactCopy(bytes[lower..<upper]) { piece throws(HTTPFault) in
          try decoder.decode(piece) { payload += piece[$0] }
        }
        outcome.consumed += consumed
        outcome.isComplete = isComplete
      } catch {
        return Outcome(fault: error)
      }
      lower = upper
    }
    outcome.payload = String(decoding: payload, as: UTF8.self)
    return outcome
  }
}

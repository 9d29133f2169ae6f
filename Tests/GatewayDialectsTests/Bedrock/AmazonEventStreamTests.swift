import GatewayCore
import GatewayDialects
import Testing

@Suite("Frames of an Amazon event stream")
struct AmazonEventStreamTests {
  @Test func readsTheFramesOfAStream() throws {
    let frames = try frames(bedrockStream("text"))
    #expect(
      frames.map(\.name) == [
        "messageStart", "contentBlockDelta", "contentBlockDelta", "contentBlockDelta", "contentBlockDelta",
        "contentBlockDelta", "contentBlockStop", "messageStop", "metadata",
      ])
    #expect(frames[0].payload.hasPrefix(#"{"role":"assistant""#))
  }

  @Test(arguments: ["text", "tools", "thinking", "length", "filtered", "error"])
  func readsTheSameFramesCutAtEveryByte(name: String) throws {
    let stream = try bedrockStream(name)
    let whole = try frames(stream)
    for size in [1, 2, 3, 7, 11, 13, 64] {
      let cut = try frames(stream, size: size)
      #expect(cut.map(\.name) == whole.map(\.name))
      #expect(cut.map(\.payload) == whole.map(\.payload))
    }
  }

  @Test func tellsExceptionsFromEvents() throws {
    var kinds: [EventStreamFrame.Kind] = []
    try eachFrame(bedrockStream("error")) { frame, _ in kinds.append(frame.kind) }
    #expect(kinds == [.event, .event, .exception])
  }

  @Test func takesTheMessageOfAnErrorFrameForItsPayload() throws {
    let frame = Self.frame([(":error-code", "429"), (":error-message", "slow down"), (":message-type", "error")])
    let frames = try frames(frame)
    #expect(frames.map(\.name) == ["429Error"])
    #expect(frames.map(\.payload) == ["slow down"])
  }

  @Test func passesHeadersThatAreNoStrings() throws {
    var headers: [UInt8] = []
    for (type, length) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 4), (5, 8), (8, 8), (9, 16)] {
      headers += [1, UInt8(ascii: "x"), UInt8(type)] + [UInt8](repeating: 0xAA, count: length)
    }
    headers += [1, UInt8(ascii: "y"), 6, 0, 3, 1, 2, 3]
    headers += Self.header(":event-type", "metadata")
    #expect(try frames(Self.frame(headers: headers, payload: Array("{}".utf8))).map(\.name) == ["metadata"])
  }

  @Test func refusesAWrongChecksum() throws {
    var stream = try bedrockStream("text")
    stream[20] ^= 1
    #expect(throws: AmazonEventStreamFault.messageChecksum) { _ = try frames(stream) }
    stream[20] ^= 1
    stream[3] ^= 1
    #expect(throws: AmazonEventStreamFault.preludeChecksum) { _ = try frames(stream, size: 5) }
  }

  @Test func noticesEveryFlippedBitOfAFrame() throws {
    let frame = Self.frame([(":event-type", "metadata"), (":message-type", "event")], payload: "{\"usage\":{}}")
    for bit in 0..<(frame.count * 8) {
      var broken = frame
      broken[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: AmazonEventStreamFault.self) { _ = try frames(broken) }
    }
  }

  @Test func refusesAFrameThatIsTooLargeBeforeItIsThere() {
    let prelude = Self.prelude(length: 2_000_000, headers: 10)
    #expect(throws: AmazonEventStreamFault.frameTooLarge(length: 2_000_000, maximum: 1 << 20)) {
      _ = try frames(prelude)
    }
  }

  @Test(arguments: [(15, 0), (16, 1), (100, 85), (0, 0)])
  func refusesImpossibleLengths(length: Int, headers: Int) {
    #expect(throws: AmazonEventStreamFault.invalidLength) {
      _ = try frames(Self.prelude(length: length, headers: headers))
    }
  }

  @Test(
    arguments: [
      [5, 1, 2], [1, 0x78], [1, 0x78, 10], [1, 0x78, 7, 0], [1, 0x78, 7, 0, 9, 1], [1, 0x78, 5, 1], [0xFF, 1, 2, 3, 4],
    ] as [[UInt8]])
  func refusesMalformedHeaders(headers: [UInt8]) {
    #expect(throws: AmazonEventStreamFault.invalidHeader) {
      _ = try frames(Self.frame(headers: headers, payload: []))
    }
  }

  @Test func refusesAnUnknownKindOfMessage() {
    #expect(throws: AmazonEventStreamFault.invalidHeader) {
      _ = try frames(Self.frame([(":message-type", "telegram")]))
    }
  }

  @Test func noticesABodyThatEndsWithinAFrame() throws {
    let stream = try bedrockStream("text")
    #expect(throws: AmazonEventStreamFault.cutFrame) { _ = try frames(Array(stream.dropLast())) }
    #expect(throws: AmazonEventStreamFault.cutFrame) { _ = try frames([0, 0]) }
  }

  @Test func neverCrashesOnNoise() {
    var state: UInt64 = 7
    for _ in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      let noise = (0..<Int(state >> 59)).map { index in
        UInt8(truncatingIfNeeded: state >> UInt64(index % 8 * 7))
      }
      _ = try? frames(noise, size: 3)
      _ = try? frames(Self.frame(headers: noise, payload: noise))
    }
  }

  @Test func writesWhatTheFixturesHold() throws {
    let payload = try frames(bedrockStream("error"))[2].payload
    var output: [UInt8] = []
    EventStreamFrame.append(.exception, named: "serviceUnavailableException", to: &output) { $0 += payload.utf8 }
    let stream = try bedrockStream("error")
    #expect(Array(stream.suffix(output.count)) == output)
  }

  // MARK: Frames by hand, with a checksum made bit by bit

  static func frame(_ headers: [(String, String)], payload: String = "") -> [UInt8] {
    frame(headers: headers.flatMap { header($0.0, $0.1) }, payload: Array(payload.utf8))
  }

  static func frame(headers: [UInt8], payload: [UInt8]) -> [UInt8] {
    let bytes = prelude(length: 16 + headers.count + payload.count, headers: headers.count) + headers + payload
    return bytes + big(checksum(bytes))
  }

  private static func prelude(length: Int, headers: Int) -> [UInt8] {
    let lengths = big(UInt32(length)) + big(UInt32(headers))
    return lengths + big(checksum(lengths))
  }

  private static func header(_ name: String, _ value: String) -> [UInt8] {
    [UInt8(name.utf8.count)] + Array(name.utf8) + [7, 0, UInt8(value.utf8.count)] + Array(value.utf8)
  }

  private static func big(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { state, byte in
      (0..<8).reduce(state ^ UInt32(byte)) { word, _ in word & 1 == 1 ? word >> 1 ^ 0xEDB8_8320 : word >> 1 }
    }
  }
}

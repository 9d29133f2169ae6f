import NIOCore
import NIOWebSocket
import Testing

@testable import GatewayProxy

@Suite struct FrameRulesTests {
  private static let mask: WebSocketMaskingKey = [1, 2, 3, 4]

  private func frame(_ opcode: WebSocketOpcode, _ count: Int = 1, fin: Bool = true) -> WebSocketFrame {
    WebSocketFrame(
      fin: fin, opcode: opcode, maskKey: Self.mask, data: ByteBuffer(repeating: 0, count: count))
  }

  @Test func fragmentsAreCountedTogether() {
    var rules = FrameRules(expectsMask: true, limit: 10)
    #expect(rules.check(frame(.text, 6, fin: false)) == nil)
    #expect(rules.check(frame(.ping, 100)) == nil, "a control frame between them does not count")
    #expect(rules.check(frame(.continuation, 4, fin: false)) == nil)
    #expect(rules.check(frame(.continuation, 1))?.code == .tooLarge)
  }

  @Test func eachMessageIsCountedAnew() {
    var rules = FrameRules(expectsMask: true, limit: 10)
    for _ in 0..<3 { #expect(rules.check(frame(.binary, 10)) == nil) }
  }

  @Test func aServerMayNotMask() {
    var rules = FrameRules(expectsMask: false, limit: 10)
    #expect(rules.check(frame(.text))?.code == .protocolError)
    #expect(rules.check(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer())) == nil)
  }

  @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535])
  func aCodeThatIsNoneIsMalformed(_ code: UInt16) {
    var payload = ByteBuffer()
    payload.writeInteger(code)
    #expect(CloseNotice(payload: payload) == nil)
  }

  @Test func aReasonThatIsNotUTF8IsMalformed() {
    #expect(CloseNotice(payload: ByteBuffer(bytes: [0x03, 0xE8, 0xC3, 0x28])) == nil)
  }

  @Test func aLongReasonIsCutBetweenCharacters() {
    let payload = CloseNotice(.policy, String(repeating: "ü", count: 100)).payload
    #expect(payload.readableBytes == 124)
    #expect(CloseNotice(payload: payload)?.reason == String(repeating: "ü", count: 61))
  }

  @Test func anAnswersBytesBecomeMessagesHoweverTheyAreCut() {
    let stream = Array(
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n: hi\n\ndata: {\"a\":1}\n\nid: 1\ndata: x\ndata: y\n\ndata: [DONE]\n\n"
        .utf8)
    let head = 52
    for cut in head..<stream.count {
      var messages = AnswerMessages()
      var seen = messages.take(ByteBuffer(bytes: stream[..<cut]))
      seen += messages.take(ByteBuffer(bytes: stream[cut...]))
      #expect(seen.map { String(buffer: $0) } == ["{\"a\":1}", "x\ny", "[DONE]"])
      #expect(messages.end() == nil)
    }
  }
}

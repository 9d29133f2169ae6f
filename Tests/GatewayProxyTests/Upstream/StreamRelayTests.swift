import GatewayCore
import NIOCore
import Testing

@testable import GatewayProxy

@Suite struct StreamRelayTests {
  private static let content = #"{"choices":[{"index":0,"delta":{"content":"a b"},"finish_reason":null,"x":1.50}]}"#
  private static let role = #"{"choices":[{"index":0,"delta":{"role":"assistant"}}]}"#
  private static let finish = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#

  private func relay(limit: Int = 1 << 20) -> SplicedStreamRelay {
    SplicedStreamRelay(
      head: AnswerHead(status: 200, contentType: "text/event-stream"), clientWantsUsage: false, limit: limit)
  }

  /// What the client gets of a body that comes in these pieces.
  private func output(_ pieces: [String], limit: Int = 1 << 20) -> (text: String, end: String) {
    let relay = relay(limit: limit)
    var text = ""
    for piece in pieces {
      switch relay.receive(ByteBuffer(string: piece)) {
      case .more(let bytes): text += String(buffer: bytes)
      case .complete(let bytes): return (text + String(buffer: bytes), "complete")
      case .failed(let failure, let bytes): return (text + String(buffer: bytes), "failed: \(failure.reason)")
      }
    }
    switch relay.ended() {
    case .success(let bytes): return (text + String(buffer: bytes), "ended")
    case .failure(let failure): return (text, "broken: \(failure.reason)")
    }
  }

  private static let stream =
    "\u{FEFF}: hello\r\n\r\ndata: \(role)\r\n\r\nid: 7\rdata:\(content)\r\rdata: \(finish)\n\ndata: [DONE]\n\n"
  private static let expected = "data: \(role)\n\nid: 7\ndata: \(content)\n\ndata: \(finish)\n\ndata: [DONE]\n\n"

  @Test func framesEventsAnewAndLeavesTheirDataAlone() {
    #expect(output([Self.stream]) == (Self.expected, "complete"))
  }

  @Test func givesTheSameAtEverySplit() {
    let bytes = Array(Self.stream.utf8)
    for split in 1..<bytes.count {
      let relay = relay()
      var text = ""
      var isComplete = false
      for piece in [bytes[..<split], bytes[split...]] {
        switch relay.receive(ByteBuffer(bytes: piece)) {
        case .more(let bytes): text += String(buffer: bytes)
        case .complete(let bytes):
          text += String(buffer: bytes)
          isComplete = true
        case .failed(let failure, _): Issue.record("split \(split): \(failure.reason)")
        }
      }
      #expect(isComplete, "split \(split)")
      #expect(text == Self.expected, "split \(split)")
    }
  }

  @Test func givesTheSameByteByByte() {
    let relay = relay()
    var text = ""
    for byte in Self.stream.utf8 {
      switch relay.receive(ByteBuffer(bytes: [byte])) {
      case .more(let bytes), .complete(let bytes): text += String(buffer: bytes)
      case .failed(let failure, _): Issue.record("\(failure.reason)")
      }
    }
    #expect(text == Self.expected)
  }

  @Test func nothingLeavesBeforeTheFirstContent() {
    let relay = relay()
    guard case .more(let held) = relay.receive(ByteBuffer(string: ": wait\n\ndata: \(Self.role)\n\n")) else {
      return #expect(Bool(false))
    }
    #expect(held.readableBytes == 0)
    #expect(!relay.hasContent)
  }

  @Test func commentsPassOnceThereIsContent() {
    let (text, _) = output(["data: \(Self.content)\n\n: still here\n\n", "data: \(Self.finish)\n\n"])
    #expect(text.contains(": still here\n\n"))
  }

  @Test func addsAMissingDone() {
    let (text, end) = output(["data: \(Self.content)\n\ndata: \(Self.finish)\n\n"])
    #expect(end == "ended")
    #expect(text.hasSuffix("data: [DONE]\n\n"))
  }

  @Test func severalDataLinesStaySeveral() {
    let first = #"{"choices":[{"index":0,"delta":{"content":"a"},"#
    let (text, _) = output(["data: \(first)\ndata: \"finish_reason\":\"stop\"}]}\n\n"])
    #expect(text.hasPrefix("data: \(first)\ndata: \"finish_reason\":\"stop\"}]}\n\n"))
  }

  @Test func boundsAnEvent() {
    let (_, end) = output(["data: \(String(repeating: "x", count: 5000))"], limit: 1000)
    #expect(end.hasPrefix("failed: an event"))
  }

  @Test func boundsWhatIsHeld() {
    let (_, end) = output(Array(repeating: "data: \(Self.role)\n\n", count: 100), limit: 1000)
    #expect(end.contains("without content"))
  }
}

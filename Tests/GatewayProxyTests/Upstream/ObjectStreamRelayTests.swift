import GatewayCore
import NIOCore
import Testing

@testable import GatewayProxy

@Suite struct ObjectStreamRelayTests {
  private func relay(limit: Int = 1 << 20) -> ObjectStreamRelay {
    ObjectStreamRelay(head: AnswerHead(status: 200, contentType: "text/event-stream"), limit: limit) { data in
      data.elementsEqual("old".utf8) ? Array("a\nb".utf8) : nil
    }
  }

  private static let stream = ": hi\r\n\r\nevent: x\r\nid: 7\r\ndata: old\r\n\r\ndata: o\ndata: ld\n\ndata: [DONE]\n\n"
  private static let expected = ": hi\n\nevent: x\nid: 7\ndata: a\ndata: b\n\ndata: o\ndata: ld\n\ndata: [DONE]\n\n"

  @Test func eventsAreTheSameAtEverySplit() {
    let bytes = Array(Self.stream.utf8)
    for split in 0...bytes.count {
      let relay = relay()
      var text = ""
      for piece in [bytes[..<split], bytes[split...]] {
        guard case .more(let output) = relay.receive(ByteBuffer(bytes: piece)) else {
          Issue.record("split \(split)")
          continue
        }
        text += String(buffer: output)
      }
      #expect(text == Self.expected, "split \(split)")
      guard case .success = relay.ended() else {
        Issue.record("split \(split): not ended")
        continue
      }
    }
  }

  @Test func anEventThatIsTooLargeEndsIt() {
    let relay = relay(limit: 16)
    guard case .failed(let failure, let output) = relay.receive(ByteBuffer(string: "data: 1\n\ndata: 0123456789012345"))
    else {
      Issue.record("it did not fail")
      return
    }
    #expect(failure.kind == .serverError && String(buffer: output) == "data: 1\n\n")
  }

  @Test func anEmptyAnswerIsNone() {
    guard case .failure = relay().ended() else {
      Issue.record("it was taken for an answer")
      return
    }
  }
}

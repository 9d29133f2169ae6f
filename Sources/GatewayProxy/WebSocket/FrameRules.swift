import NIOWebSocket

/// What RFC 6455 demands of the frames of one peer, beyond what the decoder of NIO looks at. It knows no connection.
struct FrameRules {
  /// What a peer did wrong.
  struct Violation: Error, Equatable {
    let code: CloseCode
    let reason: String
  }

  private enum State {
    /// → `message`
    case idle
    /// Fragments of a message are arriving; `size` bytes so far. → `idle`
    case message(size: Int)
  }

  /// Whether the peer is a client: those mask, servers do not (§5.1).
  let expectsMask: Bool
  /// Bytes of one message, all fragments together.
  let limit: Int
  private var state = State.idle

  init(expectsMask: Bool, limit: Int) {
    self.expectsMask = expectsMask
    self.limit = limit
  }

  /// The next frame of the peer.
  mutating func check(_ frame: WebSocketFrame) -> Violation? {
    // No extension was agreed on (§5.2).
    if frame.rsv1 || frame.rsv2 || frame.rsv3 { return broken("a reserved bit is set") }
    if (frame.maskKey != nil) != expectsMask {
      return broken(expectsMask ? "a frame of a client is not masked" : "a frame of a server is masked")
    }
    switch frame.opcode {
    case .text, .binary:
      guard case .idle = state else { return broken("a message begins within another") }
      return count(0, frame)
    case .continuation:
      guard case .message(let size) = state else { return broken("a fragment belongs to no message") }
      return count(size, frame)
    case .ping, .pong, .connectionClose: return nil
    default: return broken("an unknown opcode")
    }
  }

  private mutating func count(_ size: Int, _ frame: WebSocketFrame) -> Violation? {
    let total = size + frame.length
    state = frame.fin ? .idle : .message(size: total)
    return total > limit ? Self.tooLarge(limit) : nil
  }

  private func broken(_ reason: String) -> Violation { Violation(code: .protocolError, reason: reason) }

  static func tooLarge(_ limit: Int) -> Violation {
    Violation(code: .tooLarge, reason: "a message is larger than \(limit) bytes")
  }

  /// What the decoder has found.
  func violation(of error: NIOWebSocketError) -> Violation {
    switch error {
    case .invalidFrameLength: Self.tooLarge(limit)
    case .fragmentedControlFrame: broken("a control frame is fragmented")
    case .multiByteControlFrameLength: broken("a control frame is longer than 125 bytes")
    }
  }
}

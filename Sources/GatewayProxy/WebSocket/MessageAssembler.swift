import NIOCore
import NIOWebSocket

/// Puts the fragments of messages together. `FrameRules` has seen to their order and size.
struct MessageAssembler {
  private var partial: (opcode: WebSocketOpcode, data: ByteBuffer)?

  /// - Returns: the message that `frame` completes.
  mutating func take(_ frame: WebSocketFrame) -> (opcode: WebSocketOpcode, data: ByteBuffer)? {
    guard !frame.opcode.isControlOpcode else { return nil }
    var message = partial ?? (frame.opcode, ByteBuffer())
    partial = nil
    message.data.append(frame.unmaskedData)
    if frame.fin { return message }
    partial = message
    return nil
  }
}

import GatewayCore
import GatewayDialects
import NIOCore

/// The relay of bytes that only the caller understands: audio, subtitles, files, and streams of events other than conversations.
final class OpaqueRelay: StreamRelay {
  let head: AnswerHead
  private(set) var hasContent = false

  private var tail: UsageTail?

  /// - Parameter isEvents: whether they are events, the last of which may tell the usage.
  init(head: AnswerHead, isEvents: Bool = false) {
    self.head = head
    tail = isEvents ? UsageTail() : nil
  }

  var usage: TokenUsage? { tail?.usage }
  var text: TextCount { TextCount() }

  func receive(_ bytes: ByteBuffer) -> StreamStep {
    hasContent = hasContent || bytes.readableBytes > 0
    if tail != nil { bytes.withUnsafeReadableBytes { tail?.append($0) } }
    return .more(bytes)
  }

  func ended() -> Result<ByteBuffer, UpstreamFailure> {
    hasContent ? .success(ByteBuffer()) : .failure(UpstreamFailure(.serverError, reason: "an empty answer"))
  }
}

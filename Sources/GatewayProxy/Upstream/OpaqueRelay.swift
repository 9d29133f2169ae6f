import GatewayCore
import GatewayDialects
import NIOCore

/// The relay of bytes that only the caller understands: audio, subtitles, files, and streams of events other than conversations.
final class OpaqueRelay: StreamRelay {
  let head: AnswerHead
  private(set) var hasContent = false

  init(head: AnswerHead) { self.head = head }

  var usage: TokenUsage? { nil }
  var text: TextCount { TextCount() }

  func receive(_ bytes: ByteBuffer) -> StreamStep {
    hasContent = hasContent || bytes.readableBytes > 0
    return .more(bytes)
  }

  func ended() -> Result<ByteBuffer, UpstreamFailure> {
    hasContent ? .success(ByteBuffer()) : .failure(UpstreamFailure(.serverError, reason: "an empty answer"))
  }
}

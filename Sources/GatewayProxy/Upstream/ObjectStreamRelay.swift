import GatewayCore
import GatewayDialects
import NIOCore

/// The relay of a stored response that is read as a stream: its events as they come, with ids as callers know them.
final class ObjectStreamRelay: StreamRelay {
  let head: AnswerHead
  private var parser: EventStreamParser
  private let limit: Int
  private let rewrite: (UnsafeRawBufferPointer) -> [UInt8]?
  /// Bytes of an event that is not complete.
  private var pending = ByteBuffer()
  private(set) var hasContent = false

  /// - Parameters:
  ///   - limit: bytes of one event.
  ///   - rewrite: changes the data of an event; `nil` where it stays.
  init(head: AnswerHead, limit: Int, rewrite: @escaping (UnsafeRawBufferPointer) -> [UInt8]?) {
    self.head = head
    self.limit = limit
    self.rewrite = rewrite
    parser = EventStreamParser(maximumEventBytes: limit)
  }

  var usage: TokenUsage? { nil }
  var text: TextCount { TextCount() }

  func receive(_ bytes: ByteBuffer) -> StreamStep {
    pending.append(bytes)
    var output = ByteBufferAllocator().buffer(capacity: bytes.readableBytes + 64)
    var consumed = 0
    let input = pending
    let isTooLarge = input.withUnsafeReadableBytes { raw in
      while true {
        let rest = UnsafeRawBufferPointer(rebasing: raw[consumed...])
        guard let item = try? parser.next(rest) else { return true }
        switch item {
        case .needsMore(let used):
          consumed += used
          return false
        case .comment(let text, let used):
          EventFraming.writeComment(rest[text], to: &output)
          consumed += used
        case .event(let event):
          pass(event, rest, to: &output)
          consumed += event.consumed
        }
      }
    }
    hasContent = hasContent || output.readableBytes > 0
    if isTooLarge {
      return .failed(
        UpstreamFailure(.serverError, reason: "an event of the stream is larger than \(limit) bytes"), output)
    }
    pending.moveReaderIndex(forwardBy: consumed)
    if pending.readableBytes == 0 { pending = ByteBuffer() }
    return .more(output)
  }

  func ended() -> Result<ByteBuffer, UpstreamFailure> {
    hasContent ? .success(ByteBuffer()) : .failure(UpstreamFailure(.serverError, reason: "an empty answer"))
  }

  private func pass(_ event: EventStreamParser.Event, _ bytes: UnsafeRawBufferPointer, to output: inout ByteBuffer) {
    let changed =
      event.extraData.isEmpty
      ? rewrite(UnsafeRawBufferPointer(rebasing: bytes[event.data]))
      : EventFraming.joined(event, bytes).withUnsafeBytes(rewrite)
    EventFraming.write(event, bytes, data: changed, to: &output)
  }
}

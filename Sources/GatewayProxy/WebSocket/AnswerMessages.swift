import GatewayCore
import NIOCore

/// Makes messages of the bytes of one HTTP/1.0 answer: the data of each event of a stream, or a whole body.
struct AnswerMessages {
  private enum State {
    /// → `stream`, `body`
    case head
    case stream(EventStreamParser)
    case body
  }

  private var state = State.head
  private var parser = ResponseHeadParser(limit: 64 << 10)
  private var held = ByteBuffer()

  /// More of the answer.
  /// - Returns: the messages that are complete.
  mutating func take(_ bytes: ByteBuffer) -> [ByteBuffer] {
    held.append(bytes)
    if case .head = state { takeHead() }
    guard case .stream(var events) = state else { return [] }
    var messages: [ByteBuffer] = []
    while let message = next(&events) { messages.append(message) }
    state = .stream(events)
    return messages
  }

  /// The answer is complete.
  /// - Returns: a plain one.
  mutating func end() -> ByteBuffer? {
    guard case .body = state, held.readableBytes > 0 else { return nil }
    return held
  }

  private mutating func takeHead() {
    // The gateway's own heads are complete and well-formed.
    guard let head = held.withUnsafeReadableBytes({ try? parser.parse($0, requestWasHEAD: false) }) else { return }
    let bytes = held.readSlice(length: head.length) ?? ByteBuffer()
    let isStream = head.first(.contentType).map { bytes.slice($0.value).startsIgnoringCase("text/event-stream") }
    state = isStream == true ? .stream(EventStreamParser(maximumEventBytes: .max)) : .body
  }

  /// The data of the next event.
  private mutating func next(_ events: inout EventStreamParser) -> ByteBuffer? {
    while held.readableBytes > 0 {
      let item = held.withUnsafeReadableBytes { try? events.next($0) }
      switch item {
      case .event(let event):
        let data =
          event.extraData.isEmpty
          ? held.getSlice(at: held.readerIndex + event.data.lowerBound, length: event.data.count)
          : held.withUnsafeReadableBytes { ByteBuffer(bytes: EventFraming.joined(event, $0)) }
        held.moveReaderIndex(forwardBy: event.consumed)
        if let data { return data }
      case .comment(_, let consumed):
        held.moveReaderIndex(forwardBy: consumed)
      case .needsMore(let consumed):
        held.moveReaderIndex(forwardBy: consumed)
        return nil
      case nil: return nil
      }
    }
    return nil
  }
}

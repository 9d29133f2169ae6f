import GatewayCore
import GatewayDialects
import NIOCore

/// Finds the events of a streamed answer, however the dialect frames them.
enum EventSplitter {
  /// Server-sent events.
  case lines(EventStreamParser)
  /// Binary frames (Bedrock).
  case frames(AmazonEventStreamParser)

  enum Item {
    /// The first `consumed` bytes are one event.
    case event(Event, consumed: Int)
    /// They mean nothing.
    case nothing(consumed: Int)
    /// No further event is complete.
    case needsMore(consumed: Int)
  }

  /// Offsets in the bytes that were given.
  enum Event {
    case lines(EventStreamParser.Event)
    case frame(EventStreamFrame)

    /// The type of the event, or of the exception.
    func name(in bytes: UnsafeRawBufferPointer) -> String {
      switch self {
      case .lines(let event): event.eventType.map { String(decoding: bytes[$0], as: UTF8.self) } ?? ""
      case .frame(let frame): frame.name
      }
    }

    /// The payload.
    func withData<Result>(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
      switch self {
      case .lines(let event):
        event.extraData.isEmpty
          ? body(UnsafeRawBufferPointer(rebasing: bytes[event.data]))
          : EventFraming.joined(event, bytes).withUnsafeBytes(body)
      case .frame(let frame): body(UnsafeRawBufferPointer(rebasing: bytes[frame.payload]))
      }
    }

    /// As it is passed on.
    func write(_ bytes: UnsafeRawBufferPointer, to output: inout ByteBuffer) {
      switch self {
      case .lines(let event): EventFraming.write(event, bytes, to: &output)
      case .frame(let frame): output.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[..<frame.consumed]))
      }
    }
  }

  /// - Parameter limit: bytes of one event.
  init(dialect: Dialect, limit: Int) {
    self =
      dialect == .bedrockConverse
      ? .frames(AmazonEventStreamParser(maximumFrameBytes: limit))
      : .lines(EventStreamParser(maximumEventBytes: limit))
  }

  mutating func next(_ bytes: UnsafeRawBufferPointer) throws(UpstreamFailure) -> Item {
    switch self {
    case .lines(var parser):
      defer { self = .lines(parser) }
      do throws(EventTooLarge) {
        switch try parser.next(bytes) {
        case .needsMore(let consumed): return .needsMore(consumed: consumed)
        case .comment(_, let consumed): return .nothing(consumed: consumed)
        case .event(let event): return .event(.lines(event), consumed: event.consumed)
        }
      } catch {
        throw UpstreamFailure(.serverError, reason: "an event of the stream is larger than \(error.maximum) bytes")
      }
    case .frames(var parser):
      defer { self = .frames(parser) }
      do throws(AmazonEventStreamFault) {
        guard let frame = try parser.next(bytes) else { return .needsMore(consumed: 0) }
        return .event(.frame(frame), consumed: frame.consumed)
      } catch {
        throw UpstreamFailure(.serverError, reason: "malformed event stream: \(error)")
      }
    }
  }
}

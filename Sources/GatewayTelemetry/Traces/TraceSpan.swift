import GatewayCore

/// A span on its way to a collector (`Span` of OTLP).
struct TraceSpan {
  enum Kind: UInt64 {
    case server = 2
    case client = 3
  }

  struct Event {
    let name: String
    let time: Instant
  }

  let name: String
  let kind: Kind
  let id: SpanID
  let parent: SpanID?
  let isParentRemote: Bool
  let start: Instant
  let end: Instant
  var attributes = SpanAttributes()
  var events: [Event] = []
  /// Whether it counts as an error.
  var isError = false

  func write(_ trace: ExchangeTrace, _ origin: ClockOrigin, to message: inout ProtobufWriter) {
    func time(_ instant: Instant) -> UInt64 { UInt64(max(0, origin.unixNanoseconds(at: instant))) }
    message.add(1, id: trace.id.high, trace.id.low)
    message.add(2, id: id.word)
    message.add(3, text: trace.state)
    if let parent { message.add(4, id: parent.word) }
    message.add(5, text: name)
    message.add(6, varint: kind.rawValue)
    message.add(7, fixed64: time(start))
    message.add(8, fixed64: time(max(start, end)))
    attributes.write(9, to: &message)
    for event in events {
      message.add(11) {
        $0.add(1, fixed64: time(event.time))
        $0.add(2, text: event.name)
      }
    }
    // `STATUS_CODE_ERROR`; what is no error is left unset, so that a collector or a viewer may say more.
    if isError { message.add(15) { $0.add(3, varint: 2) } }
    message.add(16, fixed32: flags(trace))
  }

  /// The flags of the trace, and above them whether the parent is known to be elsewhere or here.
  private func flags(_ trace: ExchangeTrace) -> UInt32 {
    UInt32(trace.flags.rawValue) | 0x100 | (isParentRemote && parent != nil ? 0x200 : 0)
  }
}

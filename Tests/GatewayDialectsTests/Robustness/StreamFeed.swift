import GatewayCore
import GatewayDialects

/// Bytes of a provider on their way into its decoder, framed as its dialect frames them.
struct StreamFeed {
  private let dialect: Dialect
  private var decoder: any StreamDecoder
  private var pending: [UInt8] = []
  private var events = EventStreamParser(maximumEventBytes: 1 << 20)
  private var frames = AmazonEventStreamParser()
  private(set) var deltas: [CanonicalDelta] = []

  init(_ dialect: Dialect) {
    self.dialect = dialect
    decoder = dialect.streamDecoder()
  }

  mutating func feed(_ bytes: some Sequence<UInt8>) throws {
    pending += bytes
    let pending = pending
    var consumed = 0
    try pending.withUnsafeBytes { raw in
      while try step(UnsafeRawBufferPointer(rebasing: raw[consumed...]), &consumed) {}
    }
    self.pending.removeFirst(consumed)
  }

  /// - Returns: whether there may be another event.
  private mutating func step(_ rest: UnsafeRawBufferPointer, _ consumed: inout Int) throws -> Bool {
    if dialect == .bedrockConverse {
      guard let frame = try frames.next(rest) else { return false }
      consumed += frame.consumed
      let data = UnsafeRawBufferPointer(rebasing: rest[frame.payload])
      try decoder.receive(event: frame.name, data: data, into: &deltas)
      return true
    }
    switch try events.next(rest) {
    case .needsMore(let used):
      consumed += used
      return false
    case .comment(_, let used):
      consumed += used
      return true
    case .event(let event):
      consumed += event.consumed
      let name = event.eventType.map { String(decoding: rest[$0], as: UTF8.self) } ?? ""
      let data = UnsafeRawBufferPointer(rebasing: rest[event.data])
      try decoder.receive(event: name, data: data, into: &deltas)
      return true
    }
  }

  /// The deltas if the body ended here.
  func ended() throws -> [CanonicalDelta] {
    var decoder = decoder
    var deltas = deltas
    try decoder.bodyEnded(into: &deltas)
    return deltas
  }
}

import GatewayProxy

/// Reads the bytes of a connection with the parsers of the gateway.
struct GatewayReader {
  private enum State: Equatable {
    case head
    case body(Int)
    case chunks
    case untilClose
    case ended
  }

  private var requests = RequestHeadParser(limit: 65536)
  private var responses = ResponseHeadParser(limit: 65536)
  private var chunks = ChunkedDecoder()
  private var state = State.head
  private var reading = Reading()
  private let direction: Direction

  /// Reads `bytes` as they arrive in pieces that end at `cuts` (ascending), the last at their end, then a close.
  static func read(_ bytes: [UInt8], _ direction: Direction, cuts: [Int] = []) -> Reading {
    var reader = GatewayReader(direction: direction)
    var pending: [UInt8] = []
    var lower = 0
    for upper in cuts + [bytes.count] {
      pending += bytes[lower..<upper]
      lower = upper
      do throws(HTTPFault) {
        let consumed = try withExactCopy(pending) { bytes throws(HTTPFault) in try reader.consume(bytes) }
        pending.removeFirst(consumed)
      } catch {
        reader.reading.fault = error
        reader.reading.ending = .refused("\(error)")
        return reader.reading
      }
    }
    if reader.state == .untilClose { reader.finishMessage() }
    return reader.reading
  }

  private init(direction: Direction) { self.direction = direction }

  /// Takes the bytes that have arrived and not been taken; returns how many it has taken.
  private mutating func consume(_ bytes: UnsafeRawBufferPointer) throws(HTTPFault) -> Int {
    var taken = 0
    while self.state != .ended {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[taken...])
      switch self.state {
      case .head:
        guard let length = try self.consumeHead(rest) else { return taken }
        taken += length
      case .body(let count):
        let run = min(count, rest.count)
        self.reading.unfinished?.body += rest[..<run]
        taken += run
        self.state = .body(count - run)
        guard run == count else { return taken }
        self.finishMessage()
      case .chunks:
        let (consumed, isComplete) = try self.chunks.decode(rest) { self.reading.unfinished?.body += rest[$0] }
        taken += consumed
        guard isComplete else { return taken }
        self.finishMessage()
      case .untilClose:
        self.reading.unfinished?.body += rest
        return bytes.count
      case .ended:
        break
      }
    }
    return bytes.count
  }

  /// Parses a head; returns its length, or nil if it is incomplete.
  private mutating func consumeHead(_ bytes: UnsafeRawBufferPointer) throws(HTTPFault) -> Int? {
    if self.direction == .requests {
      guard let head = try self.requests.parse(bytes) else { return nil }
      let start = "\(text(head.methodRange, bytes)) \(text(head.target, bytes))"
      self.begin(start, head.isHTTP11, head.keepsAlive, head.fields, head.framing, bytes)
      return head.length
    }
    let head = try self.responses.parse(bytes, requestWasHEAD: self.direction == .responsesToHEAD)
    guard let head else { return nil }
    self.begin("\(head.status)", head.isHTTP11, head.keepsAlive, head.fields, head.framing, bytes)
    return head.length
  }

  private mutating func begin(
    _ start: String, _ isHTTP11: Bool, _ keepsAlive: Bool, _ fields: [HeaderField], _ framing: BodyFraming,
    _ bytes: UnsafeRawBufferPointer
  ) {
    let head = Head(
      start: start, isHTTP11: isHTTP11, keepsAlive: keepsAlive, names: fields.map { text($0.name, bytes) },
      values: fields.map { text($0.value, bytes) })
    if let status = Int(start), status < 200 {
      self.reading.informational.append(head)
      return
    }
    self.reading.unfinished = Message(head: head)
    switch framing {
    case .none: self.finishMessage()
    case .length(let length): self.state = .body(length)
    case .chunked:
      self.chunks = ChunkedDecoder()
      self.state = .chunks
    case .untilClose: self.state = .untilClose
    }
  }

  private mutating func finishMessage() {
    guard let message = self.reading.unfinished else { return }
    self.reading.messages.append(message)
    self.reading.unfinished = nil
    self.state = message.head.keepsAlive ? .head : .ended
    if self.state == .ended { self.reading.ending = .closed }
  }
}

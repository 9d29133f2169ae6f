import GatewayCore
import NIOCore

/// Several requests of one call, sent side by side over connections of their own; their answers come as one: a JSON array of
/// the bodies, in the order of the requests. The first that fails ends them all.
final class SideBySideSource: AnswerSource {
  /// On the wire at a time.
  private static let width = 8

  /// One request: where it goes, and its head and body.
  typealias Request = (link: ProviderLink, parts: [ByteBuffer])

  private let connectTimeout: Duration
  private let clock: LoopClock
  private let request: (Int) -> Request
  private let isLeftOut: (_ status: Int) -> Bool
  private let empty: AnswerHead?
  private var receiver: (any AnswerReceiver)?
  private var bodies: [ByteBuffer?]
  private var running: [Part] = []
  private var next = 0
  private var head: AnswerHead?

  /// - Parameters:
  ///   - isLeftOut: statuses that fail nothing: `null` stands in the place of that answer.
  ///   - empty: the head of an answer of which all was left out; `nil`: that of the last one.
  ///   - request: the one at that place.
  init(
    count: Int, connectTimeout: Duration, clock: LoopClock,
    isLeftOut: @escaping (_ status: Int) -> Bool = { _ in false }, empty: AnswerHead? = nil,
    request: @escaping (Int) -> Request
  ) {
    self.isLeftOut = isLeftOut
    self.empty = empty
    self.connectTimeout = connectTimeout
    self.clock = clock
    self.request = request
    bodies = Array(repeating: nil, count: count)
  }

  func start(to receiver: any AnswerReceiver) {
    self.receiver = receiver
    sendMore()
  }

  private func sendMore() {
    while receiver != nil, running.count < Self.width, next < bodies.count {
      let part = Part(self, index: next)
      running.append(part)
      next += 1
      part.start()
    }
  }

  private func ended(_ part: Part, _ head: AnswerHead, _ body: ByteBuffer) {
    running.removeAll { $0 === part }
    guard let receiver else { return }
    if isLeftOut(head.status) {
      bodies[part.index] = ByteBuffer(staticString: "null")
    } else {
      guard (200..<300).contains(head.status) else { return finish(receiver, head, body) }
      self.head = self.head ?? head
      bodies[part.index] = body
    }
    if running.isEmpty, next == bodies.count { return finish(receiver, self.head ?? empty ?? head, joined()) }
    sendMore()
  }

  private func failed(_ part: Part, _ failure: UpstreamFailure) {
    let receiver = self.receiver
    cancel()
    receiver?.sourceFailed(failure, after: ByteBuffer(), isStale: false)
  }

  private func finish(_ receiver: any AnswerReceiver, _ head: AnswerHead, _ body: ByteBuffer) {
    cancel()
    receiver.receiveHead(head)
    receiver.receiveBody(body)
    receiver.receiveEnd()
  }

  private func joined() -> ByteBuffer {
    var out = ByteBufferAllocator().buffer(capacity: bodies.reduce(2) { $0 + ($1?.readableBytes ?? 0) + 1 })
    out.writeStaticString("[")
    for (index, body) in bodies.enumerated() {
      if index > 0 { out.writeStaticString(",") }
      if let body { out.writeImmutableBuffer(body) }
    }
    out.writeStaticString("]")
    return out
  }

  // Whole answers are collected, so there is nothing to hold back.
  func pause() {}

  func resume() {}

  func cancel() {
    receiver = nil
    let parts = running
    running = []
    for part in parts { part.cancel() }
  }

  func detach() { cancel() }

  private final class Part: AnswerReceiver {
    let index: Int
    private unowned let owner: SideBySideSource
    private let request: Request
    private var pending: UpstreamConnection?
    private var source: UpstreamConnection?
    private var hasReconnected = false
    private var head: AnswerHead?
    private var body = ByteBuffer()

    init(_ owner: SideBySideSource, index: Int) {
      self.owner = owner
      self.index = index
      request = owner.request(index)
    }

    func start() {
      if let connection = request.link.pool.takeIdle(now: owner.clock.now) { return send(over: connection) }
      connect()
    }

    private func connect() {
      pending = request.link.pool.connect(timeout: owner.connectTimeout, now: owner.clock.now) { [weak self] result in
        guard let self, pending != nil else { return }
        pending = nil
        switch result {
        case .success(let connection): send(over: connection)
        case .failure(let error):
          owner.failed(self, UpstreamFailure(.connect, reason: ConnectError.sentence(for: error)))
        }
      }
    }

    private func send(over connection: UpstreamConnection) {
      source = connection
      connection.send(request.parts, to: self)
    }

    func receiveHead(_ head: AnswerHead) { self.head = head }

    func receiveBody(_ bytes: ByteBuffer) { body.append(bytes) }

    func receiveEnd() {
      source = nil
      guard let head else { return }
      owner.ended(self, head, body)
    }

    func sourceFailed(_ failure: UpstreamFailure, after rest: ByteBuffer, isStale: Bool) {
      source = nil
      if isStale, !hasReconnected {
        hasReconnected = true
        return connect()
      }
      owner.failed(self, failure)
    }

    func cancel() {
      pending?.close()
      pending = nil
      source?.cancel()
      source = nil
    }
  }
}

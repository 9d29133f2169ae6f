import GatewayCore
import NIOCore

/// One question to an issuer of tokens, over a connection of its own. Redirects are not followed.
final class IssuerRequest: AnswerReceiver, Sweepable {
  struct Content {
    let server: IssuerServer
    /// A form; nil: `GET`.
    var form: String?
    /// The `authorization` field.
    var credential: String?
    /// The whole of it, name and TLS included.
    let timeout: Duration
    /// Bytes of an answer.
    let limit: Int
  }

  struct Failure: Error { let reason: String }

  typealias Answer = (status: Int, body: [UInt8])

  private enum State {
    /// → `awaiting`, `ended`
    case connecting
    /// → `ended`
    case awaiting(status: Int, ByteBuffer)
    case ended
  }

  private let content: Content
  private let loop: Loop
  private let startedAt: Instant
  private var state = State.connecting
  private var onEnd: ((Result<Answer, Failure>) -> Void)?
  private var pool: UpstreamPool?
  private var pending: UpstreamConnection?
  private var source: (any AnswerSource)?
  var sweepIndex = -1

  /// - Parameter onEnd: called once, on the loop.
  init(_ content: Content, on loop: Loop, onEnd: @escaping (Result<Answer, Failure>) -> Void) {
    self.content = content
    self.loop = loop
    self.onEnd = onEnd
    startedAt = loop.clock.now
  }

  func start() {
    loop.attemptSweep.add(self)
    let pool = loop.pools.issuerPool(for: content.server)
    self.pool = pool
    let opening = pool.connect(timeout: content.timeout, now: loop.clock.now) { [self] result in
      guard case .connecting = state else { return }
      pending = nil
      switch result {
      case .success(let connection): send(over: connection)
      case .failure(let error): fail("it could not be reached: \(ConnectError.sentence(for: error))")
      }
    }
    if case .connecting = state { pending = opening }
  }

  private func send(over connection: UpstreamConnection) {
    var head = HeadStart.make(
      content.form == nil ? "GET" : "POST", content.server.target, to: content.server.endpoint, through: nil)
    head.writeString("user-agent: sluice/\(Version.current)\r\naccept: application/json\r\nconnection: close\r\n")
    if let credential = content.credential { head.writeString("authorization: \(credential)\r\n") }
    if let form = content.form {
      head.writeString("content-type: application/x-www-form-urlencoded\r\n")
      HeadWriter.writeField("content-length", form.utf8.count, into: &head)
    }
    HeadWriter.writeEnd(into: &head)
    if let form = content.form { head.writeString(form) }
    state = .awaiting(status: 0, ByteBuffer())
    source = connection
    connection.send([head], to: self)
  }

  // MARK: The answer

  func receiveHead(_ head: AnswerHead) {
    guard case .awaiting = state else { return }
    state = .awaiting(status: head.status, ByteBuffer())
  }

  func receiveBody(_ bytes: ByteBuffer) {
    guard case .awaiting(let status, var held) = state else { return }
    held.writeImmutableBuffer(bytes)
    state = .awaiting(status: status, held)
    if held.readableBytes > content.limit { fail("its answer has more than \(content.limit >> 10) KiB") }
  }

  func receiveEnd() {
    source = nil
    guard case .awaiting(let status, let body) = state else { return }
    end(.success((status, Array(body.readableBytesView))))
  }

  func sourceFailed(_ failure: UpstreamFailure, after rest: ByteBuffer, isStale: Bool) {
    source = nil
    fail(failure.reason)
  }

  func sweep(now: Instant) {
    guard now - startedAt >= content.timeout else { return }
    fail("it did not answer within \(Int(content.timeout.inSeconds * 1000)) ms")
  }

  private func fail(_ reason: String) { end(.failure(Failure(reason: reason))) }

  private func end(_ result: Result<Answer, Failure>) {
    guard let onEnd else { return }
    self.onEnd = nil
    state = .ended
    loop.attemptSweep.remove(self)
    pending?.close()
    pending = nil
    source?.cancel()
    source = nil
    pool?.close()
    onEnd(result)
  }
}

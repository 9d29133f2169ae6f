import GatewayCore
import GatewayDialects
import GatewayPolicies
import GatewayProviders
import NIOCore

/// One try to open a session with one target: connects, shakes hands, watches the timers.
final class RealtimeAttempt: AnswerReceiver, Sweepable {
  enum Outcome {
    /// The provider has switched to WebSocket.
    case opened(UpstreamConnection)
    case failed(UpstreamFailure, ProviderAnswer?)
  }

  private enum State {
    /// → `awaitingHead`, `ended`
    case connecting
    /// → `refusing`, `ended`
    case awaitingHead(UpstreamConnection)
    /// An error answer is held until it is complete. → `ended`
    case refusing(UpstreamConnection, AnswerHead, ByteBuffer)
    case ended
  }

  /// What is kept of an error answer.
  private static let refusalLimit = 1 << 20

  let planned: PlannedTarget
  private let call: RealtimeCall
  private var request: RealtimeRequest
  private let target: String
  private var state = State.connecting
  private var timers: AttemptTimers
  /// A connection that is being opened.
  private var pending: UpstreamConnection?
  private(set) var record: ExchangeRecord.Attempt
  var sweepIndex = -1

  private var provider: Provider { planned.target.provider }
  private var loop: Loop { call.exchange.loop }

  /// - Parameter target: path and query of the session at the provider.
  init(call: RealtimeCall, planned: PlannedTarget, credential: Int?, target: String) {
    self.call = call
    self.planned = planned
    self.target = target
    let provider = planned.target.provider
    request = RealtimeRequest(
      exchange: call.exchange, handshake: call.handshake, provider: provider, credential: credential)
    let now = call.exchange.loop.clock.now
    timers = AttemptTimers(timeouts: planned.timeouts, isStream: true, now: now, exchangeDeadline: call.deadline)
    record = ExchangeRecord.Attempt(
      target: planned.target.label, provider: provider.name,
      credential: credential.map { provider.credentials[$0].label }, startedAt: now, endedAt: now)
  }

  func start() {
    loop.attemptSweep.add(self)
    guard let grant = provider.tokenGrant else { return connect() }
    timers.authorizing()
    let asked = loop.shared.tokens.source(for: grant).ask(for: provider, on: loop) { [self] result in
      loop.clock.tick()
      if case .connecting = state { authorized(result) }
    }
    if let asked { authorized(asked) }
  }

  private func authorized(_ result: Result<AccessToken, TokenFailure>) {
    switch result {
    case .success(let token):
      request.token = token
      connect()
    case .failure(let failure): fail(UpstreamFailure(.auth, reason: "no access token: \(failure.reason)"))
    }
  }

  private func connect() {
    timers.connecting(now: loop.clock.now)
    let pool = loop.pools.socketPool(for: provider)
    pending = pool.connect(timeout: timers.limit(of: .connect), now: loop.clock.now) { [self] result in
      guard case .connecting = state else { return }
      pending = nil
      switch result {
      case .success(let connection):
        state = .awaitingHead(connection)
        timers.requestSent(now: loop.clock.now)
        connection.send([request.head(target: target)], to: self, asksForUpgrade: true)
      case .failure(let error):
        fail(UpstreamFailure(.connect, reason: ConnectError.sentence(for: error)))
      }
    }
  }

  // MARK: Receiving

  func receiveHead(_ head: AnswerHead) {
    guard case .awaitingHead(let connection) = state else { return }
    record.status = head.status
    guard head.status == 101 else {
      if (200..<300).contains(head.status) {
        return fail(
          UpstreamFailure(.serverError, status: head.status, reason: "a plain answer to a WebSocket handshake"))
      }
      timers.headReceived(now: loop.clock.now)
      state = .refusing(connection, head, ByteBuffer())
      return
    }
    if let fault = request.fault(in: head) { return fail(UpstreamFailure(.serverError, status: 101, reason: fault)) }
    end()
    call.attemptEnded(self, .opened(connection))
  }

  func receiveBody(_ bytes: ByteBuffer) {
    timers.bytesReceived(now: loop.clock.now)
    guard case .refusing(let connection, let head, var held) = state else { return }
    held.append(bytes)
    state = .refusing(connection, head, held)
    if held.readableBytes >= Self.refusalLimit {
      connection.cancel()
      finishRefusal(head, held)
    }
  }

  func receiveEnd() {
    if case .refusing(_, let head, let held) = state { finishRefusal(head, held) }
  }

  func sourceFailed(_ failure: UpstreamFailure, after rest: ByteBuffer, isStale: Bool) {
    switch state {
    // The status has been said; what is missing of its text changes nothing.
    case .refusing(_, let head, var held):
      held.append(rest)
      finishRefusal(head, held)
    case .connecting, .awaitingHead: fail(failure)
    case .ended: break
    }
  }

  private func finishRefusal(_ head: AnswerHead, _ body: ByteBuffer) {
    let error = body.withUnsafeReadableBytes { Attempt.error(in: $0, hidingKeysOf: [provider], and: [request.token]) }
    let failure = UpstreamFailure(
      UpstreamFailure.classify(status: head.status) ?? .serverError, status: head.status,
      retryAfter: RetryAfter.parse(head), reason: "status \(head.status)")
    state = .ended
    conclude(failure, ProviderAnswer(status: head.status, error: error))
  }

  // MARK: The end

  func sweep(now: Instant) {
    guard let timer = timers.expired(now: now) else { return }
    if case .refusing(let connection, let head, let held) = state {
      connection.cancel()
      return finishRefusal(head, held)
    }
    let limit = timers.limit(of: timer)
    fail(UpstreamFailure(.timeout, timer: timer, reason: "the \(timer.rawValue) timer of \(limit) ran out"))
  }

  /// The client went away, or the drain is over.
  func interrupt() {
    giveUp()
    call.exchange.record.attempts.append(record)
  }

  private func fail(_ failure: UpstreamFailure) {
    if case .ended = state { return }
    giveUp()
    conclude(failure, nil)
  }

  private func conclude(_ failure: UpstreamFailure, _ answer: ProviderAnswer?) {
    end()
    record.failure = failure
    call.exchange.record.attempts.append(record)
    call.attemptEnded(self, .failed(failure, answer))
  }

  private func giveUp() {
    switch state {
    case .awaitingHead(let connection), .refusing(let connection, _, _): connection.cancel()
    case .connecting, .ended: break
    }
    end()
  }

  private func end() {
    state = .ended
    pending?.close()
    pending = nil
    loop.attemptSweep.remove(self)
    record.endedAt = loop.clock.now
  }
}

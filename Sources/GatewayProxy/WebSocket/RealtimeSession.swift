import GatewayCore
import GatewayDialects
import NIOCore
import NIOWebSocket

/// A running session: frames go both ways as they come, what a turn used is summed up, and whoever ends it is made known to
/// the other side.
final class RealtimeSession: FrameReceiver, UpgradedConnection, Sweepable {
  private let exchange: Exchange
  private let planned: PlannedTarget
  private let upstreamModel: String
  private var attempt: ExchangeRecord.Attempt
  private let deadline: Instant?
  private var client: FrameChannel?
  private var provider: FrameChannel?
  /// Of the provider: what its events say is counted.
  private var messages = MessageAssembler()
  private var lastFrameAt: Instant
  /// The provider is not read because the client is slow; that is no silence.
  private var isHeldBackByClient = false
  private var isOver = false
  var sweepIndex = -1

  private var loop: Loop { exchange.loop }

  /// - Parameters:
  ///   - attempt: the try that opened it; it lasts as long as the session.
  ///   - deadline: of the exchange, where one is set.
  init(exchange: Exchange, planned: PlannedTarget, attempt: ExchangeRecord.Attempt, deadline: Instant?) {
    self.exchange = exchange
    self.planned = planned
    upstreamModel = planned.target.upstreamModel(for: exchange.record.model ?? "")
    self.attempt = attempt
    self.deadline = deadline
    lastFrameAt = exchange.loop.clock.now
  }

  /// The client's handshake has been answered.
  func begin(_ connection: ClientConnection, _ upstream: UpstreamConnection) {
    let limit = exchange.snapshot.server.limits.message
    let client = FrameChannel(isClient: true, limit: limit, receiver: self)
    let provider = FrameChannel(isClient: false, limit: limit, receiver: self)
    self.client = client
    self.provider = provider
    loop.attemptSweep.add(self)
    upstream.hand(to: provider.handlers)
    connection.upgrade(to: self, client.handlers)
    // Not before both can be written to.
    upstream.beginUpgraded()
    connection.beginUpgraded()
  }

  // MARK: Frames

  func received(_ frame: WebSocketFrame, on channel: FrameChannel) {
    lastFrameAt = loop.clock.now
    if channel.isClient {
      exchange.record.bytesIn += frame.length
      pass(frame, from: channel, to: provider)
    } else {
      exchange.record.bytesOut += frame.length
      meter(frame)
      pass(frame, from: channel, to: client)
      isHeldBackByClient = client?.isWritable == false
    }
  }

  private func pass(_ frame: WebSocketFrame, from sender: FrameChannel, to receiver: FrameChannel?) {
    guard let receiver else { return }
    receiver.pass(frame)
    if !receiver.isWritable { sender.pause() }
  }

  func writabilityChanged(_ isWritable: Bool, on channel: FrameChannel) {
    let sender = channel.isClient ? provider : client
    if channel.isClient { isHeldBackByClient = !isWritable }
    if isWritable { sender?.resume() } else { sender?.pause() }
    if isWritable { lastFrameAt = loop.clock.now }
  }

  private func meter(_ frame: WebSocketFrame) {
    guard let message = messages.take(frame), message.opcode == .text else { return }
    let usage = message.data.withUnsafeReadableBytes { bytes -> TokenUsage? in
      RealtimeEvent.mayHoldUsage(bytes) ? RealtimeEvent.usage(in: bytes) : nil
    }
    guard let usage else { return }
    // Of sound nothing is known to estimate a turn by.
    attempt.usage = (attempt.usage ?? TokenUsage()).adding(.settled(usage, estimate: TokenUsage(isEstimated: true)))
  }

  // MARK: The end

  func ended(_ end: FrameChannel.End, on channel: FrameChannel) {
    if channel.isClient { clientEnded(end) } else { providerEnded(end) }
  }

  private func clientEnded(_ end: FrameChannel.End) {
    switch end {
    case .closed(let notice): finish(.success, notice, closing: provider)
    case .violated(let violation):
      note(GatewayError(.malformedRequest, violation.reason))
      finish(
        .callerError, CloseNotice(violation.code, violation.reason),
        telling: CloseNotice(.goingAway, "the client broke the protocol"), to: provider)
    case .gone:
      finish(
        .clientGone, CloseNotice(.abnormal, ""), telling: CloseNotice(.goingAway, "the client went away"), to: provider)
    }
  }

  private func providerEnded(_ end: FrameChannel.End) {
    switch end {
    case .closed(let notice):
      let notice = CloseNotice(
        notice.code, Attempt.hidingKeys(of: [planned.target.provider], and: [], in: notice.reason))
      guard !notice.code.isOrderly else { return finish(.success, notice, closing: client) }
      broke(UpstreamFailure(.serverError, reason: "it closed the session with \(notice.code.number)"), notice)
    case .violated(let violation):
      broke(
        UpstreamFailure(.serverError, reason: "malformed frames: \(violation.reason)"),
        CloseNotice(.serverError, "the provider broke the protocol"))
    case .gone:
      broke(
        UpstreamFailure(.serverError, reason: "the session was cut off"),
        CloseNotice(.serverError, "the provider ended the connection"))
    }
  }

  private func broke(_ failure: UpstreamFailure, _ notice: CloseNotice) {
    attempt.failure = failure
    planned.target.health.failed(failure, now: loop.clock.now)
    note(GatewayError(.providerError, "the session with \(planned.target.label) broke off: \(failure.reason)"))
    finish(.broken, notice, closing: client)
  }

  func sweep(now: Instant) {
    if let deadline, now >= deadline {
      return timeOut(.deadline, planned.timeouts.deadline ?? .zero, .policy)
    }
    if isHeldBackByClient { lastFrameAt = now }
    let limit = planned.timeouts.betweenTokens
    if now - lastFrameAt >= limit { timeOut(.betweenTokens, limit, .goingAway) }
  }

  private func timeOut(_ timer: UpstreamFailure.Timer, _ limit: Duration, _ code: CloseCode) {
    let reason = "the \(timer.rawValue) timer of \(limit) ran out"
    attempt.failure = UpstreamFailure(.timeout, timer: timer, reason: reason)
    note(GatewayError(.providerTimeout, reason))
    let notice = CloseNotice(code, reason)
    provider?.sendClose(notice)
    finish(.broken, notice, closing: client)
  }

  /// Sessions last as long as the drain lets them.
  func drain() {}

  func cut() -> Bool {
    guard !isOver else { return false }
    let notice = CloseNotice(.goingAway, "the gateway is shutting down")
    provider?.sendClose(notice)
    finish(.cut, notice, closing: client)
    return true
  }

  private func note(_ error: GatewayError) {
    exchange.record.errorCode = error.code
    exchange.record.errorMessage = error.message
  }

  private func finish(_ outcome: ExchangeRecord.Outcome, _ notice: CloseNotice, closing other: FrameChannel?) {
    finish(outcome, notice, telling: notice, to: other)
  }

  /// - Parameters:
  ///   - notice: how the session ended, for the log.
  ///   - word: what the side that has not ended it is told.
  private func finish(
    _ outcome: ExchangeRecord.Outcome, _ notice: CloseNotice, telling word: CloseNotice, to other: FrameChannel?
  ) {
    guard !isOver else { return }
    isOver = true
    other?.sendClose(word)
    client = nil
    provider = nil
    loop.attemptSweep.remove(self)
    attempt.endedAt = loop.clock.now
    exchange.record.usage = attempt.usage
    if let usage = attempt.usage { exchange.charge(usage, to: planned.target.provider, model: upstreamModel) }
    exchange.record.closeCode = Int(notice.code.number)
    exchange.record.attempts.append(attempt)
    exchange.ended(outcome)
  }
}

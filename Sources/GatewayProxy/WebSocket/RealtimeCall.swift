import GatewayCore
import GatewayDialects
import GatewayPolicies
import GatewayProviders
import NIOCore

/// A realtime session before it begins: its targets are tried in order until a provider has switched to WebSocket. Then the
/// client's handshake is answered, and a `RealtimeSession` takes over.
final class RealtimeCall: LimitedCall {
  let exchange: Exchange
  let handshake: WebSocketHandshake
  /// Bounds the tries and the session.
  let deadline: Instant?
  let route: ModelRoute?
  private let modelName: String
  private let query: [(name: String, value: String)]
  private var plan: AttemptPlan
  private var attempt: RealtimeAttempt?
  /// The pause before the next try.
  private var pause: Scheduled<Void>?
  /// The limits of a provider are asked, and no attempt runs.
  private var isWaitingForLimits = false
  /// Why the first target was passed over.
  private var misfit: GatewayError?
  private var last: (failure: UpstreamFailure, answer: ProviderAnswer?)?

  private var loop: Loop { exchange.loop }

  var tries: Int { plan.attempts }

  init(exchange: Exchange, handshake: WebSocketHandshake) throws(GatewayError) {
    self.exchange = exchange
    self.handshake = handshake
    query = RealtimeRequest.query(exchange)
    let names = Set(query.filter { $0.name == "model" && !$0.value.isEmpty }.map(\.value))
    guard names.count == 1, let name = names.first else {
      throw names.isEmpty
        ? GatewayError(.missingParameter, "name the model in the query: /v1/realtime?model=NAME", parameter: "model")
        : GatewayError(.invalidParameter, "the query names two models", parameter: "model")
    }
    modelName = name
    exchange.record.model = name
    exchange.record.isStream = true
    let route = try Admit.route(
      for: name, surface: .realtime, caller: exchange.caller, in: exchange.snapshot)
    self.route = route
    exchange.record.route = route.name
    let targets = try RouteTargets.plan(
      route, model: name, surface: .realtime, caller: exchange.caller, in: exchange.snapshot,
      random: exchange.loop.random.next()
    ) { key in
      switch key {
      case .header(let name): exchange.fieldValue(named: name).map { String(buffer: $0) }
      case .consumer: exchange.caller.consumer.name
      }
    }
    deadline = targets.compactMap(\.timeouts.deadline).min().map { exchange.record.startedAt + $0 }
    plan = AttemptPlan(model: name, targets: targets, deadline: deadline, seed: exchange.loop.random.next())
  }

  // MARK: The walk

  var size: LimitCheck.Size? {
    LimitCheck.Size(input: 0, output: nil, prices: loop.prices(of: plan.targets, for: modelName))
  }

  func start() {
    loop.shared.retryBudget.exchangeStarted(now: exchange.record.startedAt)
    take(plan.start(now: loop.clock.now))
  }

  private func take(_ action: AttemptPlan.Action) {
    switch action {
    case .send(let targetIndex, let credentialIndex, _):
      send(to: plan.targets[targetIndex], credential: credentialIndex)
    case .wait(let duration):
      pause = loop.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(duration.wholeNanoseconds)) {
        self.pause = nil
        self.loop.clock.tick()
        self.take(self.plan.waited(now: self.loop.clock.now))
      }
    case .passThrough:
      guard let (failure, answer) = last, let answer else {
        return exchange.answer(GatewayError(.internalError, "there is no answer to pass on"))
      }
      exchange.passThrough(answer, failure)
    case .giveUp(let error):
      exchange.record.outcome = .failed
      exchange.answer(error.quoting(last?.answer?.error, of: last?.failure))
    }
  }

  private func send(to planned: PlannedTarget, credential: Int?) {
    let target = UpstreamCall.realtimeTarget(
      provider: planned.target.provider, model: planned.target.upstreamModel(for: modelName),
      further: RealtimeRequest.passed(query))
    guard let target else {
      return passOver(
        GatewayError(
          .unsupportedByModel, "'\(modelName)' has no realtime sessions: \(planned.target.label) does not speak them",
          parameter: "model"))
    }
    let admission = exchange.hold(planned, for: self) { [self] answer in
      guard isWaitingForLimits else {
        if case .success(let reservation) = answer { exchange.giveBack(reservation) }
        return
      }
      isWaitingForLimits = false
      loop.clock.tick()
      if let error = exchange.keep(answer, of: planned) { return passOver(error) }
      begin(planned, credential, target)
    }
    switch admission {
    case .letIn: begin(planned, credential, target)
    case .refused(let error): passOver(error)
    case .waiting: isWaitingForLimits = true
    }
  }

  private func begin(_ planned: PlannedTarget, _ credential: Int?, _ target: String) {
    describe(planned)
    let attempt = RealtimeAttempt(call: self, planned: planned, credential: credential, target: target)
    self.attempt = attempt
    attempt.start()
  }

  /// The target is at no fault: the next one takes its place, and the caller is told why if there is none.
  private func passOver(_ error: GatewayError) {
    misfit = misfit ?? error
    if let action = plan.passedOver(now: loop.clock.now) { return take(action) }
    exchange.noteProviderRefusal(misfit)
    exchange.answer(misfit ?? error)
  }

  /// Notes who is tried; in the end, who answers or was tried last.
  private func describe(_ planned: PlannedTarget) {
    let provider = planned.target.provider
    exchange.record.target =
      planned.target.upstreamModel == nil
      ? "\(provider.name)/\(planned.target.upstreamModel(for: modelName))" : planned.target.label
    exchange.record.provider = provider.name
    exchange.record.version = planned.version
  }

  func attemptEnded(_ attempt: RealtimeAttempt, _ outcome: RealtimeAttempt.Outcome) {
    self.attempt = nil
    let now = loop.clock.now
    switch outcome {
    case .opened(let upstream):
      plan.attemptSucceeded(now: now)
      begin(attempt, upstream)
    case .failed(let failure, let answer):
      last = (failure, answer)
      let budget = loop.shared.retryBudget
      take(plan.attemptFailed(failure, now: now) { budget.takeRetry(now: now) })
    }
  }

  /// The provider's side is open: the client's handshake is answered, and frames go both ways.
  private func begin(_ attempt: RealtimeAttempt, _ upstream: UpstreamConnection) {
    guard let connection = exchange.connection as? ClientConnection else {
      upstream.close()
      return exchange.answer(GatewayError(.internalError, "a message cannot become a WebSocket"))
    }
    exchange.switchProtocols(handshake, to: .realtime)
    exchange.streamBegan()
    let session = RealtimeSession(
      exchange: exchange, planned: attempt.planned, attempt: attempt.record, deadline: deadline)
    session.begin(connection, upstream)
  }

  // MARK: Interruptions

  func interrupt() {
    attempt?.interrupt()
    attempt = nil
    pause?.cancel()
    pause = nil
    isWaitingForLimits = false
    plan.abandoned(now: loop.clock.now)
    exchange.callStopped()
  }

  func clientWritabilityChanged(_ isWritable: Bool) {}
}

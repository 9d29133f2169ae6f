import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// Phases 2, 5 and 6 for one call of a model: the request is read and admitted, its targets are put in order and tried until
/// one has answered or all have failed.
///
/// Nothing here is async: a task for each request would cost 2 µs. A policy that must wait for another machine does so before
/// `start`.
final class ModelCall {
  let exchange: Exchange
  let surface: Surface
  let lens: RequestLens
  let deadline: Instant?
  private var plan: AttemptPlan
  /// The try that is on the wire.
  private var attempt: Attempt?
  /// The pause before the next one.
  private var pause: Scheduled<Void>?
  private var last: (failure: UpstreamFailure, answer: ProviderAnswer?)?

  /// The name that the caller wrote.
  var modelName: String { lens.model }

  init(exchange: Exchange, surface: Surface) throws(GatewayError) {
    self.exchange = exchange
    self.surface = surface
    let scanned: Result<RequestLens, RequestFault> = exchange.body.withUnsafeReadableBytes { bytes in
      do throws(RequestFault) {
        let lens = try RequestLens.scan(bytes)
        try lens.check(for: surface)
        return .success(lens)
      } catch {
        return .failure(error)
      }
    }
    switch scanned {
    case .failure(let fault): throw fault.gatewayError
    case .success(let lens): self.lens = lens
    }
    exchange.record.model = lens.model
    exchange.record.isStream = lens.stream
    let route = try Admit.route(
      for: lens.model, surface: surface, consumer: exchange.consumer ?? Identify.anonymous, in: exchange.snapshot)
    exchange.record.route = route.name
    let targets = try RouteTargets.plan(route, surface: surface, random: exchange.loop.random.next()) { key in
      switch key {
      case .header(let name): exchange.fieldValue(named: name).map { String(buffer: $0) }
      case .consumer: exchange.consumer?.name
      }
    }
    let limit = targets.compactMap(\.timeouts.deadline).min()
    deadline = limit.map { exchange.record.startedAt + $0 }
    plan = AttemptPlan(model: lens.model, targets: targets, deadline: deadline, seed: exchange.loop.random.next())
  }

  /// Streams ask for usage, which the client sees only if it asked too.
  var clientWantsUsage: Bool { lens.includeUsage ?? false }

  private var loop: Loop { exchange.loop }

  // MARK: The walk

  func start() {
    loop.shared.retryBudget.exchangeStarted(now: exchange.record.startedAt)
    take(plan.start(now: loop.clock.now))
  }

  private func take(_ action: AttemptPlan.Action) {
    switch action {
    case .send(let targetIndex, let credentialIndex, _):
      let attempt = Attempt(call: self, planned: plan.targets[targetIndex], credential: credentialIndex)
      self.attempt = attempt
      attempt.start()
    case .wait(let duration):
      pause = loop.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(duration.wholeNanoseconds)) {
        self.waited()
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

  /// The attempt is over, and its source holds it no more.
  func attemptEnded(_ outcome: Attempt.Outcome) {
    attempt = nil
    switch outcome {
    case .won:
      plan.attemptSucceeded(now: loop.clock.now)
      exchange.ended(.success)
    case .broken(let failure):
      plan.broke(failure, now: loop.clock.now)
      exchange.ended(.broken)
    case .interrupted: stopped()
    case .failed(let failure, let answer):
      last = (failure, answer)
      let budget = loop.shared.retryBudget
      let now = loop.clock.now
      take(plan.attemptFailed(failure, now: now) { budget.takeRetry(now: now) })
    }
  }

  private func waited() {
    pause = nil
    loop.clock.tick()
    take(plan.waited(now: loop.clock.now))
  }

  /// The client went away, or the drain is over.
  func interrupt() {
    if let attempt { return attempt.interrupt() }
    pause?.cancel()
    pause = nil
    stopped()
  }

  private func stopped() {
    plan.abandoned(now: loop.clock.now)
    exchange.callStopped()
  }

  func clientWritabilityChanged(_ isWritable: Bool) { attempt?.clientWritabilityChanged(isWritable) }

  /// Tries so far, of all targets (`x-sluice-attempts`).
  var tries: Int { plan.attempts }
}

extension GatewayError {
  /// Adds what the provider said last. What it says of a refused key stays in the gateway.
  fileprivate func quoting(_ error: ProviderError?, of failure: UpstreamFailure?) -> GatewayError {
    guard let error, !error.message.isEmpty, failure?.kind != .auth else { return self }
    var quoting = self
    quoting.message += ": \(error.message)"
    return quoting
  }
}

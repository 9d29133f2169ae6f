import Foundation
import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// Phases 2, 5 and 6 for one call of a model: the request is read and admitted, its targets are put in order and tried until
/// one has answered or all have failed.
///
/// Nothing here is async: a task for each request would cost 2 µs. Limits that must wait for another machine do so before
/// `start`.
final class ModelCall: LimitedCall {
  let exchange: Exchange
  let surface: Surface
  let lens: RequestLens
  /// The name that the caller wrote, in the body or the path.
  let modelName: String
  let isStream: Bool
  let deadline: Instant?
  /// A call about objects that a provider keeps, and no call of a model.
  let object: ObjectRequest?
  let route: ModelRoute?
  private var plan: AttemptPlan
  /// The try that is on the wire.
  private var attempt: Attempt?
  /// The pause before the next one.
  private var pause: Scheduled<Void>?
  private var last: (failure: UpstreamFailure, answer: ProviderAnswer?)?

  /// The request in no dialect; read when a target of another dialect than the caller's is reached.
  var canonical: Canonical?
  /// What of it was fetched for targets that take bytes only.
  var media: MediaFetches?
  /// Media are on their way, and no attempt is.
  var isFetching = false
  /// The limits of a provider are asked, and no attempt runs.
  private var isWaitingForLimits = false
  /// The store of answers is asked, and no attempt runs.
  var isRecalling = false
  /// Why the first target that could not be sent this request was passed over.
  var misfit: GatewayError?

  init(exchange: Exchange, path: ModelPath) throws(GatewayError) {
    self.exchange = exchange
    object = nil
    let surface = path.surface
    self.surface = surface
    let named = try Self.namedObjects(exchange)
    let scanned: Result<RequestLens, RequestFault> = exchange.body.withUnsafeReadableBytes { bytes in
      do throws(RequestFault) {
        let lens = try Self.scan(bytes, of: exchange, path)
        try lens.check(for: surface, in: bytes)
        return .success(lens)
      } catch {
        return .failure(error)
      }
    }
    switch scanned {
    case .failure(let fault): throw fault.gatewayError
    case .success(let lens): self.lens = lens
    }
    modelName = path.model ?? lens.model
    isStream = path.isStream ?? (surface == .dashScopeGeneration ? Self.asksForEvents(exchange) : lens.stream)
    exchange.record.model = modelName
    exchange.record.isStream = isStream
    let route = try Admit.route(
      for: modelName, surface: surface, caller: exchange.caller, in: exchange.snapshot)
    self.route = route
    exchange.record.route = route.name
    var targets = try RouteTargets.plan(
      route, model: modelName, surface: surface, caller: exchange.caller, in: exchange.snapshot,
      random: exchange.loop.random.next()
    ) { key in
      switch key {
      case .header(let name): exchange.fieldValue(named: name).map { String(buffer: $0) }
      case .consumer: exchange.caller.consumer.name
      }
    }
    if let path = named.unmarked {
      targets.removeAll { !$0.target.provider.keeps.isEmpty }
      if targets.isEmpty { throw .unknownObject(at: path) }
    }
    if let owner = named.owner {
      targets.removeAll { $0.target.provider.name != owner }
      if targets.isEmpty {
        throw GatewayError(
          .invalidParameter,
          "the request names an object that provider '\(owner)' keeps, and '\(modelName)' has no target there; "
            + "name a model of that provider, or send the content instead")
      }
    }
    let limit = targets.compactMap(\.timeouts.deadline).min()
    deadline = limit.map { exchange.record.startedAt + $0 }
    plan = AttemptPlan(model: modelName, targets: targets, deadline: deadline, seed: exchange.loop.random.next())
  }

  init(exchange: Exchange, object: ObjectRequest) throws(GatewayError) {
    self.exchange = exchange
    self.object = object
    route = nil
    surface = object.surface
    lens = .empty
    modelName = ""
    isStream = object.isStream
    exchange.record.isStream = isStream
    let provider = object.providers[0]
    let target = Target(
      provider: provider, upstreamModel: surface.rawValue, type: .chat, health: UnwatchedHealth.shared)
    var retry = RetryPolicy()
    // What is made twice is there twice.
    if object.method == "POST" { retry.attempts = 0 }
    let planned = PlannedTarget(target: target, policy: RoutePolicy(retry: retry), version: nil)
    deadline = planned.timeouts.deadline.map { exchange.record.startedAt + $0 }
    plan = AttemptPlan(
      model: surface.rawValue, targets: [planned], deadline: deadline, seed: exchange.loop.random.next())
  }

  /// DashScope's callers ask for a stream in the head.
  private static func asksForEvents(_ exchange: Exchange) -> Bool {
    if let field = exchange.fieldValue(named: "x-dashscope-sse") { return field.equalsIgnoringCase("enable") }
    return exchange.fieldValue(named: "accept")?.startsIgnoringCase("text/event-stream") ?? false
  }

  private static func scan(
    _ bytes: UnsafeRawBufferPointer, of exchange: Exchange, _ path: ModelPath
  ) throws(RequestFault) -> RequestLens {
    if path.surface.takesForm, let type = exchange.head.first(.contentType) {
      let type = exchange.headBytes.slice(type.value)
      if type.startsIgnoringCase("multipart/form-data") {
        let scanned: Result<RequestLens, RequestFault> = type.withUnsafeReadableBytes { type in
          do throws(RequestFault) {
            return .success(try RequestLens.scan(form: bytes, contentType: type))
          } catch {
            return .failure(error)
          }
        }
        return try scanned.get()
      }
    }
    return try RequestLens.scan(bytes, requiresModel: path.model == nil)
  }

  /// Whether the provider counts tokens itself; asked where that is all that is wanted.
  private var hasCounter: Bool {
    guard let target = plan.targets.first?.target, let dialect = surface.dialect else { return false }
    let provider = target.provider
    return provider.pathStyle != .builtInEcho && provider.dialects.contains(dialect)
      && provider.dialect(for: dialect, model: target.upstreamModel(for: modelName)) == dialect
  }

  /// The estimate of the input's tokens; made when it is asked for.
  var inputTokens: Int {
    exchange.body.withUnsafeReadableBytes { lens.inputTokens(in: $0, for: modelName) }
  }

  /// That the request asks for.
  var images: Int {
    guard surface.modelType == .image else { return 0 }
    if lens.isForm {
      let text = lens.fields.first { $0.name == "n" && !$0.isFile }.map { field in
        exchange.body.getString(at: exchange.body.readerIndex + field.value.lowerBound, length: field.value.count) ?? ""
      }
      return max(1, text.flatMap { Int($0) } ?? 1)
    }
    return exchange.body.withUnsafeReadableBytes { max(1, OutputBound.choices(lens, $0) ?? 1) }
  }

  /// Streams ask for usage, which the client sees only if it asked too.
  var clientWantsUsage: Bool { lens.includeUsage ?? false }

  /// In order.
  var targets: [PlannedTarget] { plan.targets }

  private var loop: Loop { exchange.loop }

  // MARK: The walk

  var size: LimitCheck.Size? {
    guard object == nil else { return nil }
    return LimitCheck.Size(
      input: inputTokens,
      output: surface.dialect == nil ? 0 : exchange.body.withUnsafeReadableBytes { OutputBound.read(lens, $0) },
      prices: loop.prices(of: plan.targets, for: modelName))
  }

  func start() {
    if surface.countsTokens, !hasCounter { return exchange.answerTokenCount(inputTokens) }
    if let cache = exchange.snapshot.cache, recall(cache) { return }
    callTargets()
  }

  func callTargets() {
    loop.shared.retryBudget.exchangeStarted(now: exchange.record.startedAt)
    take(plan.start(now: loop.clock.now))
  }

  private func take(_ action: AttemptPlan.Action) {
    switch action {
    case .send(let targetIndex, let credentialIndex, _):
      send(to: plan.targets[targetIndex], credential: credentialIndex)
    case .wait(let duration):
      pause = loop.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(duration.wholeNanoseconds)) {
        self.waited()
      }
    case .passThrough:
      guard let (failure, answer) = last, let answer else {
        return exchange.answer(GatewayError(.internalError, "there is no answer to pass on"))
      }
      // Deleted by other means: it takes no room any more.
      if failure.status == 404, let object, object.method == "DELETE", let id = object.wholeID {
        exchange.forgetObject(id, at: object.providers[0])
      }
      exchange.passThrough(answer, failure)
    case .giveUp(let error):
      exchange.record.outcome = .failed
      exchange.answer(error.quoting(last?.answer?.error, of: last?.failure))
    }
  }

  func send(to planned: PlannedTarget, credential: Int?) {
    let passage: Passage
    do throws(DialectFault) {
      let missing = try mediaToFetch(for: planned)
      if !missing.isEmpty { return fetch(missing, for: planned, credential: credential) }
      passage = try self.passage(to: planned)
    } catch {
      return passOver(planned, error)
    }
    guard exchange.snapshot.countsByProvider else { return begin(planned, credential, passage) }
    askLimits(planned, credential, passage)
  }

  /// Begins when the limits of the provider let the call in, and passes the target over else.
  private func askLimits(_ planned: PlannedTarget, _ credential: Int?, _ passage: Passage) {
    let admission = exchange.hold(planned, for: self) { [self] answer in
      guard isWaitingForLimits else {
        if case .success(let reservation) = answer { exchange.giveBack(reservation) }
        return
      }
      isWaitingForLimits = false
      loop.clock.tick()
      if let error = exchange.keep(answer, of: planned) { return passOver(error) }
      begin(planned, credential, passage)
    }
    switch admission {
    case .letIn: begin(planned, credential, passage)
    case .refused(let error): passOver(error)
    case .waiting: isWaitingForLimits = true
    }
  }

  private func begin(_ planned: PlannedTarget, _ credential: Int?, _ passage: Passage) {
    let attempt = Attempt(call: self, planned: planned, credential: credential, passage: passage)
    self.attempt = attempt
    attempt.start()
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
    if isRecalling {
      isRecalling = false
      return exchange.callStopped()
    }
    pause?.cancel()
    pause = nil
    if isFetching { media?.cancel() }
    isWaitingForLimits = false
    stopped()
  }

  private func stopped() {
    plan.abandoned(now: loop.clock.now)
    exchange.callStopped()
  }

  /// The request cannot be written for this target: a mistake of the caller's ends the exchange, a part that the target has not
  /// leads to the next.
  private func passOver(_ planned: PlannedTarget, _ fault: DialectFault) {
    guard case .unsupported(let part) = fault.kind else {
      plan.abandoned(now: loop.clock.now)
      return exchange.answer(GatewayError(.invalidParameter, fault.message, parameter: fault.path))
    }
    let client = surface.dialect
    let path = client.flatMap(part.path) ?? fault.path ?? client.flatMap(part.usualPath) ?? mediaPath(part)
    let error = GatewayError(
      .unsupportedByModel,
      "'\(modelName)' cannot take this request: \(planned.target.label) has no \(part.rawValue) (\(fault.message))",
      parameter: path)
    passOver(error)
  }

  /// The target is at no fault: the next one takes its place, and the caller is told of `error` if there is none.
  func passOver(_ error: GatewayError) {
    misfit = misfit ?? error
    if let action = plan.passedOver(now: loop.clock.now) { return take(action) }
    var refusal = misfit ?? error
    if refusal.kind == .unsupportedByModel, let name = capableModel() {
      refusal.message += "; the model '\(name)' of this gateway can"
    }
    exchange.noteProviderRefusal(misfit)
    exchange.answer(refusal)
  }

  func clientWritabilityChanged(_ isWritable: Bool) { attempt?.clientWritabilityChanged(isWritable) }

  /// Large, and mostly not there.
  final class Canonical {
    let request: CanonicalRequest

    init(_ request: CanonicalRequest) { self.request = request }
  }

  /// Tries so far, of all targets (`x-sluice-attempts`).
  var tries: Int { plan.attempts }
}

extension GatewayError {
  /// Adds what the provider said last. What it says of a refused key stays in the gateway.
  func quoting(_ error: ProviderError?, of failure: UpstreamFailure?) -> GatewayError {
    guard let error, !error.message.isEmpty, failure?.kind != .auth, !message.contains(error.message) else {
      return self
    }
    var quoting = self
    quoting.message += ": \(error.message)"
    return quoting
  }
}

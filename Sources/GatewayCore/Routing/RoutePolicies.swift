/// `retry:` of a model: more tries of the same target, after the first one.
package struct RetryPolicy: Hashable, Sendable {
  package var attempts: Int = 1
  package var backoff: Duration = .milliseconds(200)
  package var factor: Double = 2
  package var maximum: Duration = .seconds(5)

  package init() {}
}

/// `fallback.on` of a model: which failures are retried and failed over.
package struct FallbackPolicy: Hashable, Sendable {
  package var classes: Set<UpstreamFailure.Class> = [.connect, .timeout, .rateLimit, .serverError]
  /// Exact status codes, beside the classes.
  package var statuses: Set<Int> = []

  package init() {}

  package func covers(_ failure: UpstreamFailure) -> Bool {
    // A refused credential is the gateway's affair: it always moves on (configuration reference, "auth").
    if failure.kind == .auth || classes.contains(failure.kind) { return true }
    return failure.status.map(statuses.contains) ?? false
  }
}

/// `timeouts:` of a provider or model. Every timer belongs to one attempt, `deadline` to the exchange. `nil` is off.
package struct Timeouts: Hashable, Sendable {
  /// What has been set; the rest is the default.
  private var set = Settings()

  private struct Settings: Hashable, Sendable {
    var connect: Duration?
    var firstToken: Duration?
    var betweenTokens: Duration?
    var total: Duration?
  }

  package var connect: Duration {
    get { set.connect ?? .seconds(5) }
    set { set.connect = newValue }
  }
  /// Until the response head. For streams 60 s unless set; for plain calls none unless set.
  package var headers: Duration?
  /// Until the first content or reasoning of a stream.
  package var firstToken: Duration {
    get { set.firstToken ?? .seconds(60) }
    set { set.firstToken = newValue }
  }
  /// Between any bytes once the head is here.
  package var betweenTokens: Duration {
    get { set.betweenTokens ?? .seconds(60) }
    set { set.betweenTokens = newValue }
  }
  package var total: Duration {
    get { set.total ?? .seconds(600) }
    set { set.total = newValue }
  }
  /// Bounds the whole exchange.
  package var deadline: Duration?

  package init() {}

  package func headers(streaming: Bool) -> Duration? { headers ?? (streaming ? .seconds(60) : nil) }

  /// What was set, under the names of the configuration.
  package var named: [(name: String, duration: Duration)] {
    [
      ("connect", set.connect), ("headers", headers), ("firstToken", set.firstToken),
      ("betweenTokens", set.betweenTokens), ("total", set.total), ("deadline", deadline),
    ].compactMap { name, duration in duration.map { (name, $0) } }
  }

  /// These, and where nothing was set those of `base`.
  package func over(_ base: Timeouts) -> Timeouts {
    var merged = base
    merged.set.connect = set.connect ?? base.set.connect
    merged.set.firstToken = set.firstToken ?? base.set.firstToken
    merged.set.betweenTokens = set.betweenTokens ?? base.set.betweenTokens
    merged.set.total = set.total ?? base.set.total
    merged.headers = headers ?? base.headers
    merged.deadline = deadline ?? base.deadline
    return merged
  }
}

/// `parameters:` of a model: what is put into, held within bounds in, or renamed in a request body.
package struct ParameterPolicy: Hashable, Sendable {
  /// A JSON scalar or document as it is spliced into a body.
  package struct JSONText: Hashable, Sendable {
    package var bytes: [UInt8]
    package init(_ text: String) { bytes = Array(text.utf8) }
  }
  /// Set when the request has no such member.
  package var defaults: [(name: String, value: JSONText)]
  /// A number outside is moved to the nearest bound.
  package var clamps: [(name: String, range: ClosedRange<Double>)]
  /// Members that the provider calls otherwise; applied last.
  package var renames: [(from: String, to: String)]

  package init(
    defaults: [(name: String, value: JSONText)] = [], clamps: [(name: String, range: ClosedRange<Double>)] = [],
    renames: [(from: String, to: String)] = []
  ) {
    self.defaults = defaults
    self.clamps = clamps
    self.renames = renames
  }

  package var isEmpty: Bool { defaults.isEmpty && clamps.isEmpty && renames.isEmpty }

  package static func == (a: Self, b: Self) -> Bool {
    a.defaults.elementsEqual(b.defaults, by: ==) && a.clamps.elementsEqual(b.clamps, by: ==)
      && a.renames.elementsEqual(b.renames, by: ==)
  }
  package func hash(into hasher: inout Hasher) {
    for item in defaults { hasher.combine(item.name) }
    for item in clamps { hasher.combine(item.name) }
    for item in renames { hasher.combine(item.from) }
  }
}

/// `health:`: when a target or a provider key that keeps failing is set aside, and for how long.
package struct HealthPolicy: Hashable, Sendable {
  /// Consecutive failures before it is set aside.
  package var failures: Int = 5
  /// The first pause; doubles with each failed probe.
  package var setAside: Duration = .seconds(5)
  package var maximum: Duration = .seconds(60)

  package init() {}
}

/// `server.retryBudget`: retries of the whole process are at most `floor` plus `ratio` of the exchanges of the last 10 s.
package struct RetryBudgetPolicy: Hashable, Sendable {
  package var ratio: Double = 0.2
  package var floor: Int = 10

  package init() {}
}

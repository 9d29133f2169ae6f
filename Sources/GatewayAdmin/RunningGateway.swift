package import GatewayCore
package import GatewayTelemetry

/// The running gateway as those routes see it that show how it fares, and that change keys.
package protocol RunningGateway: Sendable {
  /// nil: none runs.
  var snapshot: GatewaySnapshot? { get }
  /// What was wrong with what was loaded: of the running configuration warnings, and of one that was refused since, errors.
  var findings: [AdminFinding] { get }
  /// The last two hours of this process.
  var traffic: TrafficHistory { get }
  var openStreams: Int { get }
  /// nil: nothing is recorded.
  var ledger: Telemetry.LedgerState? { get }
  /// Targets and provider keys: all that are set aside, and of the others a bounded number.
  var health: [HealthState] { get }
  /// Of `server.tls` or `server.admin.tls`, whichever ends first, in seconds since 1970; nil: there is none.
  var certificateExpiry: Int? { get }
  /// How the sending of traces fares.
  var traces: TraceStanding { get }
  var now: WallTime { get }

  /// Whether a target rests after failures.
  func isSetAside(_ target: Target) -> Bool
  /// What these have counted, in their order; nil: it is not known.
  func standings(of demands: [Demand]) async -> [LimitStanding?]
  /// How current `standings` are: a sentence.
  var standingSource: String { get }
  /// Keys of the database have changed: when this returns, calls see it.
  func keysChanged() async
  /// Changes of quotas wait in the database: when this returns, calls see them.
  func quotasChanged() async
}

/// How one target or one key of a provider fares.
package struct HealthState: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable, SchemaDescribed { case target, key }

  /// `deepseek/deepseek-chat`, `deepseek#1`
  package var name: String
  package var kind: Kind
  package var provider: String
  package var isSetAside: Bool

  package init(name: String, kind: Kind, provider: String, isSetAside: Bool) {
    self.name = name
    self.kind = kind
    self.provider = provider
    self.isSetAside = isSetAside
  }
}

/// What a limit has counted of one caller.
package struct LimitStanding: Hashable, Sendable {
  package var used: Int64
  /// Until all of it is free again; nil: nobody knows.
  package var reset: Duration?

  package init(used: Int64, reset: Duration?) {
    self.used = used
    self.reset = reset
  }
}

/// How the sending of traces fares since the start of this process.
package struct TraceStanding: Hashable, Sendable {
  /// The collector has not taken the last request.
  package var isFailing: Bool
  /// Why it did not take one, last; nil: it has taken all.
  package var failure: String?
  package var failedAt: WallTime?
  /// When it has taken one, last.
  package var takenAt: WallTime?
  /// By result, as `sluice_trace_spans_total` counts them.
  package var spans: [String: Int]

  package init(
    isFailing: Bool = false, failure: String? = nil, failedAt: WallTime? = nil, takenAt: WallTime? = nil,
    spans: [String: Int] = [:]
  ) {
    self.isFailing = isFailing
    self.failure = failure
    self.failedAt = failedAt
    self.takenAt = takenAt
    self.spans = spans
  }
}

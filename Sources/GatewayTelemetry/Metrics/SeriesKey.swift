import GatewayCore

/// The labels that one call to a model is counted under.
struct SeriesKey: Hashable, Sendable {
  /// Stands in for the values of labels once a family has reached its limit.
  static let other = "other"

  var surface: Surface?
  var route: String?
  var consumer: String?
  /// Of the consumer, or of the caller's token.
  var team: String?
  var version: String?
  var provider: String?

  // Of the others there are few to a route and consumer.
  func hash(into hasher: inout Hasher) {
    hasher.combine(route)
    hasher.combine(consumer)
  }

  /// Whether it is the key of `record`, which has not to be made for that.
  func isKey(of record: ExchangeRecord) -> Bool {
    provider == record.provider && route == record.route && consumer == record.consumer && team == record.team
      && version == record.version && surface == record.surface
  }

  /// The key that takes the place of this one when no further series may be made.
  var collapsed: SeriesKey {
    SeriesKey(surface: surface, route: Self.other, consumer: Self.other, team: nil, version: nil, provider: provider)
  }
}

/// One move to the next target.
struct FailoverKey: Hashable, Sendable {
  var route: String?
  var from: String
  var to: String
  var reason: AttemptOutcome
}

/// Calls that limits of one owner refused.
struct RefusalKey: Hashable, Sendable {
  var unit: LimitUnit
  var owner: String
}

/// What the cache did for calls of one model.
struct CacheSeriesKey: Hashable, Sendable {
  var result: CacheResult
  var route: String?
}

/// How one try of a target ended, as a metric label.
enum AttemptOutcome: Int, CaseIterable, Hashable, Sendable {
  case success, abandoned, connect, timeout, rateLimit, serverError, notFound, auth, callerError

  /// - Parameter exchange: tells an attempt without a failure that won from one that was given up with its client.
  init(_ failure: UpstreamFailure?, of exchange: ExchangeRecord.Outcome) {
    switch failure?.kind {
    case .connect: self = .connect
    case .timeout: self = .timeout
    case .rateLimit: self = .rateLimit
    case .serverError: self = .serverError
    case .notFound: self = .notFound
    case .auth: self = .auth
    case .callerError: self = .callerError
    case nil: self = exchange == .clientGone || exchange == .cut ? .abandoned : .success
    }
  }

  var label: String {
    switch self {
    case .success: "success"
    case .abandoned: "abandoned"
    case .connect: UpstreamFailure.Class.connect.rawValue
    case .timeout: UpstreamFailure.Class.timeout.rawValue
    case .rateLimit: UpstreamFailure.Class.rateLimit.rawValue
    case .serverError: UpstreamFailure.Class.serverError.rawValue
    case .notFound: UpstreamFailure.Class.notFound.rawValue
    case .auth: UpstreamFailure.Class.auth.rawValue
    case .callerError: UpstreamFailure.Class.callerError.rawValue
    }
  }
}

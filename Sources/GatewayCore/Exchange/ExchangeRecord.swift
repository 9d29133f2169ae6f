/// What Settle writes of one exchange: the source of the access log and the metrics.
package struct ExchangeRecord: Sendable {
  /// How it ended.
  package enum Outcome: String, CaseIterable, Sendable {
    /// Answered by a target.
    case success
    /// Refused by the gateway before any target was called.
    case rejected
    /// The provider's own answer to a caller's fault was passed through.
    case callerError = "caller_error"
    /// All targets failed.
    case failed
    /// The stream broke after content had been sent.
    case broken
    /// The client went away.
    case clientGone = "client_gone"
    /// Cut by the end of the drain.
    case cut
  }

  /// One try of one target.
  package struct Attempt: Sendable {
    package var target: String
    package var provider: String
    /// `deepseek#1`; nil without keys.
    package var credential: String?
    package var startedAt: Instant
    package var endedAt: Instant
    package var status: Int?
    /// `nil` when it won.
    package var failure: UpstreamFailure?
    package var usage: TokenUsage?

    // Seen by those who call it: made elsewhere, it would be copied once.
    @inlinable
    package init(target: String, provider: String, credential: String?, startedAt: Instant, endedAt: Instant) {
      self.target = target
      self.provider = provider
      self.credential = credential
      self.startedAt = startedAt
      self.endedAt = endedAt
    }
  }

  /// A target that was not tried, because a limit of its provider was reached.
  package struct PassedOver: Hashable, Sendable {
    package var target: String
    /// `GatewayError.code`
    package var code: String

    package init(target: String, code: String) {
      self.target = target
      self.code = code
    }
  }

  /// What was fetched for a provider that takes bytes only.
  package struct Media: Hashable, Sendable {
    /// URLs whose bytes came.
    package var fetched = 0
    package var bytes = 0
    /// Of the first that did not come.
    package var failure: MediaFailure.Kind?

    package init() {}
  }

  /// What the tokens of the winning attempt cost.
  package struct Cost: Hashable, Sendable {
    package var money: Money
    /// Of the price: `PriceEntry.version`.
    package var priceVersion: String

    package init(money: Money, priceVersion: String) {
      self.money = money
      self.priceVersion = priceVersion
    }
  }

  package var id: ExchangeID
  /// The client's own `x-request-id`, when valid.
  package var clientRequestID: String?
  package var startedAt: Instant
  package var endedAt: Instant
  package var outcome: Outcome = .rejected
  /// HTTP status that the client got; 0 when none was sent.
  package var status: Int = 0
  package var method: String = ""
  package var path: String = ""
  package var surface: Surface?
  package var isStream = false
  package var consumer: String?
  /// Of an issued key: its label, and never the key.
  package var key: String?
  package var keyID: Int64?
  /// Whom a token speaks of (`sub`), or the key that signed the request.
  package var subject: String?
  /// nil: nobody was asked.
  package var authentication: AuthenticationRecord?
  /// Of the caller; nil without one.
  package var team: String?
  /// Of the team; nil without one.
  package var organisation: String?
  /// The name that the caller wrote.
  package var model: String?
  /// The configured model or pattern that matched: bounded, so fit for a metric label.
  package var route: String?
  package var version: String?
  /// Of the winning (or last) attempt.
  package var target: String?
  package var provider: String?
  package var attempts: [Attempt] = []
  package var passedOver: [PassedOver] = []
  package var usage: TokenUsage?
  /// nil: the model has no price, or nothing was used.
  package var cost: Cost?
  /// nil: the cache is off for the call.
  package var cache: CacheResult?
  /// What the answer had cost that was given again.
  package var saved: Money?
  /// `nil` where the request went on with the URLs that it has, or has none.
  package var media: Media?
  /// The limit that did not let it in.
  package var refusedBy: Limit?
  /// To the first content of a stream.
  package var firstTokenAt: Instant?
  package var bytesIn = 0
  package var bytesOut = 0
  /// `GatewayError.code` or the provider's failure, and the sentence that explains it.
  package var errorCode: String?
  package var errorMessage: String?
  /// With which code a WebSocket session ended (RFC 6455 §7.4); 1006: a side went away without one.
  package var closeCode: Int?
  package var clientAddress: String?
  package var revision = 0
  /// nil: no exchange is traced.
  package var trace: ExchangeTrace?
  /// Of a caller that has its call traced, where the gateway traces none.
  package var callerTrace: TraceID?

  /// By which others find the exchange: of a trace that is kept somewhere.
  package var traceID: TraceID? {
    guard let trace else { return callerTrace }
    return trace.isSampled || trace.parent != nil ? trace.id : nil
  }

  package init(id: ExchangeID, startedAt: Instant) {
    self.id = id
    self.startedAt = startedAt
    self.endedAt = startedAt
  }
}

package import GatewayCore
package import GatewayPolicies
import GatewayProviders
package import Logging
import Synchronization

/// What the loops share: counters and locks, none of which is held longer than a few instructions.
package final class SharedState: Sendable {
  let openConnections = Atomic<Int>(0)
  let retryBudget: SharedRetryBudget
  let tlsContexts = TLSContexts()
  let listenerContexts = ListenerContexts()
  let handshakes: HandshakeLog
  let names = NameResolver()
  /// Of hosts that callers name: they must not hold up the look-ups for providers.
  let mediaNames = NameResolver()
  let tokens: AccessTokenSources
  /// With what tokens of callers are verified.
  let keySets: KeySetSources
  /// Of signed requests.
  private let nonces = Mutex(NonceTable())
  /// When it was last said that an issuer does not answer, so that the log is not full of it.
  private let issuerNotedAt = Mutex<ContinuousClock.Instant?>(nil)
  let objects: any ObjectDirectory
  let objectProof: ObjectProof
  /// nil: none is kept.
  let conversations: (any ConversationSink)?

  let logger: Logger

  /// - Parameter logger: is told of budgets, and of access tokens that could not be fetched.
  package init(
    retryBudget: SharedRetryBudget, objects: any ObjectDirectory, conversations: (any ConversationSink)? = nil,
    logger: Logger
  ) {
    self.retryBudget = retryBudget
    self.conversations = conversations
    self.logger = logger
    handshakes = HandshakeLog(logger)
    self.objects = objects
    objectProof = ObjectProof(key: objects.proofKey)
    tokens = AccessTokenSources { provider, failure in
      logger.warning(
        "no access token", metadata: ["provider": "\(provider)", "reason": "\(failure.reason)"])
    }
    keySets = KeySetSources { server, failure in
      if let failure {
        logger.warning(
          "no token keys", metadata: ["host": "\(server.endpoint.authority)", "reason": "\(failure)"])
      } else {
        logger.info("token keys are there again", metadata: ["host": "\(server.endpoint.authority)"])
      }
    }
  }

  /// A server was asked about a token and did not say anything.
  func issuerFailed(_ server: IssuerServer, _ reason: String) {
    let isNews = issuerNotedAt.withLock { last in
      let now = ContinuousClock.now
      if let noted = last, now - noted < .seconds(10) { return false }
      last = now
      return true
    }
    guard isNews else { return }
    logger.warning(
      "no answer about a token", metadata: ["host": "\(server.endpoint.authority)", "reason": "\(reason)"])
  }

  /// Makes sure that a signed request came for the first time.
  func takeNonce(_ nonce: String, of key: String, window: Duration, now: Instant) throws(GatewayError) {
    switch nonces.withLock({ $0.take(nonce, of: key, window: window, now: now) }) {
    case .fresh: break
    case .seen: throw .nonceSeen
    case .full:
      throw GatewayError(
        .authenticationUnavailable,
        "too many signed requests came lately to tell new ones from old ones; try again later",
        retryAfter: window)
    }
  }

  func budgetReached(_ notice: BudgetNotice) {
    let used = "\(Money.decimal(notice.used)) of \(notice.limit.words)"
    logger.warning(
      notice.percent < 100 ? "a budget is nearly used up" : "a budget is used up",
      metadata: ["percent": "\(notice.percent)", "used": "\(used)", "subject": "\(notice.subject)"])
  }
}

extension GatewayError {
  static let nonceSeen = GatewayError(
    .invalidSignature, "a request with this nonce has come already; sign each request with a nonce of its own")
}

package import GatewayCore
package import GatewayStorage
import HTTPTypes
package import Logging
import Synchronization

/// Users, sessions and API tokens of the admin plane: who may come in.
package final class AdminAccess: Sendable {
  /// What was wrong with a password, or was not even looked at.
  private typealias Check = @Sendable () async throws -> Bool

  let store: DatabaseStore
  let passwords: PasswordHasher
  /// With it whoever reads the log of the start makes the first administrator.
  package let setUpToken: Secret
  private let clock: @Sendable () -> WallTime
  private let logger: Logger
  private let throttle = Mutex(LoginThrottle())
  private let refusals = Mutex(RefusalCounts())
  /// There is an administrator, and there will always be one.
  private let isSetUp = Atomic<Bool>(false)

  /// - Parameter clock: the time of day.
  package init(
    store: DatabaseStore, passwords: PasswordHasher = PasswordHasher(), logger: Logger,
    clock: @escaping @Sendable () -> WallTime
  ) {
    self.store = store
    self.passwords = passwords
    self.clock = clock
    self.logger = logger
    setUpToken = Secret(SecretText.random())
  }

  package var now: WallTime { clock() }

  package func hasAdministrator() async throws -> Bool {
    if isSetUp.load(ordering: .relaxed) { return true }
    let found = try await store.hasAdministrator()
    if found { isSetUp.store(true, ordering: .relaxed) }
    return found
  }

  /// Who shows this as `authorization: Bearer`; nil: nobody that is known.
  func identity(ofToken secret: String) async throws -> AdminIdentity? {
    guard let token = try await store.token(secret, now: now) else { return nil }
    return AdminIdentity(name: "token:\(token.label)", role: token.role, team: token.team, proof: .token(token.id))
  }

  /// - Parameter entrance: who came in by a way that is closed by now is out.
  func identity(of cookie: SessionCookie, by entrance: AdminEntrance) async throws -> AdminIdentity? {
    guard let user = try await store.user(ofSession: cookie.value, now: now) else { return nil }
    let isOpen = user.issuer.map { $0 == entrance.provider?.issuer } ?? entrance.takesPasswords
    guard isOpen else { return nil }
    return AdminIdentity(name: user.name, role: user.role, team: user.team, proof: .session)
  }

  /// Whether this is the password of the user.
  /// - Throws: 429 `too_many_attempts`.
  func check(_ password: String, of name: String, from address: String?) async throws -> Bool {
    // A name that nobody can have is nothing to remember.
    let subject = Administrator.isName(name) ? "name:\(name)" : "name"
    // Only the name of somebody: what else is typed into the field may be a password.
    let user = Administrator.isName(name) ? try await store.user(named: name) : nil
    let author = AuditAuthor(name: user?.name ?? "nobody", address: address)
    return try await guarded([subject] + Self.subject(address), what: "password", author) { [store, passwords] in
      let hash = try await store.password(of: name)
      // Also where there is no such user: nobody learns from the time which names there are.
      return try await passwords.matches(String(password.prefix(Self.longestPassword)), hash)
    }
  }

  /// - Throws: 429 `too_many_attempts`.
  func checkSetUpToken(_ token: String, from address: String?) async throws -> Bool {
    let author = AuditAuthor(name: "nobody", address: address)
    return try await guarded(Self.subject(address), what: "set-up token", author) { [setUpToken] in
      BearerToken.matches(token, setUpToken)
    }
  }

  /// - Throws: 400 for a password that is none, 429 while too many wait.
  func hash(_ password: String, at pointer: String) async throws -> PasswordHash {
    guard password.count >= Self.shortestPassword, password.count <= Self.longestPassword else {
      throw AdminProblem.invalidRequest(
        "a password has \(Self.shortestPassword) to \(Self.longestPassword) characters", at: pointer)
    }
    do { return try await passwords.hash(password) } catch is PasswordHasher.Busy { throw Self.tooMany(2) }
  }

  package static let shortestPassword = 10
  package static let longestPassword = 256

  private static func subject(_ address: String?) -> [String] { address.map { ["address:\($0)"] } ?? [] }

  /// What is refused goes into the audit trail; how much that can be, the throttle bounds.
  private func guarded(
    _ subjects: [String], what: String, _ author: AuditAuthor, _ check: Check
  ) async throws -> Bool {
    if let wait = throttle.withLock({ $0.attempt(subjects, now: now) }) { throw Self.tooMany(wait) }
    do {
      let isRight = try await check()
      if isRight {
        throttle.withLock { $0.succeeded(subjects) }
      } else {
        logger.warning("a wrong \(what)", metadata: ["from": "\(subjects.joined(separator: ", "))"])
        var detail = AuditDetail()
        detail.add("reason", "wrong \(what)")
        try await store.audit(AuditEntry("session.refused", detail: detail.text), by: author, now: now)
      }
      return isRight
    } catch {
      throttle.withLock { $0.takeBack(subjects) }
      if error is PasswordHasher.Busy { throw Self.tooMany(2) }
      throw error
    }
  }

  /// The same for whoever comes back from an issuer.
  func guardingSignIn<Result>(
    from address: String?, _ work: () async throws(SignInFault) -> Result
  ) async throws(SignInFault) -> Result {
    let subjects = Self.subject(address)
    if let wait = throttle.withLock({ $0.attempt(subjects, now: now) }) { throw .tooMany(seconds: wait) }
    do throws(SignInFault) {
      let result = try await work()
      throttle.withLock { $0.succeeded(subjects) }
      return result
    } catch {
      if !error.isGuess { throttle.withLock { $0.takeBack(subjects) } }
      throw error
    }
  }

  /// Puts it into the audit trail that somebody who is known wanted to change what the role does not allow.
  func note(_ refusal: RefusedAccess) async throws {
    // What came before is told before.
    try await tellRepeats()
    guard refusals.withLock({ $0.isNews(refusal, now: now) }) else { return }
    try await store.audit(refusal.entry(), by: refusal.author, now: now)
  }

  /// Puts into the audit trail how often it was tried again.
  /// - Parameter isLast: also of the running minute.
  package func tellRepeats(isLast: Bool = false) async throws {
    for (refusal, repeats) in refusals.withLock({ $0.due(now: now, isLast: isLast) }) {
      try await store.audit(refusal.entry(repeats: repeats), by: refusal.author, now: now)
    }
  }

  /// Tells them until the plane ends.
  func keepTellingRepeats() async {
    while (try? await Task.sleep(for: .seconds(5))) != nil { await tellRepeatsOrLog() }
  }

  /// The same where nobody waits for it.
  func tellRepeatsOrLog(isLast: Bool = false) async {
    do { try await tellRepeats(isLast: isLast) } catch {
      logger.error("the audit trail lacks refused operations", metadata: ["reason": "\(error)"])
    }
  }

  private static func tooMany(_ seconds: Int64) -> AdminProblem {
    AdminProblem(
      .tooManyRequests, .tooManyAttempts, "too many attempts; try again in \(seconds) s",
      headers: [.retryAfter: "\(seconds)"])
  }
}

import GatewayCore
import GatewayPolicies
import GatewayProviders
import GatewayTelemetry

/// Asks the issuer about tokens, on one loop: once about each at a time, and again when its answer is old.
final class TokenInquiry {
  /// Tokens that are asked about at once.
  private static let limit = 1_000
  /// Calls that wait for the answer about one token.
  private static let waiterLimit = 1_000

  typealias Answer = Result<Result<Caller, TokenRefusal>, IssuerRequest.Failure>

  let introspection: Introspection
  private let authentication: Authentication
  private unowned let loop: Loop
  private var known = TokenCache<Result<Caller, TokenRefusal>>()
  private var waiting: [KeyDigest: [(Answer) -> Void]] = [:]

  init(_ introspection: Introspection, in authentication: Authentication, on loop: Loop) {
    self.introspection = introspection
    self.authentication = authentication
    self.loop = loop
  }

  /// - Parameter then: called later, on the loop, when this returns nil; else never.
  func ask(_ token: UnsafeRawBufferPointer, then: @escaping (Answer) -> Void) -> Answer? {
    let digest = Identify.digest(of: token)
    if let answer = known[digest, now: .current] { return .success(answer) }
    if var waiters = waiting[digest] {
      guard waiters.count < Self.waiterLimit else { return .failure(Self.tooMany) }
      waiters.append(then)
      waiting[digest] = waiters
      return nil
    }
    guard waiting.count < Self.limit else { return .failure(Self.tooMany) }
    waiting[digest] = [then]
    let content = IssuerRequest.Content(
      server: introspection.server, form: IntrospectionAnswer.question(String(decoding: token, as: UTF8.self)),
      credential: IntrospectionAnswer.credential(introspection), timeout: introspection.timeout,
      limit: IntrospectionAnswer.maximumBytes)
    IssuerRequest(content, on: loop) { [self] result in answered(result, about: digest) }.start()
    return nil
  }

  private static let tooMany = IssuerRequest.Failure(reason: "too many calls wait for its answers")

  private func answered(_ result: Result<IssuerRequest.Answer, IssuerRequest.Failure>, about digest: KeyDigest) {
    let answer = read(result, about: digest)
    loop.shard.introspected(isSuccess: (try? answer.get()) != nil)
    if case .failure(let failure) = answer {
      loop.shared.issuerFailed(introspection.server, failure.reason)
    }
    for waiter in waiting.removeValue(forKey: digest) ?? [] { waiter(answer) }
  }

  private func read(
    _ result: Result<IssuerRequest.Answer, IssuerRequest.Failure>, about digest: KeyDigest
  ) -> Answer {
    switch result {
    case .failure(let failure): return .failure(failure)
    case .success(let answer):
      let now = WallTime.current
      do throws(IntrospectionAnswer.Unusable) {
        let verdict = try IntrospectionAnswer.read(
          status: answer.status, body: answer.body, for: introspection, in: authentication, now: now)
        known.keep(verdict.result, for: digest, until: verdict.until, now: now)
        return .success(verdict.result)
      } catch {
        return .failure(IssuerRequest.Failure(reason: error.reason))
      }
    }
  }
}

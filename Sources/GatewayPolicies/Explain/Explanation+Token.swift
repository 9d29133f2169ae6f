import GatewayCore
import GatewayProviders

// Whom a token lets in, by the methods that callers go through. Nobody is asked about it.
extension Explanation {
  /// - Returns: nil: nobody that could be told of. A caller that is refused for its token's time or scopes is told of, too.
  mutating func identify(_ token: Secret, keys: KeySet?, now: WallTime) -> Caller? {
    let bytes = Array(token.reveal { $0 }.utf8)
    var refusals = Refusals()
    var meant: Caller?
    for method in snapshot.authentication.methods {
      let found: Caller?
      switch method {
      case .keys: found = holder(of: bytes, &refusals, now)
      case .jwt(let issuer): found = bearer(of: bytes, issuer, keys, &refusals, &meant, now)
      case .introspection(let introspection):
        found = nil
        guard !refusals.isOfVerifiedToken else { continue }
        let server = introspection.server.endpoint.authority
        let what = "whether this token is good, only \(server) can say, which was not asked"
        note("introspection", what)
        refusals.add(unavailable: GatewayError(.authenticationUnavailable, what), by: .introspection)
      case .hmac, .mtls: found = nil
      }
      guard let found else { continue }
      add("caller", .yes, words(of: found))
      return found
    }
    refuse("caller", refusals.outcome(snapshot.authentication).error)
    if let meant { note("caller", "as if it were let in: \(words(of: meant))") }
    return meant
  }

  private mutating func holder(of key: [UInt8], _ refusals: inout Refusals, _ now: WallTime) -> Caller? {
    let found: Result<Caller, GatewayError> = key.withUnsafeBytes { bytes in
      do throws(GatewayError) {
        return .success(try Identify.caller(presenting: bytes.isEmpty ? nil : bytes, in: snapshot, now: now))
      } catch {
        return .failure(error)
      }
    }
    switch found {
    case .success(let caller): return caller
    case .failure(let error):
      let isKnown = key.withUnsafeBytes { snapshot.find(holding: Identify.digest(of: $0)) } != nil
      note("keys", isKnown ? error.message : "it is no gateway key")
      refusals.add(key: error, isKnown: isKnown)
      return nil
    }
  }

  /// - Parameter meant: whom a token that is refused names.
  private mutating func bearer(
    of bytes: [UInt8], _ issuer: TokenIssuer, _ given: KeySet?, _ refusals: inout Refusals, _ meant: inout Caller?,
    _ now: WallTime
  ) -> Caller? {
    let demands = issuer.demands
    guard let token = bytes.withUnsafeBytes({ CompactToken($0) }) else {
      let refusal: TokenRefusal =
        bytes.count > CompactToken.maximumBytes
        ? .tooLong(bytes.count) : demands.place == .bearer ? .notAToken : .malformed("it is no JSON Web Token")
      note("jwt", refusal.sentence)
      refusals.add(refusal, by: .jwt)
      return nil
    }
    if let claims = token.claims { tell(claims, demands) }
    note("jwt", "it is looked for \(demands.place.words)")
    let check = TokenCheck(issuer, in: snapshot.authentication)
    do throws(TokenRefusal) {
      guard let keys = Self.keys(of: issuer) ?? given else {
        note(
          "jwt",
          "its signature is not looked at: the keys are at \(issuer.keys.server?.endpoint.authority ?? "its issuer"), which was not asked"
        )
        return try check.judge(token, now: now).caller
      }
      let caller = try check.check(token, with: keys, now: now).caller
      add("jwt", .yes, "its signature, its time, and what it must say are right")
      return caller
    } catch {
      note("jwt", "refused: \(error.sentence)")
      refusals.add(error, by: .jwt)
      if meant == nil, let claims = token.claims {
        var lenient = demands
        lenient.scopes = []
        meant = try? claims.caller(lenient, in: snapshot.authentication)
      }
      return nil
    }
  }

  private static func keys(of issuer: TokenIssuer) -> KeySet? {
    guard case .document(let text) = issuer.keys else { return nil }
    return try? KeySet(text.utf8)
  }

  // MARK: What it says

  private mutating func tell(_ claims: TokenClaims, _ demands: TokenDemands) {
    func quoted(_ texts: [String]) -> String {
      texts.isEmpty ? "none" : texts.prefix(12).map(TokenRefusal.quoted).joined(separator: ", ")
    }
    let texts = [
      claims.text("iss").map { "issued by \(TokenRefusal.quoted($0))" },
      claims.isThere("aud") ? "for \(quoted(claims.texts("aud")))" : "for no audience",
      claims.text("sub").map { "subject \(TokenRefusal.quoted($0))" },
      claims.moment("exp").map { "good until \($0.text)" } ?? "without an end",
    ]
    note("token", texts.compactMap(\.self).joined(separator: ", "))
    let wanted = demands.scopes.isEmpty ? "none is wanted" : "wanted: \(quoted(demands.scopes))"
    note("token", "scopes: \(quoted(claims.scopes.sorted())); \(wanted)")
    if case .claim(let path) = demands.whom {
      note("token", "consumer by the claim '\(path)': \(quoted(claims.value(at: path).map { [$0] } ?? []))")
    }
    if let path = demands.team {
      note("token", "team by the claim '\(path)': \(quoted(claims.value(at: path).map { [$0] } ?? []))")
    }
    if let path = demands.roles {
      let names = claims.values(at: path)
      let unknown = names.filter { snapshot.tenants.role(named: $0) == nil }
      let rest = unknown.isEmpty ? "" : "; not configured, so of no use: \(quoted(unknown))"
      note("token", "roles by the claim '\(path)': \(quoted(names))\(rest)")
    }
  }
}

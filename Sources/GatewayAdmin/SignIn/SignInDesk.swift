import GatewayCore
import GatewayPolicies
import GatewayStorage

/// Finds out who comes back from the issuer with a code, and what they may do here.
struct SignInDesk: Sendable {
  let directory: IssuerDirectory
  let client: any IssuerClient

  /// - Parameters:
  ///   - redirect: where the code came, letter by letter as it was asked for.
  ///   - now: of the ID token.
  func identity(
    code: String, attempt: SignInAttempt, redirect: String, by provider: SignInProvider, now: @Sendable () -> WallTime
  ) async throws(SignInFault) -> (identity: LinkedIdentity, idToken: String) {
    let issuer = try await issuer(provider)
    let question = TokenExchange.question(
      code: code, attempt: attempt, redirect: redirect, of: provider, at: issuer.metadata)
    let tokens = try TokenExchange(try await ask(question))
    let claims = try await claims(tokens.idToken, issuer, provider, nonce: attempt.nonce, now: now)
    return (try await identity(claims, tokens, issuer.metadata, provider), tokens.idToken)
  }

  func issuer(_ provider: SignInProvider, seeksKey: Bool = false) async throws(SignInFault) -> IssuerDirectory.Issuer {
    do throws(IssuerFault) {
      return try await directory.issuer(provider, seeksKey: seeksKey)
    } catch {
      throw .issuer(error)
    }
  }

  private func ask(_ question: IssuerQuestion) async throws(SignInFault) -> IssuerReply {
    do throws(IssuerFault) { return try await client.ask(question) } catch { throw .issuer(error) }
  }

  private func claims(
    _ text: String, _ issuer: IssuerDirectory.Issuer, _ provider: SignInProvider, nonce: String,
    now: @Sendable () -> WallTime
  ) async throws(SignInFault) -> TokenClaims {
    let check = IDTokenCheck(issuer: provider.issuer, clientID: provider.clientID, leeway: provider.leeway)
    do throws(TokenRefusal) {
      return try check.claims(of: text, with: issuer.keys, nonce: nonce, now: now())
    } catch {
      guard case .unknownKey = error else { throw .token(error) }
    }
    // The issuer may have changed its keys.
    let newer = try await self.issuer(provider, seeksKey: true)
    do throws(TokenRefusal) {
      return try check.claims(of: text, with: newer.keys, nonce: nonce, now: now())
    } catch {
      throw .token(error)
    }
  }

  private func identity(
    _ claims: TokenClaims, _ tokens: TokenExchange, _ metadata: IssuerMetadata, _ provider: SignInProvider
  ) async throws(SignInFault) -> LinkedIdentity {
    guard let subject = claims.subject else { throw .token(.missingClaim("sub")) }
    var sources = [claims]
    // Some issuers keep ID tokens small, and tell the rest only here.
    if name(in: claims, provider) == nil || claims.wholeTexts(at: provider.roles.claim).isEmpty,
      let more = try await userInfo(tokens, metadata, subject: subject)
    {
      sources.append(more)
    }
    let name = sources.lazy.compactMap { self.name(in: $0, provider) }.first ?? (provider.user == nil ? subject : "")
    guard LinkedIdentity.isName(name) else { throw .noName(provider.user ?? "sub") }
    let values = sources.lazy.map { $0.wholeTexts(at: provider.roles.claim) }.first { !$0.isEmpty } ?? []
    guard let (role, team) = provider.roles.role(of: values) else {
      throw .noRole(
        claim: provider.roles.claim, values: values, isCutOff: sources.contains(where: \.hasTooManyGroups), name: name)
    }
    return LinkedIdentity(issuer: provider.issuer, subject: subject, name: name, role: role, team: team)
  }

  /// nil: the claims do not say.
  private func name(in claims: TokenClaims, _ provider: SignInProvider) -> String? {
    guard let claim = provider.user else { return claims.verifiedEmail }
    return claims.wholeText(at: claim)
  }

  /// OpenID Connect Core §5.3.
  private func userInfo(
    _ tokens: TokenExchange, _ metadata: IssuerMetadata, subject: String
  ) async throws(SignInFault) -> TokenClaims? {
    guard let server = metadata.userInfo, let access = tokens.access else { return nil }
    let reply = try await ask(
      IssuerQuestion(server, authorization: access.reveal { Secret("Bearer \($0)") }))
    guard reply.status == 200, let claims = TokenClaims(reply.body) else {
      throw .issuer(IssuerFault("its userinfo endpoint answered \(reply.status), or no JSON object"))
    }
    guard claims.subject == subject else { throw .issuer(IssuerFault("its userinfo is of another user")) }
    return claims
  }
}

import GatewayCore
import GatewayProviders
import GatewayStorage
import HTTPTypes
import Hummingbird
package import Logging

/// `/api/v1/session/oidc`: signing in to the console by an OpenID Connect provider (authorization code flow with PKCE).
package struct SignInRoutes: AdminRoutes {
  /// What an issuer gives back to whoever has signed out there.
  private static let signedOut = "signed-out"
  static let path = "\(AdminRouter.root)/session/oidc"

  private let access: AdminAccess
  private let settings: AdminSettings
  private let backend: any AdminBackend
  private let desk: SignInDesk
  private let logger: Logger

  package init(
    access: AdminAccess, settings: AdminSettings, backend: any AdminBackend, client: any IssuerClient, logger: Logger
  ) {
    self.access = access
    self.settings = settings
    self.backend = backend
    self.logger = logger
    let directory = IssuerDirectory(client: client, logger: logger) { access.now }
    desk = SignInDesk(directory: directory, client: client)
  }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "session/oidc",
      AdminOperation(
        "startSignIn", "Sends a browser to the issuer of `server.admin.oidc`.", .open, answers: [Self.away],
        refused: [404]
      ), use: start)
    var end = AdminOperation(
      "endSignIn", "What the issuer has a browser bring back: it is signed in, or told why not.", .open,
      answers: [Self.away], refused: [404])
    end.hasFreeQuery = true
    group.get("session/oidc/callback", end, use: self.end)
  }

  private static let away = OperationAnswer(
    302, "To the issuer, or to the console.",
    headers: [HeaderParameter(name: "location", summary: "Where to.", isRequired: true)])

  private func start(_ request: Request, _ context: AdminContext) async throws -> Response {
    let (provider, console) = try place(request)
    do throws(SignInFault) {
      let issuer = try await desk.issuer(provider)
      let attempt = SignInAttempt(now: access.now, store: access.store)
      let url = issuer.metadata.authorizationURL(attempt, of: provider, redirect: Self.redirect(console))
      let cookie = attempt.header(path: console.endpoint.basePath, isSecure: console.endpoint.isTLS)
      return Self.go(to: url, cookies: [cookie])
    } catch {
      return try await refuse(error, provider, console, context)
    }
  }

  private func end(_ request: Request, _ context: AdminContext) async throws -> Response {
    let (provider, console) = try place(request)
    do throws(SignInFault) {
      let cookie = SessionCookie()
      let query = try SignInAnswer(request.uri.query)
      // There the session has ended before.
      if query.state == Self.signedOut, query.code == nil, query.error == nil {
        return Self.go(to: "\(console.text)/", cookies: [])
      }
      let (user, idToken) = try await access.guardingSignIn(from: context.address) { () async throws(SignInFault) in
        try await signIn(query, request, context, provider, console, cookie)
      }
      logger.info(
        "signed in",
        metadata: ["user": "\(user.name)", "role": "\(user.role.rawValue)", "issuer": "\(provider.issuer)"]
      )
      return Self.go(
        to: "\(console.text)/",
        cookies: [
          cookie.header(isSecure: console.endpoint.isTLS),
          SignInAttempt.removal(path: console.endpoint.basePath, isSecure: console.endpoint.isTLS),
          SignOutHint(idToken)?.header(console) ?? SignOutHint.removal(console),
        ])
    } catch {
      return try await refuse(error, provider, console, context)
    }
  }

  private func signIn(
    _ query: SignInAnswer, _ request: Request, _ context: AdminContext, _ provider: SignInProvider,
    _ console: ConsoleURL, _ cookie: SessionCookie
  ) async throws(SignInFault) -> (user: Administrator, idToken: String) {
    guard let attempt = SignInAttempt(request, store: access.store) else {
      throw .expired("the browser has no cookie of a sign-in: it was begun elsewhere, or is over")
    }
    guard let state = query.state, BearerToken.isEqual(Array(state.utf8), Array(attempt.state.utf8)) else {
      throw .expired("'state' is not that of the sign-in that this browser has begun last")
    }
    guard !attempt.isOver(now: access.now) else { throw .expired("it took longer than 10 min") }
    let issuer = try await desk.issuer(provider)
    // RFC 9207: another issuer's answer.
    if query.issuer.map({ $0 != provider.issuer }) ?? issuer.metadata.namesItself {
      throw .issuer(IssuerFault("the answer that the browser brought is not its own ('iss')"))
    }
    if let error = query.error { throw .cancelled(error) }
    guard let code = query.code else { throw .issuer(IssuerFault("it sent the browser back without a code")) }
    let (identity, idToken) = try await desk.identity(
      code: code, attempt: attempt, redirect: Self.redirect(console), by: provider
    ) { [access] in access.now }
    do {
      let user = try await access.store.signIn(
        identity, cookie: cookie.value, replacing: SessionCookie(request)?.value, from: context.address,
        now: access.now)
      return (user, idToken)
    } catch let refusal as LinkedRefusal {
      throw .refused(refusal, name: identity.name)
    } catch {
      throw .storage("the database cannot be used: \(error)")
    }
  }

  /// Where a browser ends its session at the issuer, too, and the cookie that is not needed any more; nil: the session is none of the
  /// issuer's, or the issuer has no such page or cannot be asked.
  func signOut(_ request: Request, _ identity: AdminIdentity) async throws -> (url: String, removal: String)? {
    guard identity.proof == .session, let (provider, console) = try? place(request),
      try await access.store.user(named: identity.name)?.issuer == provider.issuer,
      let metadata = try? await desk.issuer(provider).metadata
    else { return nil }
    let url = metadata.endSessionURL(
      hint: SignOutHint(request)?.token, of: provider, redirect: Self.redirect(console), state: Self.signedOut)
    guard let url else { return nil }
    return (url, SignOutHint.removal(console))
  }

  private func refuse(
    _ fault: SignInFault, _ provider: SignInProvider, _ console: ConsoleURL, _ context: AdminContext
  ) async throws -> Response {
    logger.warning(
      "nobody was signed in",
      metadata: [
        "issuer": "\(provider.issuer)", "from": "\(context.address ?? "?")", "reason": "\(fault.sentence)",
      ])
    if fault.isAudited {
      // Nobody has come in: the claimed name may be that of somebody else.
      let author = AuditAuthor(name: "nobody", address: context.address)
      var detail = AuditDetail()
      detail.add("reason", fault.code.rawValue)
      detail.add("issuer", provider.issuer)
      let entry = AuditEntry("session.refused", fault.claimedName, detail: detail.text)
      do { try await access.store.audit(entry, by: author, now: access.now) } catch {
        logger.error("the audit trail lacks a refused sign-in", metadata: ["reason": "\(error)"])
      }
    }
    let removal = SignInAttempt.removal(path: console.endpoint.basePath, isSecure: console.endpoint.isTLS)
    return Self.go(to: "\(console.text)/?signIn=\(fault.code.rawValue)", cookies: [removal])
  }

  /// The provider, and where browsers reach the console.
  /// - Throws: 404 where there is no provider, 403 for a host that nobody has named.
  private func place(_ request: Request) throws(AdminProblem) -> (SignInProvider, ConsoleURL) {
    let entrance = backend.entrance
    guard let provider = entrance.provider else {
      throw .notFound("nobody signs in by OpenID Connect here: 'server.admin.oidc' is not set")
    }
    if let url = entrance.url { return (provider, url) }
    // On loopback the guard has looked at it.
    guard settings.isLoopback, let authority = request.head.authority,
      let endpoint = try? UpstreamURL.parse("\(entrance.scheme)://\(authority)"), endpoint.basePath.isEmpty
    else {
      throw AdminProblem(.forbidden, .hostNotAllowed, "sign-in by OpenID Connect needs 'server.admin.url'")
    }
    return (provider, ConsoleURL(endpoint))
  }

  private static func redirect(_ console: ConsoleURL) -> String { "\(console.text)\(path)/callback" }

  private static func go(to url: String, cookies: [String]) -> Response {
    var headers: HTTPFields = [.location: url]
    for cookie in cookies { headers.append(HTTPField(name: .setCookie, value: cookie)) }
    return Response(status: .found, headers: headers)
  }
}

/// What the issuer gives a browser to bring back (RFC 6749 §4.1.2).
struct SignInAnswer {
  private(set) var code: String?
  private(set) var state: String?
  private(set) var error: String?
  private(set) var issuer: String?

  /// Issuers add what they like.
  /// - Throws: `expired` for one that nobody can read.
  init(_ query: String?) throws(SignInFault) {
    var values: [String: String] = [:]
    for pair in (query ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentText.decode(parts[0], plusIsBlank: true),
        let value = PercentText.decode(parts.count > 1 ? parts[1] : "", plusIsBlank: true),
        values.updateValue(value, forKey: name) == nil
      else { throw .expired("the query of the answer is broken, or names something twice") }
    }
    func text(_ name: String) -> String? { values[name].flatMap { $0.isEmpty || $0.utf8.count > 4096 ? nil : $0 } }
    (code, state, error, issuer) = (text("code"), text("state"), text("error"), text("iss"))
  }
}

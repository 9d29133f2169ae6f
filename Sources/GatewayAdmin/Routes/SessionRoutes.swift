import GatewayCore
import GatewayStorage
import HTTPTypes
import Hummingbird

/// `/api/v1/session` and `/api/v1/setup`: signing in and out, and the first administrator.
struct SessionRoutes: AdminRoutes {
  let access: AdminAccess
  /// Whether a person on this machine may make the first administrator without the token of the start.
  let isTokenOptional: Bool
  let backend: any AdminBackend
  /// nil: no issuer signs anybody in.
  let issuers: SignInRoutes?

  init(access: AdminAccess, settings: AdminSettings, backend: any AdminBackend, issuers: SignInRoutes?) {
    self.access = access
    self.backend = backend
    self.issuers = issuers
    isTokenOptional = settings.token == nil && settings.isLoopback
  }

  private struct SignIn: Decodable {
    let name: String
    let password: String
  }

  private struct SetUp: Decodable, SchemaAnnotated {
    static var members: [String: SchemaNote] {
      [
        "token": SchemaNote("What the gateway has printed at its start; on this machine it may be left out."),
        "name": UserRoutes.nameNote, "password": UserRoutes.passwordNote,
      ]
    }

    let token: String?
    let name: String
    let password: String
  }

  private struct NewPassword: Decodable, SchemaAnnotated {
    static var members: [String: SchemaNote] { ["new": UserRoutes.passwordNote] }

    let old: String
    let new: String
  }

  private struct SignedIn: Codable {
    let user: UserOfSession
    @OrNull var csrf: String?
    /// Where callers reach the gateway, without a `/` at its end.
    @OrNull var gateway: String?
  }

  private struct SignedOut: Codable, SchemaAnnotated {
    static var members: [String: SchemaNote] {
      ["location": SchemaNote("Where a browser goes to sign out at the issuer, too; it comes back to the console.")]
    }

    let location: String
  }

  private struct SetUpState: Codable {
    enum Token: String, Codable, CaseIterable, SchemaDescribed { case required, optional }

    struct Provider: Codable { let name: String }

    let needed: Bool
    let token: Token
    @OrNull var oidc: Provider?
    let passwords: Bool
  }

  func add(to group: inout AdminRouteList) {
    group.get(
      "session",
      AdminOperation(
        "getSession", "Who has signed in.", .proven, answers: [.json(SignedIn.self, "The user, or the token.")])
    ) { request, context in
      let identity = try context.proven()
      let csrf = identity.proof == .session ? SessionCookie(request)?.csrf : nil
      return try AdminJSON.response(
        .ok, SignedIn(user: UserOfSession(identity), csrf: csrf, gateway: backend.gatewayURL))
    }
    group.post(
      "session",
      AdminOperation(
        "signIn", "Signs in.", .open, body: .json(SignIn.self),
        answers: [.json(SignedIn.self, "The session has begun.", headers: [.setCookie])], refused: [401, 429]),
      use: signIn)
    group.delete(
      "session",
      AdminOperation(
        "signOut", "Signs out.", .proven,
        answers: [
          OperationAnswer(204, "Nobody is signed in."),
          .json(SignedOut.self, "The same, of a session by an issuer where one can sign out."),
        ]), use: signOut)
    group.put(
      "session/password",
      AdminOperation(
        "changePassword", "Another password for the one who has signed in; a new session begins.", .proven,
        body: .json(NewPassword.self),
        answers: [.json(SignedIn.self, "It is changed.", headers: [.setCookie])], refused: [429]),
      use: changePassword)
    group.get(
      "setup",
      AdminOperation(
        "getSetUp", "Whether the first administrator is missing.", .open,
        answers: [.json(SetUpState.self, "What is needed.")])
    ) { request, _ in
      let entrance = backend.entrance
      let hasAdministrator = try await access.hasAdministrator()
      return try AdminJSON.response(
        .ok,
        SetUpState(
          needed: !hasAdministrator && entrance.provider == nil, token: needsToken(request) ? .required : .optional,
          oidc: entrance.provider.map { SetUpState.Provider(name: $0.name) }, passwords: entrance.takesPasswords))
    }
    group.post(
      "setup",
      AdminOperation(
        "setUp", "Makes the first administrator, and signs in.", .open, body: .json(SetUp.self),
        answers: [.json(SignedIn.self, "The session has begun.", headers: [.setCookie])], refused: [401, 409, 429]),
      use: setUp)
  }

  private func signOut(_ request: Request, _ context: AdminContext) async throws -> Response {
    if let cookie = SessionCookie(request) {
      try await access.store.endSession(cookie.value, by: context.author, now: access.now)
    }
    let removal = SessionCookie.removal(for: request, backend.entrance)
    guard let identity = context.identity, let there = try await issuers?.signOut(request, identity) else {
      return Response(status: .noContent, headers: [.setCookie: removal])
    }
    var response = try AdminJSON.response(.ok, SignedOut(location: there.url))
    for cookie in [removal, there.removal] { response.headers.append(HTTPField(name: .setCookie, value: cookie)) }
    return response
  }

  private func signIn(_ request: Request, _ context: AdminContext) async throws -> Response {
    try checkPasswords()
    let body = try await AdminBody.decode(SignIn.self, from: request, context: context)
    guard try await access.check(body.password, of: body.name, from: context.address),
      let user = try await access.store.user(named: body.name)
    else { throw Self.wrong("the name or the password is wrong") }
    return try await begin(user, request, context)
  }

  private func setUp(_ request: Request, _ context: AdminContext) async throws -> Response {
    try checkPasswords()
    let body = try await AdminBody.decode(SetUp.self, from: request, context: context)
    guard try await !access.hasAdministrator() else { throw Self.refusal(.alreadySetUp) }
    if let token = body.token {
      guard try await access.checkSetUpToken(token, from: context.address) else {
        throw Self.wrong("the set-up token is wrong; the gateway has printed it at its start")
      }
    } else if needsToken(request), context.identity?.proof != .file {
      throw AdminProblem.invalidRequest("'token' is missing: the gateway has printed it at its start", at: "")
    }
    try UserRoutes.check(name: body.name)
    let password = try await access.hash(body.password, at: "/password")
    do {
      let user = try await access.store.makeUser(
        body.name, .administrator, password: password, isFirst: true,
        by: AuditAuthor(name: body.name, address: context.address), now: access.now)
      return try await begin(user, request, context)
    } catch let error as AdministratorRefusal {
      throw Self.refusal(error)
    }
  }

  private func changePassword(_ request: Request, _ context: AdminContext) async throws -> Response {
    let identity = try context.proven()
    guard identity.proof == .session else {
      throw AdminProblem(.forbidden, .notPermitted, "a token has no password")
    }
    try await checkLink(of: identity.name)
    let body = try await AdminBody.decode(NewPassword.self, from: request, context: context)
    guard try await access.check(body.old, of: identity.name, from: context.address) else {
      throw Self.wrong("the old password is wrong")
    }
    var change = AdministratorChange()
    change.password = try await access.hash(body.new, at: "/new")
    guard
      let user = try await access.store.changeUser(identity.name, change, by: context.author, now: access.now)
    else { throw AdminProblem.notSignedIn(isSetUpNeeded: false) }
    return try await begin(user, request, context)
  }

  /// A new cookie: one that somebody has planted before is worth nothing.
  private func begin(_ user: Administrator, _ request: Request, _ context: AdminContext) async throws -> Response {
    let cookie = SessionCookie()
    try await access.store.beginSession(
      cookie.value, of: user.name, replacing: SessionCookie(request)?.value,
      by: AuditAuthor(name: user.name, address: context.address), now: access.now)
    let identity = AdminIdentity(name: user.name, role: user.role, team: user.team, proof: .session)
    var response = try AdminJSON.response(
      .ok, SignedIn(user: UserOfSession(identity), csrf: cookie.csrf, gateway: backend.gatewayURL))
    response.headers[.setCookie] = cookie.header(for: request, backend.entrance)
    return response
  }

  private func needsToken(_ request: Request) -> Bool {
    !isTokenOptional || ProxyTraces.areIn(request) || backend.entrance.provider != nil
  }

  private func checkPasswords() throws(AdminProblem) {
    guard let provider = backend.entrance.provider, !provider.takesPasswords else { return }
    throw AdminProblem(
      .forbidden, .notPermitted, "passwords let nobody in here (server.admin.oidc); sign in by \(provider.name)")
  }

  private func checkLink(of name: String) async throws {
    guard let issuer = try await access.store.user(named: name)?.issuer else { return }
    throw Self.refusal(.linked(name: name, issuer: issuer))
  }

  private static func wrong(_ detail: String) -> AdminProblem {
    AdminProblem(.unauthorized, .invalidCredentials, detail)
  }

  /// The same as an answer.
  static func refusal(_ refusal: AdministratorRefusal) -> AdminProblem {
    switch refusal {
    case .exists, .alreadySetUp: AdminProblem(.conflict, .objectExists, "\(refusal)")
    case .linked: AdminProblem(.conflict, .invalidRequest, "\(refusal)")
    case .last: AdminProblem(.conflict, .lastAdministrator, "\(refusal)")
    }
  }
}

/// USER of docs/admin-api.md.
struct UserOfSession: Codable {
  let name: String
  let role: String
  @OrNull var team: String?
  let permissions: [AdminPermission]

  init(_ identity: AdminIdentity) {
    name = identity.name
    role = identity.role.rawValue
    permissions = identity.permissions
    team = identity.team
  }
}

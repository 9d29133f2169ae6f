import GatewayCore
import GatewayStorage
import HTTPTypes
import Hummingbird

/// Finds out who makes a request. Routes decide what that is worth.
///
/// A request of a session that changes something must carry `x-sluice-csrf`. Paths that everybody may read cost no look into the
/// database.
struct IdentityGuard: RouterMiddleware {
  // Whoever signs in has no session yet, or one that ends by it.
  private static let entrances: Set<String> = ["\(AdminRouter.root)/session", "\(AdminRouter.root)/setup"]

  let settings: AdminSettings
  /// nil: there are no users, only the token of the configuration.
  let access: AdminAccess?
  let backend: any AdminBackend

  func handle(
    _ request: Request, context: AdminContext, next: @concurrent (Request, AdminContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    guard path.hasPrefix("/api/") || path.hasPrefix("/config") || path == "/metrics" && !settings.areMetricsOpen else {
      return try await next(request, context)
    }
    var context = context
    if request.headers[.authorization] != nil {
      context.identity = try await identity(ofBearer: request)
    } else if let access, let cookie = SessionCookie(request) {
      context.identity = try await access.identity(of: cookie, by: backend.entrance)
      if context.identity != nil { try checkOrigin(of: request, cookie) }
    }
    if context.identity == nil {
      // Where an issuer says who comes in, there is somebody from the start.
      let hasIssuer = backend.entrance.provider != nil
      let hasNobody = try await access?.hasAdministrator() == false
      context.isSetUpNeeded = hasNobody && !hasIssuer
      // A person on this machine, before there is a user: what needs no user works without a login.
      let isOpen = access == nil && !hasIssuer || context.isSetUpNeeded && !ProxyTraces.areIn(request)
      if isOpen, settings.token == nil, settings.isLoopback { context.identity = .machine }
    }
    do { return try await next(request, context) } catch let problem as AdminProblem {
      try await note(problem, of: request, context)
      throw problem
    }
  }

  /// Tells of somebody who is known and wanted to change what the role does not allow, or to read what was said.
  private func note(_ problem: AdminProblem, of request: Request, _ context: AdminContext) async throws {
    guard problem.code == .notPermitted, let access, let identity = context.identity, identity.proof != .machine,
      request.method != .get && request.method != .head || problem.missing == .conversations
    else { return }
    try await access.note(
      RefusedAccess(
        author: context.author, role: identity.role,
        operation: "\(request.method) \(context.endpointPath ?? "elsewhere")",
        request: "\(request.method) \(request.uri.path.prefix(Self.longestPath))"))
  }

  // Of the audit trail: a path of ours is shorter.
  private static let longestPath = 512

  /// - Throws: 401 for a token that is not known: whoever sends one expects that it works.
  private func identity(ofBearer request: Request) async throws -> AdminIdentity? {
    if let token = BearerToken.of(request) {
      if let expected = settings.token, BearerToken.matches(token, expected) { return .file }
      if let identity = try await access?.identity(ofToken: token) { return identity }
    }
    // As it was before there were users: nothing is asked for, so nothing is looked at.
    if access == nil, settings.token == nil { return nil }
    throw AdminProblem(
      .unauthorized, .invalidCredentials, "the token of 'authorization: Bearer TOKEN' is not known, or has expired",
      headers: [.wwwAuthenticate: "Bearer"])
  }

  private func checkOrigin(of request: Request, _ cookie: SessionCookie) throws {
    let isEntrance = request.method == .post && Self.entrances.contains(request.uri.path)
    guard request.method != .get, request.method != .head, !isEntrance else { return }
    guard cookie.proves(request.headers[.csrf]) else {
      throw AdminProblem(
        .forbidden, .csrfMissing, "send the 'csrf' of GET \(AdminRouter.root)/session as the header x-sluice-csrf")
    }
  }
}

/// What proxies add to requests: one on this machine speaks for others.
enum ProxyTraces {
  private static let fields = ["forwarded", "via", "x-forwarded-for", "x-real-ip"].compactMap { HTTPField.Name($0) }

  static func areIn(_ request: Request) -> Bool { fields.contains { request.headers[$0] != nil } }
}

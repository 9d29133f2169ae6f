import GatewayCore
import HTTPTypes
import Hummingbird

/// Finds out who makes a request. Routes decide what that is worth.
struct IdentityGuard: RouterMiddleware {
  let settings: AdminSettings

  func handle(
    _ request: Request, context: AdminContext, next: @concurrent (Request, AdminContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    if let token = settings.token {
      context.identity = BearerToken.of(request).flatMap { BearerToken.matches($0, token) ? .file : nil }
    } else {
      context.identity = .machine
    }
    return try await next(request, context)
  }
}

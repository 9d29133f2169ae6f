import GatewayCore
import HTTPTypes
import Hummingbird

/// Asks for `authorization: Bearer TOKEN` on every path but those that are open.
struct TokenGuard<Context: RequestContext>: RouterMiddleware {
  let token: Secret
  /// Paths that need no token: probes, and `/metrics` where so configured.
  let open: Set<String>

  func handle(
    _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    if !open.contains(request.uri.path), !isAuthorized(request.headers[values: .authorization]) {
      throw AdminRefusal(
        .unauthorized, code: "invalid_admin_token",
        "this needs the token of server.admin.token as 'authorization: Bearer TOKEN'",
        headers: [.wwwAuthenticate: "Bearer"])
    }
    return try await next(request, context)
  }

  private func isAuthorized(_ headers: [String]) -> Bool {
    guard headers.count == 1 else { return false }
    let parts = headers[0].split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
    let presented = Array(parts[1].utf8)
    return token.reveal { Self.isEqual(presented, Array($0.utf8)) }
  }

  /// Takes as long whatever the bytes are; only the length of `presented`, which its sender knows, shows.
  static func isEqual(_ presented: [UInt8], _ expected: [UInt8]) -> Bool {
    guard !expected.isEmpty else { return false }
    var difference = presented.count ^ expected.count
    for (index, byte) in presented.enumerated() { difference |= Int(byte ^ expected[index % expected.count]) }
    return difference == 0
  }
}

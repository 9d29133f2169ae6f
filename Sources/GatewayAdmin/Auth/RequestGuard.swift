import GatewayCore
import HTTPTypes
import Hummingbird

/// Keeps web pages in a browser of the same machine from talking to a plane that needs no login.
///
/// On loopback the `Host` must be a name of this machine, or a page could point its own name here (DNS rebinding).
/// Requests that change something must not come from another origin.
struct RequestGuard<Context: RequestContext>: RouterMiddleware {
  let host: String
  let backend: any AdminBackend

  func handle(
    _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    // Browsers always send a host; probes over HTTP/1.0 need not.
    if HostName.isLoopback(host), let authority = request.head.authority {
      let name = HostName.withoutPort(authority)
      let isKnown = HostName.isLoopback(name) || name == host.lowercased()
      guard isKnown || name == backend.entrance.url?.endpoint.host.lowercased() else {
        throw AdminRefusal(
          .forbidden, code: "host_not_allowed",
          "the admin plane answers to its loopback address only; use \(backend.entrance.scheme)://\(HostName.authority(host)), or set 'server.admin.url'"
        )
      }
    }
    if request.method != .get, request.method != .head, let origin = request.headers[.origin] {
      guard isOwn(origin, authority: request.head.authority) else {
        throw AdminRefusal(
          .forbidden, code: "origin_not_allowed", "requests from pages of other sites are refused")
      }
    }
    return try await next(request, context)
  }

  private func isOwn(_ origin: String, authority: String?) -> Bool {
    guard let authority, let scheme = ["http://", "https://"].first(where: { origin.hasPrefix($0) }) else {
      return false
    }
    return origin.dropFirst(scheme.count).lowercased() == authority.lowercased()
  }
}

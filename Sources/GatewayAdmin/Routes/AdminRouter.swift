import HTTPTypes
import Hummingbird

/// The routes of the admin plane and what stands before them.
enum AdminRouter {
  static let root = "/api/v1"

  /// - Parameters:
  ///   - access: nil: there are no users, only the token of the configuration.
  ///   - routes: further ones below `/api/v1`.
  static func make(
    settings: AdminSettings, backend: any AdminBackend, access: AdminAccess? = nil, routes: [any AdminRoutes] = []
  ) -> Router<AdminContext> {
    let routes = own(settings, access, backend) + routes
    let router = Router(context: AdminContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: AnswerEnvelope(paths: paths(settings, backend, routes)))
    router.add(middleware: RequestGuard(host: settings.host, backend: backend))
    router.add(middleware: IdentityGuard(settings: settings, access: access, backend: backend))
    add(settings, backend, routes, to: router)
    return router
  }

  private static func own(
    _ settings: AdminSettings, _ access: AdminAccess?, _ backend: any AdminBackend
  ) -> [any AdminRoutes] {
    guard let access else { return [] }
    return [
      SessionRoutes(access: access, settings: settings, backend: backend), UserRoutes(access: access),
      TokenRoutes(access: access), AuditRoutes(access: access),
    ]
  }

  private static func add(
    _ settings: AdminSettings, _ backend: any AdminBackend, _ routes: [any AdminRoutes],
    to router: Router<AdminContext>
  ) {
    HealthRoutes(backend: backend).add(to: router)
    MetricsRoute(backend: backend, isOpen: settings.areMetricsOpen).add(to: router)
    ConfigurationRoutes(backend: backend).add(to: router)
    ConsoleRoutes().add(to: router)
    let group = router.group(RouterPath(root))
    for routes in routes { routes.add(to: group) }
  }

  /// What the router takes, found out by one that serves nobody: middleware is there before routes are.
  private static func paths(
    _ settings: AdminSettings, _ backend: any AdminBackend, _ routes: [any AdminRoutes]
  ) -> KnownPaths {
    let router = Router(context: AdminContext.self)
    add(settings, backend, routes, to: router)
    return KnownPaths(router.routes.map { (path: "\($0.path)", method: $0.method) })
  }
}

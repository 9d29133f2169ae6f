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
    let described = describedRoutes(settings, backend, access, own(settings, access, backend, routes) + routes)
    let paths = KnownPaths(
      described.map { (path: $0.path, method: $0.method) } + ConsoleRoutes.paths.map { (path: $0, method: .get) })
    let router = Router(context: AdminContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: AnswerEnvelope(paths: paths))
    router.add(middleware: RequestGuard(host: settings.host, backend: backend))
    router.add(middleware: IdentityGuard(settings: settings, access: access, backend: backend))
    for route in described { route.add(to: router) }
    ConsoleRoutes().add(to: router)
    return router
  }

  private static func own(
    _ settings: AdminSettings, _ access: AdminAccess?, _ backend: any AdminBackend, _ others: [any AdminRoutes]
  ) -> [any AdminRoutes] {
    guard let access else { return [] }
    let issuers = others.lazy.compactMap { $0 as? SignInRoutes }.first
    return [
      SessionRoutes(access: access, settings: settings, backend: backend, issuers: issuers), UserRoutes(access: access),
      TokenRoutes(access: access), AuditRoutes(access: access),
    ]
  }

  /// All but the files of the console, with the document that describes them.
  private static func describedRoutes(
    _ settings: AdminSettings, _ backend: any AdminBackend, _ access: AdminAccess?, _ routes: [any AdminRoutes]
  ) -> [AdminRoute] {
    var plain = AdminRouteList()
    HealthRoutes(backend: backend).add(to: &plain)
    MetricsRoute(backend: backend, isOpen: settings.areMetricsOpen).add(to: &plain)
    ConfigurationRoutes(backend: backend, access: access).add(to: &plain)
    var group = AdminRouteList(root: root)
    for routes in routes { routes.add(to: &group) }
    let others = plain.routes + group.routes
    var own = AdminRouteList(root: root)
    DocumentRoute(others: others).add(to: &own)
    return others + own.routes
  }
}

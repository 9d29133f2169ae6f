import HTTPTypes
import Hummingbird

/// The routes of the admin plane and what stands before them.
enum AdminRouter {
  private static let probes: Set<String> = ["/health/live", "/health/ready"]

  static func make(settings: AdminSettings, backend: any AdminBackend) -> Router<BasicRequestContext> {
    let router = Router(options: .autoGenerateHeadEndpoints)
    router.add(middleware: AnswerEnvelope(methods: methods))
    router.add(middleware: RequestGuard(host: settings.host))
    if let token = settings.token {
      router.add(
        middleware: TokenGuard(token: token, open: settings.metricsNeedToken ? probes : probes.union(["/metrics"])))
    }
    HealthRoutes(backend: backend).add(to: router)
    MetricsRoute(backend: backend).add(to: router)
    ConfigurationRoutes(backend: backend).add(to: router)
    return router
  }

  private static let methods: [String: [HTTPRequest.Method]] = [
    "/health/live": [.get, .head], "/health/ready": [.get, .head], "/metrics": [.get, .head],
    "/config": [.get, .head], "/config/reload": [.post],
  ]
}

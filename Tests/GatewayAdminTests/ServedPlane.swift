import GatewayAdmin
import Logging

/// Runs an admin plane on a free port for as long as `body` takes.
func withServedPlane(
  _ settings: AdminSettings = AdminSettings(port: 0), backend: ScriptedBackend = ScriptedBackend(),
  access: AdminAccess? = nil, routes: [any AdminRoutes] = [],
  _ body: @Sendable (_ port: Int) async throws -> Void
) async throws {
  let (ports, bound) = AsyncStream.makeStream(of: Int.self)
  let plane = try AdminPlane(
    settings, backend: backend, access: access, routes: routes, logger: quiet,
    onListening: { _, port in bound.yield(port) })
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      defer { bound.finish() }
      try await plane.run()
    }
    if let port = await ports.first(where: { _ in true }) { try await body(port) }
    group.cancelAll()
    do { try await group.waitForAll() } catch is CancellationError { return }
  }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

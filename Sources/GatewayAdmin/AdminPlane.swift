import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
import ServiceLifecycle

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The control plane: health, metrics, configuration. Serves until its task is cancelled or the process shuts down
/// gracefully.
package struct AdminPlane: Service {
  /// Told once the port is bound.
  package typealias ListeningHandler = @Sendable (_ host: String, _ port: Int) async -> Void

  /// Puts TLS before what the plane speaks. Called on the event loop of a new connection.
  package typealias ConnectionHandler = @Sendable (any Channel) throws -> Void

  // Scrapers, probes and a few browsers; whoever comes on top waits in the listen queue.
  private static let connections = 128

  private let settings: AdminSettings
  private let backend: any AdminBackend
  private let access: AdminAccess?
  private let routes: [any AdminRoutes]
  private let logger: Logger
  private let onConnection: ConnectionHandler
  private let onListening: ListeningHandler

  /// - Parameters:
  ///   - access: users, sessions and tokens; nil: there is only the token of the configuration.
  ///   - routes: further ones below `/api/v1`.
  ///   - onConnection: what throws closes the connection.
  ///   - onListening: gets the address as it is bound, with the real port where 0 was asked for.
  package init(
    _ settings: AdminSettings, backend: any AdminBackend, access: AdminAccess? = nil, routes: [any AdminRoutes] = [],
    logger: Logger, onConnection: @escaping ConnectionHandler = { _ in },
    onListening: @escaping ListeningHandler = { _, _ in }
  ) throws(AdminError) {
    try Self.check(settings)
    self.settings = settings
    self.backend = backend
    self.access = access
    self.routes = routes
    self.logger = logger
    self.onConnection = onConnection
    self.onListening = onListening
  }

  /// Refuses an address where anybody could come in.
  package static func check(_ settings: AdminSettings) throws(AdminError) {
    guard settings.token != nil || settings.isAdministered || settings.isLoopback else {
      throw .tokenNeeded(host: settings.host)
    }
  }

  package func run() async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for route in routes { group.addTask { await route.keepReady() } }
        if let access { group.addTask { await access.keepTellingRepeats() } }
        try await makeApplication().run()
        group.cancelAll()
        await access?.tellRepeatsOrLog(isLast: true)
      }
    } catch let error as IOError {
      throw AdminError.cannotListen(
        host: settings.host, port: settings.port,
        reason: error.errnoCode == EADDRINUSE ? "the port is taken" : error.description)
    } catch let error as SocketAddressError {
      throw AdminError.cannotListen(host: settings.host, port: settings.port, reason: "\(error)")
    }
  }

  func makeApplication() -> some ApplicationProtocol {
    // The library's own start message would only repeat ours.
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let host = settings.host
    return Application(
      router: AdminRouter.make(settings: settings, backend: backend, access: access, routes: routes),
      server: HTTPServerBuilder { [onConnection] responder in
        AdminChannel(
          http: HTTP1Channel(responder: responder, configuration: .init(idleTimeout: .seconds(60))),
          onConnection: onConnection)
      },
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.connections)),
      onServerRunning: { [onListening] channel in
        await onListening(channel.localAddress?.ipAddress ?? host, channel.localAddress?.port ?? 0)
      }, logger: quiet)
  }
}

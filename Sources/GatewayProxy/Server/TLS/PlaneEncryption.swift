package import GatewayCore
package import Logging
package import NIOCore

/// TLS of a plane that another module serves: each new connection gets what the settings are by then.
package final class PlaneEncryption: Sendable {
  package typealias Reading = @Sendable () -> ListenerTLS?

  private let settings: Reading
  private let contexts = ListenerContexts()
  private let log: HandshakeLog

  /// - Parameter settings: nil: the plane speaks plain HTTP.
  package init(logger: Logger, _ settings: @escaping Reading) {
    self.settings = settings
    log = HandshakeLog(logger)
  }

  /// Puts TLS before whatever else the channel gets. To be called on its event loop.
  package func addHandlers(to channel: any Channel) throws {
    guard let tls = settings() else { return }
    try contexts.context(for: tls).addHandlers(reportingTo: log, to: channel.pipeline.syncOperations)
  }
}

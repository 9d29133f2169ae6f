import GatewayCore
import GatewayProxy
import Logging
import ServiceLifecycle

/// The data plane as a service: serves until it is told to end, then drains.
struct DataPlaneService: Service {
  let server: GatewayServer
  let shown: RunningConfiguration
  let logger: Logger

  func run() async throws {
    try await gracefulShutdown()
    shown.drainBegan()
    let drain = shown.snapshot?.server.drain ?? .seconds(30)
    logger.info("draining", metadata: ["limit": "\(drain)"])
    let cut = await server.drain(within: drain)
    if cut > 0 { logger.warning("exchanges were cut at the end of the drain", metadata: ["count": "\(cut)"]) }
  }
}

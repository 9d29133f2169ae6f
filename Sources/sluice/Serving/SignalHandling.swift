import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// SIGTERM and SIGINT drain, a second one exits at once; SIGHUP reloads.
struct SignalHandling {
  let group: ServiceGroup
  let controller: ConfigurationController
  let logger: Logger

  func run() async {
    await withDiscardingTaskGroup { reloads in
      var isEnding = false
      for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup) {
        if signal == .sighup {
          reloads.addTask { _ = await controller.reload(because: "SIGHUP") }
          continue
        }
        if isEnding {
          logger.warning("a second signal: exiting at once")
          exit(1)
        }
        isEnding = true
        await group.triggerGracefulShutdown()
      }
    }
  }
}

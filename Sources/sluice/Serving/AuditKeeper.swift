import GatewayCore
import GatewayStorage
import Logging
import ServiceLifecycle

/// Moves old records of changes into files, and deletes files that are older than `audit.retention`: at the start and every hour.
struct AuditKeeper: Service {
  private static let interval: Duration = .seconds(3600)

  private let archivist: AuditArchivist
  private let logger: Logger

  init(_ archivist: AuditArchivist, logger: Logger) {
    self.archivist = archivist
    self.logger = logger
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      repeat { await keep() } while (try? await Task.sleep(for: Self.interval)) != nil
    }
  }

  private func keep() async {
    do {
      let result = try await archivist.run(now: .now)
      for file in result.archived {
        logger.notice("records of changes were archived", metadata: ["file": "\(file)"])
      }
      for file in result.expired { logger.notice("an audit file has expired", metadata: ["file": "\(file)"]) }
    } catch is CancellationError {
      return
    } catch {
      logger.error("audit records were not archived: tried again in an hour", metadata: ["problem": "\(error)"])
    }
  }
}

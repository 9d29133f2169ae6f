import Foundation
import GatewayCore
import GatewayPolicies
import GatewayStorage
import Logging
import ServiceLifecycle

/// Keeps what limits have counted, so that it outlives the process: what changed is stored ten times a second, and once more at
/// the end. A crash loses at most the last tenth of a second.
actor CounterKeeper: Service {
  private static let interval: Duration = .milliseconds(100)

  private let counters: SharedCounters
  private let store: DatabaseStore
  private let logger: Logger
  /// What has not been stored yet.
  private var pending: [CounterTable.Record] = []
  private var isBroken = false

  init(_ counters: SharedCounters, store: DatabaseStore, logger: Logger) {
    self.counters = counters
    self.store = store
    self.logger = logger
  }

  /// Takes up what an earlier process has counted. What cannot be read is told, and counting begins anew.
  func restore() async {
    do {
      counters.restore(try await store.counters())
    } catch {
      logger.error("the counters of limits cannot be read: they begin anew", metadata: ["reason": "\(error)"])
    }
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: Self.interval)) != nil {
        await self.save()
      }
    }
    await save()
  }

  private func save() async {
    pending = Self.joined(pending, counters.takeChanges(now: .now))
    guard !pending.isEmpty else { return }
    do {
      try await store.save(pending)
      pending = []
      if isBroken { logger.notice("the counters of limits are stored again") }
      isBroken = false
    } catch {
      // Told once, not ten times a second; what was not stored is tried again with the next changes.
      if !isBroken { logger.error("the counters of limits cannot be stored", metadata: ["reason": "\(error)"]) }
      isBroken = true
    }
  }

  /// The later of two records of one counter stands.
  private static func joined(_ old: [CounterTable.Record], _ new: [CounterTable.Record]) -> [CounterTable.Record] {
    if old.isEmpty { return new }
    var byName: [[String]: CounterTable.Record] = [:]
    for record in old + new { byName[[record.limit, record.subject]] = record }
    return Array(byName.values)
  }
}

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
  /// Between two looks for changes of quotas: 300 ms.
  private static let ticksOfQuotas = 3

  private let counters: SharedCounters
  private let store: DatabaseStore
  private let quotas: @Sendable () -> [Limit]
  private let logger: Logger
  /// Changes of quotas that are in the counters, and still wait in the database.
  private var applied: Set<Int64> = []
  private var ticks = 0
  private var isRunning = false
  /// Those who wait for their changes to be counted.
  private var waiting: [CheckedContinuation<Void, Never>] = []
  /// What has not been stored yet.
  private var pending: [CounterTable.Record] = []
  private var isBroken = false

  /// - Parameter quotas: those of the running configuration.
  init(
    _ counters: SharedCounters, store: DatabaseStore, quotas: @escaping @Sendable () -> [Limit], logger: Logger
  ) {
    self.quotas = quotas
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
    isRunning = true
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: Self.interval)) != nil {
        await self.takeQuotaChanges()
        await self.save()
      }
    }
    isRunning = false
    answer(waiting)
    await save()
  }

  /// Returns when changes that are in the database now are counted: after a tenth of a second at most, while it answers.
  func takesQuotaChanges() async {
    guard isRunning else { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func answer(_ asking: [CheckedContinuation<Void, Never>]) {
    waiting.removeFirst(asking.count)
    for continuation in asking { continuation.resume() }
  }

  /// Counts what commands have put into quotas. A change leaves the database together with the counters that it is in, so that it
  /// is counted once, also after a crash.
  private func takeQuotaChanges() async {
    ticks += 1
    let asking = waiting
    defer { answer(asking) }
    let quotas = quotas()
    guard ticks % Self.ticksOfQuotas == 0 || !asking.isEmpty, !quotas.isEmpty,
      let waiting = try? await store.waitingQuotaChanges(), !waiting.isEmpty
    else { return }
    let byID = Dictionary(quotas.map { ($0.id, $0) }) { first, _ in first }
    for (number, change) in waiting where !applied.contains(number) {
      // Of a quota that the configuration does not have yet, or no more: it waits.
      guard let limit = byID[change.limit] else { continue }
      counters.change(limit, subject: change.subject, by: change.amount, now: .now)
      applied.insert(number)
      logger.notice(
        "a quota was changed",
        metadata: ["quota": "\(limit.quota?.name ?? "")", "subject": "\(change.subject)", "by": "\(change.amount)"])
    }
  }

  private func save() async {
    pending = Self.joined(pending, counters.takeChanges(now: .now))
    guard !pending.isEmpty || !applied.isEmpty else { return }
    do {
      if applied.isEmpty {
        try await store.save(pending)
      } else {
        try await store.save(pending, applied: Array(applied))
      }
      pending = []
      applied = []
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

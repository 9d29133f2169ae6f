import GatewayCore
import GatewayStorage
import GatewayTelemetry
import ServiceLifecycle
import Synchronization

/// Reads the counters of the event loops every few seconds, so that the last hours can be shown by minute without a look at single
/// exchanges.
final class TrafficSampler: Service {
  private static let interval: Duration = .seconds(5)
  // Rows of the time before this process that are looked at, once.
  private static let recalled = 50_000

  private let telemetry: Telemetry
  private let ledger: LedgerDesk?
  private let startedAt: WallTime
  private let history = Mutex(TrafficHistory())

  init(_ telemetry: Telemetry, ledger: LedgerDesk?) {
    self.telemetry = telemetry
    self.ledger = ledger
    startedAt = .now
  }

  /// With what was counted until now.
  var current: TrafficHistory {
    sample()
    return history.withLock { $0 }
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await self.recall()
      while (try? await Task.sleep(for: Self.interval)) != nil { self.sample() }
    }
  }

  private func sample() {
    // Under the lock: of two readings the older one must not come last.
    history.withLock { $0.add(telemetry.traffic(), at: .now) }
  }

  /// A restart empties no chart.
  private func recall() async {
    let start = startedAt.milliseconds
    let span = start - TrafficHistory.length * 60_000..<start
    let minutes = try? await ledger?.ask(or: []) { try $0.minutes(ended: span, budget: Self.recalled) }
    guard let minutes else { return }
    history.withLock { history in
      for minute in minutes { history.recall(minute.minute, minute.group, minute.totals, now: .now) }
    }
  }
}

package import GatewayCore
import Synchronization

/// What became of spans that were to go to a collector.
package final class SpanCounts: Sendable {
  private let exported = Atomic<Int>(0)
  private let rejected = Atomic<Int>(0)
  private let failed = Atomic<Int>(0)

  init() {}

  /// The collector has taken them.
  package func exported(_ count: Int) { exported.wrappingAdd(count, ordering: .relaxed) }

  /// The collector has taken others of the same request.
  package func rejected(_ count: Int) { rejected.wrappingAdd(count, ordering: .relaxed) }

  /// The collector has not taken them.
  package func failed(_ count: Int) { failed.wrappingAdd(count, ordering: .relaxed) }

  /// By the value of the label `result`.
  package var all: [(result: String, count: Int)] {
    [
      ("exported", exported.load(ordering: .relaxed)), ("rejected", rejected.load(ordering: .relaxed)),
      ("failed", failed.load(ordering: .relaxed)),
    ]
  }
}

extension ExchangeRecord {
  /// That its trace has of it: its own, and one for each attempt.
  package var spans: Int { 1 + attempts.count }
}

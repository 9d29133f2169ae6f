import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayPolicies
import GatewayStorage
import Synchronization

/// What limits have counted, read beside the gateways that count.
struct ExplainCounts {
  let counts: Explanation.Counts
  /// How current it is.
  let source: String

  static func read(
    _ start: StartSettings, _ store: DatabaseStore?, for question: Explanation.Question, in snapshot: GatewaySnapshot
  ) async throws -> ExplainCounts {
    let wanted = Self.wanted(question, snapshot)
    let ofStored = wanted.filter { $0.limit.unit == .stored }
    var stored: [[String]: Int64] = [:]
    if let store {
      let numbers = try await store.stored(by: ofStored, now: .now)
      for (demand, number) in zip(ofStored, numbers) { stored[name(demand)] = number }
    }
    if let shared = start.shared {
      return try await ofRedis(shared, wanted.filter { $0.limit.unit != .stored }, stored)
    }
    let (known, counters) = (stored, SharedCounters(capacity: snapshot.server.limits.counters))
    if let store { counters.restore(try await store.counters()) }
    let now = WallTime.now
    return ExplainCounts(
      counts: Explanation.Counts(
        used: { demand in
          switch demand.limit.unit {
          case .concurrent: nil
          case .stored: known[name(demand)] ?? 0
          default: counters.used(of: demand.limit, subject: demand.subject, now: now)
          }
        },
        refusal: { demands in
          if demands.contains(where: { $0.limit.unit == .stored }) { return Self.refusal(demands, known) }
          switch counters.reserveNow(demands, now: now) {
          case .failure(.refused(let refusal)): return refusal
          case .success(let reservation): _ = counters.settle(reservation, spent: .nothing, now: now)
          case .failure, nil: break
          }
          return nil
        }),
      source: store == nil
        ? "there is no database yet: nothing is counted"
        : "counters are those of the database; a running gateway stores them every 100 ms")
  }

  /// What a first pass says would be counted.
  private static func wanted(_ question: Explanation.Question, _ snapshot: GatewaySnapshot) -> [Demand] {
    var wanted: [Demand] = []
    let asking = Explanation.Counts(
      used: { demand in
        wanted.append(demand)
        return nil
      }, refusal: { _ in nil })
    _ = Explanation(question, in: snapshot, counts: asking, now: .now)
    return wanted
  }

  /// - Parameter stored: what is used of limits of stored bytes, which Redis does not count.
  private static func ofRedis(
    _ shared: SharedStorage, _ wanted: [Demand], _ stored: [[String]: Int64]
  ) async throws -> ExplainCounts {
    let now = WallTime.now
    var used = stored
    var source = "counters are those of Redis at \(shared.address)"
    do throws(RedisError) {
      let numbers = try await RedisLimits.used(
        by: wanted, try SharedLimits.dialer(shared), installation: shared.installation, now: now)
      for (demand, number) in zip(wanted, numbers) { used[name(demand)] = number }
    } catch {
      source = "what is used is not known, for Redis at \(shared.address) does not answer: \(error)"
    }
    let known = used
    return ExplainCounts(
      counts: Explanation.Counts(
        used: { known[name($0)] }, refusal: { Self.refusal($0, known) }), source: source)
  }

  /// The first that does not fit, as far as it is known what is used.
  private static func refusal(_ demands: [Demand], _ known: [[String]: Int64]) -> LimitRefusal? {
    for demand in demands {
      guard let used = known[name(demand)], used > demand.limit.amount - demand.amount else { continue }
      return LimitRefusal(
        limit: demand.limit, subject: demand.subject, used: used, amount: demand.amount, wait: nil,
        standings: Standings())
    }
    return nil
  }

  private static func name(_ demand: Demand) -> [String] { [demand.limit.id, demand.subject] }
}

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
    if let shared = start.shared { return try await ofRedis(shared, question, snapshot) }
    let counters = SharedCounters(capacity: snapshot.server.limits.counters)
    if let store { counters.restore(try await store.counters()) }
    let now = WallTime.now
    return ExplainCounts(
      counts: Explanation.Counts(
        used: { demand in
          demand.limit.unit == .concurrent
            ? nil : counters.used(of: demand.limit, subject: demand.subject, now: now)
        },
        refusal: { demands in
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

  private static func ofRedis(
    _ shared: SharedStorage, _ question: Explanation.Question, _ snapshot: GatewaySnapshot
  ) async throws -> ExplainCounts {
    let now = WallTime.now
    var wanted: [Demand] = []
    // A first pass only asks what would be counted.
    let asking = Explanation.Counts(
      used: { demand in
        wanted.append(demand)
        return nil
      }, refusal: { _ in nil })
    _ = Explanation(question, in: snapshot, counts: asking, now: now)
    var used: [[String]: Int64] = [:]
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
        used: { known[name($0)] },
        refusal: { demands in
          for demand in demands {
            guard let used = known[name(demand)], used > demand.limit.amount - demand.amount else { continue }
            return LimitRefusal(
              limit: demand.limit, subject: demand.subject, used: used, amount: demand.amount, wait: nil,
              standings: Standings())
          }
          return nil
        }), source: source)
  }

  private static func name(_ demand: Demand) -> [String] { [demand.limit.id, demand.subject] }
}

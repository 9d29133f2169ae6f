import Foundation
import GatewayCore
import GatewayPolicies
import GatewayStorage
import GatewayTesting
import NIOCore
import NIOPosix
import Testing

/// A store of counters as tests see it: from anywhere, as one of several gateways that share it.
struct SharedStore: Sendable {
  let reserve: @Sendable ([Demand]) async -> Result<Reservation, LimitDenial>
  let settle: @Sendable (Reservation, Spent) async -> Void

  /// Whether the call was let in.
  func lets(_ demands: Demand...) async -> Bool { (try? await reserve(demands).get()) != nil }

  func refusal(_ demands: Demand...) async -> LimitRefusal? {
    guard case .failure(.refused(let refusal)) = await reserve(demands) else { return nil }
    return refusal
  }
}

enum StoreKind: CaseIterable {
  case memory, redis

  /// Runs `body` with three gateways' views of one store.
  func with(_ body: ([SharedStore]) async throws -> Void) async throws {
    switch self {
    case .memory:
      let counters = SharedCounters()
      let store = SharedStore(
        reserve: { demands in
          counters.reserveNow(demands, now: .current) ?? .success(Reservation())
        }, settle: { _ = counters.settle($0, spent: $1, now: .current) })
      try await body([store, store, store])
    case .redis:
      try await RedisServer.running { server in
        let nodes = try await (0..<3).asyncMap { _ in try await TestNode(port: server.port) }
        do { try await body(nodes.map(\.store)) } catch {
          for node in nodes { node.kill() }
          throw error
        }
        for node in nodes { node.kill() }
      }
    }
  }
}

/// A gateway with one event loop that counts in Redis.
final class TestNode: Sendable {
  let limits: RedisLimits
  let store: SharedStore
  let events: EventLog<Bool>
  /// Percents that the store has told of.
  let budgets: EventLog<Int>
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  init(port: Int, timeout: TimeAmount = .seconds(15), _ change: (inout RedisLimits.Settings) -> Void = { _ in })
    async throws
  {
    var settings = RedisLimits.Settings()
    settings.heartbeat = .milliseconds(20)
    settings.patience = 500
    change(&settings)
    let events = EventLog<Bool>()
    let budgets = EventLog<Int>()
    let limits = RedisLimits(
      try RedisDialer(
        GatewayStorageTests.settings(port: port) { redis in
          redis.commandTimeout = timeout
          redis.connectTimeout = timeout
        }), settings
    ) { event in if case .back = event { events.add(true) } else { events.add(false) } }
    let loop = group.next()
    let bound = try await loop.submit {
      NIOLoopBound(limits.store(on: loop) { budgets.add($0.percent) }, eventLoop: loop)
    }.get()
    store = SharedStore(
      reserve: { demands in
        await withCheckedContinuation { continuation in
          loop.execute {
            if let answer = bound.value.reserveNow(demands, now: .current) {
              return continuation.resume(returning: answer)
            }
            bound.value.reserve(demands, now: .current) { continuation.resume(returning: $0) }
          }
        }
      },
      settle: { reservation, spent in
        try? await loop.submit { _ = bound.value.settle(reservation, spent: spent, now: .current) }.get()
      })
    self.limits = limits
    self.events = events
    self.budgets = budgets
  }

  /// It ends without a word.
  func kill() {
    limits.close()
    group.shutdownGracefully { _ in }
  }
}

extension WallTime {
  static var current: WallTime { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}

extension Sequence {
  func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await transform(element)) }
    return values
  }
}

func limit(
  _ unit: LimitUnit, _ amount: Int64, _ period: LimitPeriod? = .hour, id: String = "l", outage: Limit.Outage = .share
) -> Limit {
  Limit(id: id, unit: unit, amount: amount, period: period, currency: unit == .cost ? euro : nil, outage: outage)
}

let euro = Currency("EUR")

func demand(_ limit: Limit, _ amount: Int64 = 1, _ subject: String = "") -> Demand {
  Demand(limit: limit, subject: subject, amount: amount)
}

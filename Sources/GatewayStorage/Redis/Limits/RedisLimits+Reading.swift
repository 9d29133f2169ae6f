package import GatewayCore
import NIOPosix

extension RedisLimits {
  /// What is counted now, in the order of `demands`. Nothing is taken. For a command beside the gateways, which waits for Redis
  /// as long as the settings of the dialer allow.
  package static func used(
    by demands: [Demand], _ dialer: RedisDialer, installation: String, now: WallTime
  ) async throws(RedisError) -> [Int64] {
    if demands.isEmpty { return [] }
    let client = RedisClient(dialer, on: MultiThreadedEventLoopGroup.singleton.next())
    defer { client.close() }
    try await client.connected()
    let counters = demands.map { RedisCounter($0, prefix: prefix(of: installation), now: now) }
    // A limit below 0 refuses, so that the script takes nothing of any.
    let arguments = counters.flatMap { counter in [counter.kind.rawValue, "0", "-1", "\(counter.span)"] }
    let answer = try await client.evaluate(
      RedisLimitScripts.reserve, keys: counters.map(\.key), arguments: (["", "1"] + arguments).map { Array($0.utf8) })
    guard let numbers = answer.elements, numbers.count == 2 + 3 * demands.count else {
      throw .malformed(reason: "the script answered something else")
    }
    return demands.indices.map { numbers[3 + 3 * $0].integer ?? 0 }
  }
}

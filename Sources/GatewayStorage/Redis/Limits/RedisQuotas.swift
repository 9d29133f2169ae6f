package import GatewayCore

/// Quotas that several gateways share: what a command sees and changes is what they count with.
package struct RedisQuotas: Sendable {
  private let client: RedisClient
  private let prefix: [UInt8]

  /// - Parameter installation: see `RedisLimits.Settings`.
  package init(_ client: RedisClient, installation: String) {
    self.client = client
    prefix = RedisLimits.prefix(of: installation)
  }

  /// - Returns: what is used then.
  package func apply(_ change: QuotaChange.Amount, to limit: Limit, subject: String, now: WallTime) async throws
    -> Int64
  {
    let counter = RedisCounter(Demand(limit: limit, subject: subject, amount: 0), prefix: prefix, now: now)
    let (kind, used): (String, Int64) =
      switch change {
      case .add(let amount): ("add", -amount)
      case .set(let amount): ("set", limit.amount - amount)
      }
    let answer = try await client.evaluate(
      RedisLimitScripts.changeQuota, keys: [counter.key],
      arguments: [kind, "\(used)", "\(counter.span)"].map { Array($0.utf8) })
    guard let now = answer.integer else { throw RedisError.malformed(reason: "the script answered something else") }
    return now
  }

  /// What is used of a quota, by subject.
  package func used(of limit: Limit, now: WallTime) async throws -> [(subject: String, used: Int64)] {
    let counter = RedisCounter(Demand(limit: limit, subject: "", amount: 0), prefix: prefix, now: now)
    var found: [String: Int64] = [:]
    var cursor = Array("0".utf8)
    repeat {
      let answer = try await client.evaluate(
        RedisLimitScripts.listQuotas, keys: [counter.key],
        arguments: [Array(String(counter.span).utf8), cursor, Self.pattern(counter.key)])
      guard let elements = answer.elements, let next = elements.first?.bytes, elements.count % 2 == 1 else {
        throw RedisError.malformed(reason: "the script answered something else")
      }
      for index in stride(from: 1, to: elements.count, by: 2) {
        guard let key = elements[index].bytes, let used = elements[index + 1].integer else { continue }
        // A server that moves its keys about may show one twice.
        found[String(decoding: key.dropFirst(counter.key.count), as: UTF8.self)] = used
      }
      cursor = next
    } while cursor != Array("0".utf8)
    return found.sorted { $0.key < $1.key }.map { (subject: $0.key, used: $0.value) }
  }

  /// All keys that begin so: what has a meaning to the server is taken literally.
  private static func pattern(_ start: [UInt8]) -> [UInt8] {
    start.flatMap { byte -> [UInt8] in
      "*?[]^\\-".utf8.contains(byte) ? [UInt8(ascii: "\\"), byte] : [byte]
    } + [UInt8(ascii: "*")]
  }
}

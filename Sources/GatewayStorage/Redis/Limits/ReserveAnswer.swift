import GatewayCore

/// What the server said to a call that wants to be let in.
enum ReserveAnswer {
  case taken([Reservation.Part], Standings)
  case refused(LimitRefusal)

  /// - Parameter value: see `RedisLimitScripts.reserve`.
  static func read(_ value: RedisValue, _ demands: [Demand]) -> Result<ReserveAnswer, RedisError> {
    guard let numbers = value.elements, numbers.count == 2 + 3 * demands.count,
      let refused = numbers[0].integer, let longest = numbers[1].integer, refused <= Int64(demands.count)
    else { return .failure(.malformed(reason: "the script answered something else")) }
    var standings = Standings()
    var parts: [Reservation.Part] = []
    parts.reserveCapacity(demands.count)
    for (index, demand) in demands.enumerated() {
      let limit = demand.limit
      let used = numbers[3 + 3 * index].integer ?? 0
      if limit.unit != .cost, limit.unit != .concurrent {
        let reset = numbers[4 + 3 * index].integer.flatMap { $0 < 0 ? nil : Duration.milliseconds($0) }
        standings.note(
          Standing(limit: limit.amount, remaining: max(0, limit.amount - used), reset: reset), of: limit.unit)
      }
      parts.append(
        Reservation.Part(
          amount: demand.amount, place: index, mark: numbers[2 + 3 * index].integer ?? 0))
    }
    guard refused > 0 else { return .success(.taken(parts, standings)) }
    let demand = demands[Int(refused) - 1]
    return .success(
      .refused(
        LimitRefusal(
          limit: demand.limit, subject: demand.subject, used: numbers[3 * Int(refused)].integer ?? 0,
          amount: demand.amount, wait: longest < 0 ? nil : .milliseconds(longest), standings: standings)))
  }
}

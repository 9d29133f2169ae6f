import Foundation
package import GatewayCore
import NIOCore

/// The counters in Redis, for one event loop. A call asks once, before it starts; what it has used is told behind its answer. While
/// Redis does not answer, each limit does what it says (`Limit.outage`).
package final class RedisCounterStore: CounterStore {
  /// What a call has reserved.
  struct Held {
    let counters: [RedisCounter]
    let demands: [Demand]
    let lease: Int
    /// Of the node's own counters, where Redis did not answer.
    let local: Reservation?
    /// In which period of renewals its slots were taken or renewed in Redis; less than 0: not yet.
    var period: Int
  }

  let client: RedisClient
  let node: RedisLimits
  private let onBudget: (BudgetNotice) -> Void
  private let leases: String
  private var sequence = 0
  private(set) var held: [Held?] = []
  private var free: [Int] = []
  private var late = LateCounts(capacity: 10_000)
  /// Whether a first connection was made, or could not be made.
  private(set) var hasTried = false
  private var isAway = false
  private var isClosed = false
  private var beats = 0
  private var period = 0

  init(_ client: RedisClient, _ node: RedisLimits, onBudget: @escaping (BudgetNotice) -> Void) {
    self.onBudget = onBudget
    self.client = client
    self.node = node
    leases = "\(node.node).\(String(UInt32.random(in: .min ... .max), radix: 36))."
    client.whenSettled { [weak self] _ in
      guard let self else { return }
      hasTried = true
      beat()
    }
  }

  private var loop: ObjectIdentifier { ObjectIdentifier(self) }

  // MARK: A call

  package func reserveNow(_ demands: [Demand], now: WallTime) -> Result<Reservation, LimitDenial>? {
    if demands.isEmpty { return .success(Reservation()) }
    guard hasTried, client.counters.connected == 0 else { return nil }
    failed(.unreachable(reason: "there is no connection"))
    return withoutRedis(demands, now: now)
  }

  package func reserve(
    _ demands: [Demand], now: WallTime, then: @escaping (Result<Reservation, LimitDenial>) -> Void
  ) {
    guard hasTried else {
      return client.whenSettled { _ in self.ask(demands, now: now, then: then) }
    }
    ask(demands, now: now, then: then)
  }

  private func ask(
    _ demands: [Demand], now: WallTime, then: @escaping (Result<Reservation, LimitDenial>) -> Void
  ) {
    sequence += 1
    let lease = sequence
    let counters = demands.map { RedisCounter($0, prefix: node.prefix, now: now) }
    var operands = RedisCommand()
    for counter in counters { operands.append(counter.key) }
    operands.append(leases + String(lease))
    operands.append(node.settings.lease.inMilliseconds)
    for (demand, counter) in zip(demands, counters) {
      operands.append(counter.kind.rawValue)
      operands.append(demand.amount)
      operands.append(demand.limit.amount)
      operands.append(counter.span)
    }
    client.evaluate(RedisLimitScripts.reserve, keys: counters.count, operands) { [self] answer in
      switch answer.flatMap({ ReserveAnswer.read($0, demands) }) {
      case .success(.taken(let parts, let standings)):
        answered()
        let ticket = hold(
          Held(counters: counters, demands: demands, lease: lease, local: nil, period: period))
        then(.success(Reservation(parts: parts, standings: standings, ticket: ticket)))
      case .success(.refused(let refusal)):
        answered()
        then(.failure(.refused(refusal)))
      case .failure(let error):
        failed(error)
        then(withoutRedis(demands, now: now))
      }
    }
  }

  /// - Returns: nothing: what Redis says of budgets comes later, to the `onBudget` that the store was made with.
  package func settle(_ reservation: Reservation, spent: Spent, now: WallTime) -> [BudgetNotice] {
    guard let ticket = reservation.ticket, let held = held[ticket] else { return [] }
    self.held[ticket] = nil
    free.append(ticket)
    if let local = held.local {
      node.settle(local, spent: spent, now: now)
      settleLate(held, spent, now)
      return []
    }
    var changes: [Change] = []
    for (index, part) in reservation.parts.enumerated() {
      let demand = held.demands[index]
      let amount = spent.amount(of: demand.limit.unit, demand.limit.currency)
      guard amount != part.amount || !demand.limit.warnAt.isEmpty else { continue }
      let entry = LateCounts.Entry(counter: held.counters[index], change: amount - part.amount, mark: part.mark)
      changes.append(Change(entry: entry, demand: demand, amount: amount))
    }
    guard !changes.isEmpty else { return [] }
    if client.counters.connected > 0 {
      send(changes, lease: held.lease)
    } else {
      for change in changes {
        late.add(change.entry.change, to: change.entry.counter, mark: change.entry.mark, now: now)
      }
    }
    return []
  }

  /// What this node has let in for itself is told to Redis when it answers again.
  private func settleLate(_ held: Held, _ spent: Spent, _ now: WallTime) {
    for (counter, demand) in zip(held.counters, held.demands) {
      late.add(spent.amount(of: demand.limit.unit, demand.limit.currency), to: counter, mark: 0, now: now)
    }
    let slots = held.counters.filter { $0.kind == .level }
    // Renewals have told Redis of them already.
    guard held.period >= 0, !slots.isEmpty else { return }
    send(slots.map { Change(LateCounts.Entry(counter: $0, change: -1, mark: 0)) }, lease: held.lease)
  }

  /// What is to be told of one counter.
  private struct Change {
    let entry: LateCounts.Entry
    /// With `amount`, what a call has used: asks whether a budget is nearly used up.
    let demand: Demand?
    let amount: Int64

    init(_ entry: LateCounts.Entry) { self.init(entry: entry, demand: nil, amount: 0) }

    init(entry: LateCounts.Entry, demand: Demand?, amount: Int64) {
      self.entry = entry
      self.demand = demand
      self.amount = amount
    }

    var warns: Bool { demand.map { !$0.limit.warnAt.isEmpty } ?? false }
  }

  private func send(_ changes: [Change], lease: Int) {
    var operands = RedisCommand()
    for change in changes { operands.append(change.entry.counter.key) }
    operands.append(leases + String(lease))
    for change in changes {
      operands.append(change.entry.counter.kind.rawValue)
      operands.append(change.entry.change)
      operands.append(change.entry.mark)
      operands.append(change.entry.counter.span)
    }
    let warns = changes.contains { $0.warns }
    operands.append(warns ? 1 : 0)
    // What may have been carried out is not sent again: it would count twice.
    client.evaluate(RedisLimitScripts.settle, keys: changes.count, operands) { [weak self] answer in
      guard let self else { return }
      switch answer {
      case .success(let value): if warns { told(value.elements ?? [], of: changes) }
      case .failure(let error): failed(error)
      }
    }
  }

  private func told(_ used: [RedisValue], of changes: [Change]) {
    for (value, change) in zip(used, changes) {
      guard let demand = change.demand, let used = value.integer,
        let notice = BudgetNotice(demand.limit, subject: demand.subject, used: used, added: change.amount)
      else { continue }
      onBudget(notice)
    }
  }

  private func hold(_ entry: Held) -> Int {
    if let ticket = free.popLast() {
      held[ticket] = entry
      return ticket
    }
    held.append(entry)
    return held.count - 1
  }

  // MARK: Without Redis

  private func withoutRedis(_ demands: [Demand], now: WallTime) -> Result<Reservation, LimitDenial> {
    if let closed = demands.first(where: { $0.limit.outage == .closed }) {
      return .failure(.unavailable(closed.limit))
    }
    let shared = demands.filter { $0.limit.outage == .share }
    guard !shared.isEmpty else { return .success(Reservation()) }
    return node.reserve(shared, now: now).mapError { .refused($0) }.map { local in
      sequence += 1
      let counters = shared.map { RedisCounter($0, prefix: node.prefix, now: now) }
      let ticket = hold(
        // Of no period yet: the next renewal takes its slots in Redis.
        Held(counters: counters, demands: shared, lease: sequence, local: local, period: -1))
      return Reservation(standings: local.standings, ticket: ticket)
    }
  }

  func failed(_ error: RedisError) {
    guard error != .closed else {
      isClosed = true
      return
    }
    isAway = true
    node.failed(loop, error)
  }

  func answered() {
    guard isAway else { return }
    isAway = false
    node.answered(loop)
    // A server that was started again has forgotten who is under way.
    renew(all: true)
  }

  // MARK: In the background

  /// Says that this node lives, and sees whether Redis does.
  private func beat() {
    guard !isClosed else { return }
    let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    node.tidy(now: now)
    let interval = node.settings.heartbeat
    client.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(interval)) { [weak self] in self?.beat() }
    announce(patience: interval.inMilliseconds * Int64(node.settings.patience))
    beats += 1
    if interval * beats >= node.settings.lease / 3 {
      beats = 0
      period += 1
      renew(all: false)
    }
    if !isAway, client.counters.connected > 0 {
      let entries = late.take(1000, now: now)
      for start in stride(from: 0, to: entries.count, by: 100) {
        send(entries[start..<min(start + 100, entries.count)].map { Change($0) }, lease: 0)
      }
    }
  }

  private func announce(patience: Int64) {
    var operands = RedisCommand()
    operands.append(node.nodesKey)
    operands.append(node.node)
    operands.append(patience)
    client.evaluate(RedisLimitScripts.announce, keys: 1, operands) { [weak self] answer in
      guard let self else { return }
      switch answer {
      case .success(let value):
        answered()
        if let numbers = value.elements?.compactMap(\.integer), numbers.count == 2 {
          node.counted(nodes: Int(numbers[0]), rank: Int(numbers[1]))
        }
      case .failure(let error): failed(error)
      }
    }
  }

  /// Keeps the slots of calls under way.
  ///
  /// - Parameter all: also of those that have just begun.
  private func renew(all: Bool) {
    var slots: [(key: [UInt8], lease: Int)] = []
    for index in held.indices {
      guard let entry = held[index], all || entry.period < period else { continue }
      for counter in entry.counters where counter.kind == .level { slots.append((counter.key, entry.lease)) }
      held[index]?.period = period
    }
    for start in stride(from: 0, to: slots.count, by: 500) {
      let some = slots[start..<min(start + 500, slots.count)]
      var operands = RedisCommand()
      for slot in some { operands.append(slot.key) }
      operands.append(node.settings.lease.inMilliseconds)
      for slot in some { operands.append(leases + String(slot.lease)) }
      client.evaluate(RedisLimitScripts.renew, keys: some.count, operands) { [weak self] answer in
        if case .failure(let error) = answer { self?.failed(error) }
      }
    }
  }
}

extension Duration {
  fileprivate var inMilliseconds: Int64 { wholeNanoseconds / 1_000_000 }
}

package import GatewayCore
import GatewayPolicies
package import GatewayStorage

/// Why a quota is not shown or changed: a sentence.
package struct QuotaFault: Error, Hashable, CustomStringConvertible {
  /// What is wrong with whose quota it is said to be.
  package enum Subject: Hashable, Sendable {
    case missing
    /// It is nobody's alone.
    case superfluous
  }

  package let description: String
  /// nil: it is about something else.
  package let subject: Subject?

  package init(_ description: String, subject: Subject? = nil) {
    self.description = description
    self.subject = subject
  }
}

/// What is used of a quota by one of those that it is counted by.
package struct QuotaStanding: Sendable {
  package let limit: Limit
  package let subject: String
  /// Less than 0 where more was added than used.
  package let used: Int64

  /// When it will be full again; nil: never by itself.
  package func full(now: WallTime) -> WallTime? {
    limit.quota?.refresh.map { refresh in
      WallTime(milliseconds: CalendarSpan(refresh, containing: now, in: limit.zone).end * 1000)
    }
  }
}

/// The quotas of a configuration, where they are counted: in the database of one gateway, whose process takes changes up, or in
/// the Redis of several.
package struct QuotaDesk: Sendable {
  private let snapshot: GatewaySnapshot
  private let store: DatabaseStore
  private let shared: RedisQuotas?

  package init(_ snapshot: GatewaySnapshot, store: DatabaseStore, shared: RedisQuotas?) {
    self.snapshot = snapshot
    self.store = store
    self.shared = shared
  }

  package func quota(_ name: String) throws(QuotaFault) -> Limit {
    if let limit = snapshot.quotas.first(where: { $0.quota?.name == name }) { return limit }
    let names = snapshot.quotas.compactMap { $0.quota?.name }
    let near = nearestNames(to: name, among: names, limit: 3)
    let advice = near.isEmpty ? "add it under `limits:`" : "did you mean \(near.joined(separator: ", "))?"
    throw QuotaFault("the configuration has no quota '\(name)'; \(advice)")
  }

  // MARK: Changes

  /// - Parameters:
  ///   - named: whose; nil where it is nobody's alone.
  ///   - author: whom the audit trail names.
  /// - Returns: how it stands then.
  package func change(
    _ limit: Limit, for named: String?, by amount: QuotaChange.Amount, author: AuditAuthor, now: WallTime
  ) async throws -> QuotaStanding {
    let subject = try subject(named, of: limit)
    if let shared {
      _ = try await shared.apply(amount, to: limit, subject: subject, now: now)
    } else {
      try await store.add(QuotaChange(limit: limit.id, subject: subject, amount: amount))
    }
    try await store.audit(Self.entry(limit, subject, amount), by: author, now: now)
    let used = try await used(of: limit, now: now)[subject] ?? 0
    return QuotaStanding(limit: limit, subject: subject, used: used)
  }

  /// Amounts as the API writes them: money in units of its currency.
  private static func entry(_ limit: Limit, _ subject: String, _ amount: QuotaChange.Amount) -> AuditEntry {
    let (action, number) =
      switch amount {
      case .add(let number): ("quotas.add", number)
      case .set(let number): ("quotas.set", number)
      }
    var detail = AuditDetail()
    detail.add("amount", LimitAmount(number, of: limit).text)
    detail.add("unit", limit.unitName)
    detail.add("for", SubjectText.shown(subject))
    return AuditEntry(action, limit.quota?.name, detail: detail.text)
  }

  private func subject(_ named: String?, of limit: Limit) throws(QuotaFault) -> String {
    let name = limit.quota?.name ?? ""
    guard limit.key != .all else {
      if named != nil {
        throw QuotaFault("the quota '\(name)' has no 'by', so it is nobody's alone", subject: .superfluous)
      }
      return ""
    }
    guard let named, !named.isEmpty else {
      throw QuotaFault("the quota '\(name)' is counted by \(limit.key.words); say whose", subject: .missing)
    }
    switch limit.key {
    case .consumer:
      guard snapshot.consumers.contains(where: { $0.name == named }) else { throw unknown(named) }
      return named
    case .ip: return LimitSubject.bounded(LimitSubject.network(named))
    case .cookie: return LimitSubject.hashed(named)
    default: return LimitSubject.bounded(named)
    }
  }

  private func unknown(_ consumer: String) -> QuotaFault {
    let near = nearestNames(to: consumer, among: snapshot.consumers.map(\.name), limit: 3)
    let advice = near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
    return QuotaFault("the configuration has no consumer '\(consumer)'\(advice)")
  }

  // MARK: What is left

  /// - Parameter consumer: only what it has; nil: all.
  package func standings(of consumer: String?, now: WallTime) async throws -> [QuotaStanding] {
    var standings: [QuotaStanding] = []
    guard let consumer else {
      for limit in snapshot.quotas { standings += try await self.standings(of: limit, now: now) { _ in true } }
      return standings
    }
    guard let found = snapshot.consumers.first(where: { $0.name == consumer }) else { throw unknown(consumer) }
    for limit in snapshot.quotas {
      if found.limits.contains(where: { $0 === limit }) {
        standings += try await self.standings(of: limit, now: now) { _ in true }
      } else if limit.key == .consumer {
        standings += try await self.standings(of: limit, now: now) { $0 == consumer }
      }
    }
    return standings
  }

  private func standings(
    of limit: Limit, now: WallTime, _ isWanted: (String) -> Bool
  ) async throws -> [QuotaStanding] {
    var used = try await used(of: limit, now: now)
    switch limit.key {
    case .all: used[""] = used[""] ?? 0
    case .consumer: for consumer in snapshot.consumers { used[consumer.name] = used[consumer.name] ?? 0 }
    default: break
    }
    return used.filter { isWanted($0.key) }.sorted { $0.key < $1.key }.map {
      QuotaStanding(limit: limit, subject: $0.key, used: $0.value)
    }
  }

  // More than anybody reads.
  private static let mostStored = 10_000

  /// What is stored of all limits of stored bytes, as far as the configuration names those that they count, and of those of issued
  /// keys, whose subject is the label of the key.
  package func stored(now: WallTime) async throws -> [QuotaStanding] {
    let named = LimitInventory.demands(in: snapshot, most: Self.mostStored) { $0.unit == .stored }
    let rows =
      named.map { (demand: $0, subject: $0.subject) }
      + (try await limitsOfKeys()).prefix(Self.mostStored - named.count)
    let used = try await store.stored(by: rows.map(\.demand), now: now)
    return zip(rows, used).map { row, used in
      QuotaStanding(limit: row.demand.limit, subject: row.subject, used: used)
    }
  }

  /// Of stored bytes. Keys that rotation has put in another's place count together: the last of them stands for all.
  private func limitsOfKeys() async throws -> [(demand: Demand, subject: String)] {
    let consumers = Set(snapshot.consumers.map(\.name))
    var last: [String: (key: ActiveKey, demand: Demand)] = [:]
    for key in try await store.activeKeys() where consumers.contains(key.consumer) {
      for limit in key.rules?.rules.limits ?? [] where limit.unit == .stored {
        let compiled = limit.compiled(zone: .utc, owner: "of key \(key.id)")
        last["\(key.lineage) \(limit.amount)"] = (key, Demand(limit: compiled, subject: "\(key.lineage)", amount: 0))
      }
    }
    return last.values.sorted { ($0.key.id, $0.demand.limit.amount) < ($1.key.id, $1.demand.limit.amount) }
      .map { ($0.demand, $0.key.label) }
  }

  /// By subject.
  private func used(of limit: Limit, now: WallTime) async throws -> [String: Int64] {
    if let shared {
      return Dictionary(try await shared.used(of: limit, now: now).map { ($0.subject, $0.used) }) { first, _ in first }
    }
    let stored = try await store.quota(limit.id)
    var counters: [String: Counter] = [:]
    for record in stored.counters {
      counters[record.subject] = Counter(for: limit, stored: record.numbers, now: now)
    }
    for change in stored.waiting {
      counters[change.subject, default: Counter(for: limit, stored: [], now: now)].change(
        by: change.amount, limit: limit)
    }
    return counters.mapValues(\.used)
  }
}

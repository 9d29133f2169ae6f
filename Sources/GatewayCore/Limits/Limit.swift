/// What a limit counts.
package enum LimitUnit: String, CaseIterable, Hashable, Sendable {
  case requests, tokens, inputTokens, outputTokens
  /// In billionths of the limit's currency.
  case cost
  /// Calls that are under way.
  case concurrent
  /// Bytes of files that providers keep at this moment. Calls do not count by it: see `StoredTerms`.
  case stored
}

/// Over how long. Up to an hour the window slides; longer ones follow the calendar.
package enum LimitPeriod: String, CaseIterable, Hashable, Sendable {
  case second, minute, hour, day, week, month

  /// Of a sliding one; nil for those of the calendar.
  package var milliseconds: Int64? {
    switch self {
    case .second: 1000
    case .minute: 60_000
    case .hour: 3_600_000
    case .day, .week, .month: nil
    }
  }
}

/// What calls have in common that share a counter.
package enum LimitKey: Hashable, Sendable {
  /// One counter for all.
  case all
  case consumer, team, organisation, key, model, provider, ip
  /// Lower-case name.
  case header(String)
  case query(String)
  case cookie(String)
  /// Of a JSON Web Token.
  case claim(String)
}

/// One line of `limits:`, compiled.
package final class Limit: Sendable {
  /// What happens to a call that does not have what `key` names.
  package enum Missing: String, CaseIterable, Hashable, Sendable {
    /// It shares one counter with its like.
    case share
    case refuse, skip
  }

  /// What becomes of calls while the store that several nodes share does not answer.
  package enum Outage: String, CaseIterable, Hashable, Sendable {
    /// Each node counts for itself, up to its part of the amount.
    case share
    /// Nothing is counted, and all are let in.
    case open
    /// None is let in.
    case closed
  }

  /// Stays the same over reloads as long as the same things are counted together, also when the amount changes.
  package let id: String
  /// Of the id, in this process.
  let idHash: Int
  package let unit: LimitUnit
  /// At most so many; more than 0. Of cost in billionths.
  package let amount: Int64
  /// nil for `concurrent`, `stored` and quotas.
  package let period: LimitPeriod?
  package let zone: ZoneOffsets
  package let key: LimitKey
  package let missing: Missing
  /// Whose it is, for messages: `consumer 'mobile-app'`, `everyone`.
  package let owner: String
  /// Of cost only.
  package let currency: Currency?
  /// Refuses with 402 instead of 429.
  package let isBudget: Bool
  /// Percent of a budget that are worth a word, in order.
  package let warnAt: [Int]
  /// The models that it counts; nil: all.
  package let models: ModelAllowList?
  package let outage: Outage
  /// nil: it has a window, or counts calls under way.
  package let quota: QuotaTerms?
  /// nil: it counts calls.
  package let stored: StoredTerms?

  package init(
    id: String, unit: LimitUnit, amount: Int64, period: LimitPeriod?, zone: ZoneOffsets = .utc, key: LimitKey = .all,
    missing: Missing = .share, owner: String = "everyone", currency: Currency? = nil, isBudget: Bool = false,
    warnAt: [Int] = [], models: ModelAllowList? = nil, outage: Outage = .share,
    quota: QuotaTerms? = nil, stored: StoredTerms? = nil
  ) {
    self.id = id
    idHash = id.hashValue
    self.unit = unit
    self.amount = amount
    self.period = period
    self.zone = zone
    self.key = key
    self.missing = missing
    self.owner = owner
    self.currency = currency
    self.isBudget = isBudget
    self.warnAt = warnAt
    self.models = models
    self.outage = outage
    self.quota = quota
    self.stored = stored
  }

  /// Whether it is counted for the provider that a call goes to, when it goes there.
  package var isByProvider: Bool {
    guard case .provider = key else { return false }
    return true
  }

  /// Whose it is, for metrics: `all`, `consumer:mobile-app`.
  package var scope: String { String(id.prefix { $0 != "|" }) }

  /// What one of several nodes may let in for itself. The parts of all nodes together are the amount; none warns.
  ///
  /// - Parameter rank: of this node among the others, from 0.
  package func part(_ rank: Int, of nodes: Int) -> Limit {
    let nodes = Int64(max(1, nodes))
    let share = amount / nodes + (Int64(rank) < amount % nodes ? 1 : 0)
    return Limit(
      id: id, unit: unit, amount: share, period: period, zone: zone, key: key, missing: missing, owner: owner,
      currency: currency, isBudget: isBudget, models: models, outage: outage, quota: quota, stored: stored)
  }
}

extension [Limit] {
  /// Those that calls count by.
  package var ofCalls: [Limit] { contains { $0.unit == .stored } ? filter { $0.unit != .stored } : self }
  package var ofStored: [Limit] { contains { $0.unit == .stored } ? filter { $0.unit == .stored } : [] }
}

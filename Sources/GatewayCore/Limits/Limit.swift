/// What a limit counts.
package enum LimitUnit: String, CaseIterable, Hashable, Sendable {
  case requests, tokens, inputTokens, outputTokens
  /// In billionths of the limit's currency.
  case cost
  /// Calls that are under way.
  case concurrent
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
  case consumer, team, key, model, provider, ip
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

  /// Stays the same over reloads as long as the same things are counted together, also when the amount changes.
  package let id: String
  package let unit: LimitUnit
  /// At most so many; more than 0. Of cost in billionths.
  package let amount: Int64
  /// nil for `concurrent`.
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

  package init(
    id: String, unit: LimitUnit, amount: Int64, period: LimitPeriod?, zone: ZoneOffsets = .utc, key: LimitKey = .all,
    missing: Missing = .share, owner: String = "everyone", currency: Currency? = nil, isBudget: Bool = false,
    warnAt: [Int] = [], models: ModelAllowList? = nil
  ) {
    self.id = id
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
  }
}

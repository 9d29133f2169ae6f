/// What makes a limit a quota: an amount that calls use up, that is topped up by hand or set back to full by the calendar.
package struct QuotaTerms: Hashable, Sendable {
  /// Unique in the configuration: 1…64 letters, digits, `.`, `_` and `-`.
  package let name: String
  /// At the beginning of each day, week or month it is full again; nil: never by itself. What was added beyond full stays.
  package let refresh: LimitPeriod?

  package init(name: String, refresh: LimitPeriod? = nil) {
    self.name = name
    self.refresh = refresh
  }
}

/// What somebody does to a quota of one caller.
package struct QuotaChange: Hashable, Sendable {
  package enum Amount: Hashable, Sendable {
    /// Less than 0 takes away.
    case add(Int64)
    /// So much is left then.
    case set(Int64)
  }

  /// `Limit.id` of the quota.
  package let limit: String
  package let subject: String
  /// In the quota's unit; of cost in billionths.
  package let amount: Amount

  package init(limit: String, subject: String, amount: Amount) {
    self.limit = limit
    self.subject = subject
    self.amount = amount
  }

  /// The most that can be added or set at once, and far below what a counter holds.
  package static let largest: Int64 = 1_000_000_000_000_000_000
}

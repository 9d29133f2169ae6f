/// What a call wants of one limit.
package struct Demand: Sendable {
  package let limit: Limit
  /// Who or what is counted: the value of the limit's key; empty for `all`.
  package let subject: String
  package let amount: Int64

  package init(limit: Limit, subject: String, amount: Int64) {
    self.limit = limit
    self.subject = subject
    self.amount = amount
  }
}

/// How a limit stands after a call was let in or refused, for headers and messages.
package struct Standing: Hashable, Sendable {
  package let limit: Int64
  package let remaining: Int64
  /// Until all of it is free again.
  package let reset: Duration?

  package init(limit: Int64, remaining: Int64, reset: Duration?) {
    self.limit = limit
    self.remaining = remaining
    self.reset = reset
  }
}

/// Those that the headers `x-ratelimit-…` tell: of each unit the limit that is nearest to refusing.
package struct Standings: Hashable, Sendable {
  package var requests: Standing?
  package var tokens: Standing?

  package init() {}

  package mutating func note(_ standing: Standing, of unit: LimitUnit) {
    switch unit {
    case .requests: requests = Self.nearer(requests, standing)
    case .tokens, .inputTokens, .outputTokens: tokens = Self.nearer(tokens, standing)
    case .cost, .concurrent, .stored: break
    }
  }

  private static func nearer(_ known: Standing?, _ other: Standing) -> Standing {
    guard let known else { return other }
    let share = Double(known.remaining) / Double(max(1, known.limit))
    return Double(other.remaining) / Double(max(1, other.limit)) < share ? other : known
  }
}

/// What a call holds of its limits until it is settled.
package struct Reservation: Sendable {
  package struct Part: Sendable {
    package let amount: Int64
    /// Where the store finds the counter again.
    package let place: Int
    /// What `Counter.take` said.
    package var mark: Int64

    package init(amount: Int64, place: Int, mark: Int64) {
      self.amount = amount
      self.place = place
      self.mark = mark
    }
  }

  package var parts: [Part]
  package var standings: Standings
  /// Where a shared store keeps the rest of it; nil: it needs nothing more.
  package let ticket: Int?

  package init(parts: [Part] = [], standings: Standings = Standings(), ticket: Int? = nil) {
    self.parts = parts
    self.standings = standings
    self.ticket = ticket
  }
}

/// Why a call was not let in.
package struct LimitRefusal: Error, Sendable {
  package let limit: Limit
  package let subject: String
  package let used: Int64
  /// What the call wanted.
  package let amount: Int64
  /// When it would be let in if nothing else came; nil: never, or nobody knows.
  package let wait: Duration?
  package let standings: Standings

  package init(
    limit: Limit, subject: String, used: Int64, amount: Int64, wait: Duration?, standings: Standings
  ) {
    self.limit = limit
    self.subject = subject
    self.used = used
    self.amount = amount
    self.wait = wait
    self.standings = standings
  }
}

/// What a call has used in the end.
package struct Spent: Hashable, Sendable {
  /// Of a call that was let in and never made.
  package static let nothing = Spent(requests: 0)

  package var requests: Int64
  package var inputTokens: Int64
  package var outputTokens: Int64
  /// nil where it has no price.
  package var cost: Money?

  package init(requests: Int64 = 1, inputTokens: Int64 = 0, outputTokens: Int64 = 0, cost: Money? = nil) {
    self.requests = requests
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.cost = cost
  }

  /// What counts for good. A slot is given back when the call is over.
  package func amount(of unit: LimitUnit, _ currency: Currency?) -> Int64 {
    switch unit {
    case .requests: requests
    case .tokens: inputTokens + outputTokens
    case .inputTokens: inputTokens
    case .outputTokens: outputTokens
    case .cost: cost.map { $0.currency == currency ? $0.billionths : 0 } ?? 0
    case .concurrent, .stored: 0
    }
  }
}

/// A budget of which a further part has been used.
package struct BudgetNotice: Sendable {
  package let limit: Limit
  package let subject: String
  /// One of the limit's `warnAt`.
  package let percent: Int
  package let used: Int64

  /// - Parameters:
  ///   - used: with what was added last.
  ///   - amount: that was added.
  /// - Returns: nil unless that has crossed a line.
  package init?(_ limit: Limit, subject: String, used: Int64, added amount: Int64) {
    guard amount > 0 else { return nil }
    let crossed = limit.warnAt.last { percent in
      let line = Int64((Int128(limit.amount) * Int128(percent) + 99) / 100)
      return used >= line && used - amount < line
    }
    guard let crossed else { return nil }
    self.limit = limit
    self.subject = subject
    percent = crossed
    self.used = used
  }
}

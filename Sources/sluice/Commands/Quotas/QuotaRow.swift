import Foundation
import GatewayAdmin
import GatewayCore

/// What is left of a quota for one of those that it is counted by.
struct QuotaRow: Encodable {
  let quota: String
  /// nil: it is counted for all together.
  let subject: String?
  /// `tokens`, `EUR` …
  let unit: String
  /// When it is full.
  let amount: Decimal
  /// More than `amount` where more was added than used; less than 0 where more was used.
  let left: Decimal
  /// When it will be full again, RFC 3339; nil: never by itself.
  let full: String?

  init(_ standing: QuotaStanding, now: WallTime) {
    let limit = standing.limit
    quota = limit.quota?.name ?? ""
    subject = SubjectText.shown(standing.subject)
    unit = limit.currency?.code ?? limit.unit.rawValue
    amount = Self.decimal(limit.amount, limit)
    left = Self.decimal(limit.amount - standing.used, limit)
    full = standing.full(now: now)?.text
  }

  private static func decimal(_ amount: Int64, _ limit: Limit) -> Decimal {
    limit.unit == .cost ? Decimal(amount) / 1_000_000_000 : Decimal(amount)
  }

  /// Columns between tabs.
  var line: String {
    [quota, subject ?? "-", "\(left) of \(amount) \(unit) left", full.map { "full again \($0)" } ?? "-"]
      .joined(separator: "\t")
  }
}

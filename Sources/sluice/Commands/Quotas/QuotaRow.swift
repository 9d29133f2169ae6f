import Foundation
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

  init(_ limit: Limit, subject: String, used: Int64, now: WallTime) {
    quota = limit.quota?.name ?? ""
    self.subject =
      switch subject {
      case "": nil
      case CounterTable.crowd: "(others)"
      case _ where subject.hasPrefix("\u{1}none"): "(without one)"
      case _ where subject.hasPrefix("\u{1}"): "(SHA-256) \(subject.dropFirst())"
      default: subject
      }
    unit = limit.currency?.code ?? limit.unit.rawValue
    amount = Self.decimal(limit.amount, limit)
    left = Self.decimal(limit.amount - used, limit)
    full = limit.quota?.refresh.map { refresh in
      let end = CalendarSpan(refresh, containing: now, in: limit.zone).end
      return Date(timeIntervalSince1970: Double(end)).formatted(.iso8601)
    }
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

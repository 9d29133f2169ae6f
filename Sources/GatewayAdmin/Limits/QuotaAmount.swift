package import GatewayCore

/// An amount as it is typed.
package enum QuotaAmount {
  /// - Returns: in the unit of the quota; of cost in billionths.
  package static func read(_ text: String, for limit: Limit) throws(QuotaFault) -> Int64 {
    let amount: Int64
    if limit.unit == .cost {
      amount = try money(text, for: limit)
    } else {
      let digits = text.hasPrefix("+") ? text.dropFirst() : text[...]
      guard let number = Int64(digits) else {
        throw QuotaFault("'\(text)' is no whole number of \(limit.unit.rawValue)")
      }
      amount = number
    }
    guard (-QuotaChange.largest...QuotaChange.largest).contains(amount) else {
      throw QuotaFault("'\(text)' is out of range")
    }
    return amount
  }

  private static func money(_ text: String, for limit: Limit) throws(QuotaFault) -> Int64 {
    let code = limit.currency?.code ?? ""
    let plain = text.hasPrefix("+") ? String(text.dropFirst()) : text
    let money: Money
    do throws(MoneyProblem) {
      money = try Money(parsing: plain.contains(" ") ? plain : "\(plain) \(code)")
    } catch {
      throw QuotaFault("\(error)")
    }
    guard money.currency == limit.currency else {
      throw QuotaFault("the quota '\(limit.quota?.name ?? "")' is in \(code), not in \(money.currency.code)")
    }
    return money.billionths
  }
}

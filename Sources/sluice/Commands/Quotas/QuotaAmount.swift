import GatewayCore

/// An amount as it is typed.
enum QuotaAmount {
  /// - Returns: in the unit of the quota; of cost in billionths.
  static func read(_ text: String, for limit: Limit) throws(StartFailure) -> Int64 {
    let amount: Int64
    if limit.unit == .cost {
      amount = try money(text, for: limit)
    } else {
      let digits = text.hasPrefix("+") ? text.dropFirst() : text[...]
      guard let number = Int64(digits) else {
        throw StartFailure("'\(text)' is no whole number of \(limit.unit.rawValue)")
      }
      amount = number
    }
    guard (-QuotaChange.largest...QuotaChange.largest).contains(amount) else {
      throw StartFailure("'\(text)' is out of range")
    }
    return amount
  }

  private static func money(_ text: String, for limit: Limit) throws(StartFailure) -> Int64 {
    let code = limit.currency?.code ?? ""
    let plain = text.hasPrefix("+") ? String(text.dropFirst()) : text
    let money: Money
    do throws(MoneyProblem) {
      money = try Money(parsing: plain.contains(" ") ? plain : "\(plain) \(code)")
    } catch {
      throw StartFailure("\(error)")
    }
    guard money.currency == limit.currency else {
      throw StartFailure("the quota '\(limit.quota?.name ?? "")' is in \(code), not in \(money.currency.code)")
    }
    return money.billionths
  }
}

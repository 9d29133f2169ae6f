package import GatewayCore

/// Writes the tables of `docs/prices.md` from the built-in list.
package enum PriceDocumentation {
  package static let begin = "<!-- prices: begin -->"
  package static let end = "<!-- prices: end -->"

  /// The generated part, without its markers.
  package static func markdown(_ prices: [BuiltInPrice] = BuiltInPrices.all) -> String {
    var kinds: [String] = []
    for price in prices where !kinds.contains(price.kind) { kinds.append(price.kind) }
    let tables = kinds.map { kind in table(prices.filter { $0.kind == kind }) }
    return "\(prices.count) prices of \(kinds.count) kinds.\n\n" + tables.joined(separator: "\n\n")
  }

  /// `page` with the part between its markers written anew; `nil` when it has no markers.
  package static func updating(_ page: String) -> String? {
    guard let from = page.firstRange(of: begin), let to = page.firstRange(of: end), from.upperBound <= to.lowerBound
    else { return nil }
    return page[..<from.upperBound] + "\n" + markdown() + "\n" + page[to.lowerBound...]
  }

  private static func table(_ prices: [BuiltInPrice]) -> String {
    guard let first = prices.first else { return "" }
    return """
      ### `\(first.kind)`
      In \(first.price.currency) for a million tokens. Source: <\(first.source)>

      | model | input | cached | cache write | output | also | date |
      |---|---|---|---|---|---|---|
      \(prices.map(row).joined(separator: "\n"))
      """
  }

  private static func row(_ item: BuiltInPrice) -> String {
    let price = item.price
    let amounts = price.amounts
    var also: [String] = []
    if price.perRequest > 0 { also.append("\(Money.decimal(price.perRequest)) a request") }
    if price.perImage > 0 { also.append("\(Money.decimal(price.perImage)) an image") }
    if let more = list(others(amounts)) { also.append(more) }
    also += price.tiers.map(tier) + price.times.map(time)
    let cells = [
      "`\(item.model)`", cell(amounts.input), cell(amounts.cachedInput), cell(amounts.cacheWrite), cell(amounts.output),
      also.isEmpty ? "–" : also.joined(separator: "; "), item.date,
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private static func cell(_ amount: Int64?) -> String { amount.map(Money.decimal) ?? "–" }

  private static func tier(_ tier: Price.Tier) -> String {
    let prompt = tier.above > 0 ? ["prompt above \(tier.above)"] : []
    let answer = tier.outputAbove.map { ["answer above \($0)"] } ?? []
    return "\((prompt + answer).joined(separator: ", ")): \(list(all(tier.amounts)) ?? "the same")"
  }

  private static func time(_ time: Price.Time) -> String {
    let windows = time.windows.filter { $0.from != $0.until }.map { window in
      "\(days(window.days))\(clock(window.from))–\(clock(window.until))"
    }
    var when = windows.isEmpty ? "" : "\(windows.joined(separator: " and ")) (\(time.zone.name))"
    if let until = time.until { when += "before \(day(until))" }
    return "\(when): \(list(all(time.amounts)) ?? "the same")"
  }

  private static func days(_ days: Weekdays) -> String {
    if days == .all { return "" }
    if days == .workdays { return "Monday to Friday " }
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let chosen = names.indices.filter { days.rawValue & 1 << UInt8($0) != 0 }
    return chosen.map { names[$0] }.joined(separator: ", ") + " "
  }

  private static func clock(_ minutes: Int) -> String {
    "\(two(minutes / 60)):\(two(minutes % 60))"
  }

  /// `2027-01-01`, in UTC.
  private static func day(_ time: WallTime) -> String {
    var year = 1970
    while start(of: year + 1) <= time.seconds { year += 1 }
    var rest = Int((time.seconds - start(of: year)) / 86_400)
    let isLeap = start(of: year + 1) - start(of: year) == 366 * 86_400
    var month = 0
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    while rest >= lengths[month] {
      rest -= lengths[month]
      month += 1
    }
    return "\(year)-\(two(month + 1))-\(two(rest + 1))"
  }

  /// The first second of a year, since 1970.
  private static func start(of year: Int) -> Int64 {
    let before = year - 1
    let leapDays = (before / 4 - before / 100 + before / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400)
    return Int64((year - 1970) * 365 + leapDays) * 86_400
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func all(_ amounts: PriceAmounts) -> [(String, Int64?)] {
    [
      ("input", amounts.input), ("cached", amounts.cachedInput), ("cache write", amounts.cacheWrite),
      ("output", amounts.output),
    ] + others(amounts)
  }

  private static func others(_ amounts: PriceAmounts) -> [(String, Int64?)] {
    [
      ("reasoning", amounts.reasoning), ("audio input", amounts.inputAudio), ("audio output", amounts.outputAudio),
    ]
  }

  private static func list(_ amounts: [(name: String, amount: Int64?)]) -> String? {
    let named = amounts.compactMap { item in item.amount.map { "\(item.name) \(Money.decimal($0))" } }
    return named.isEmpty ? nil : named.joined(separator: ", ")
  }
}

import Foundation
import GatewayCore
import GatewayProviders

/// `prices:` → the list of prices.
struct PriceCompiler {
  let log: ProblemLog
  let zone: ZoneOffsets
  let providers: [String]
  /// Now, in seconds since 1970.
  let moment: Int

  func list(_ setting: Setting?) -> PriceList {
    let configured = (setting?.entries ?? []).compactMap { entry -> (pattern: String, price: Price)? in
      let provider = String(entry.name.prefix { $0 != "/" })
      if !providers.contains(provider) {
        log.error(
          "unknown provider '\(provider)'", atKeyOf: entry.setting,
          advice: NameSuggestion.advice(for: provider, among: providers.sorted(), what: "providers are"))
        return nil
      }
      return price(entry.setting).map { (entry.name, $0) }
    }
    return PriceList(configured: configured, builtIn: BuiltInPrices.all)
  }

  private func price(_ setting: Setting) -> Price? {
    guard !setting.isInvalid else { return nil }
    var reader = AmountReader(log: log)
    let amounts = reader.amounts(setting)
    let perRequest = reader.amount(setting["perRequest"])
    let perImage = reader.amount(setting["perImage"])
    let tiers = tiers(setting, &reader)
    let times = (setting["times"]?.items ?? []).compactMap { time($0, &reader) }
    guard !reader.isBroken, times.count == setting["times"]?.items.count ?? 0 else { return nil }
    warnOfOverlaps(times, setting["times"]?.items ?? [])
    guard let currency = reader.currency else {
      log.error("the price names no amount", atKeyOf: setting, advice: "name 'input' and 'output', such as 2 USD")
      return nil
    }
    do throws(PriceProblem) {
      return try Price(
        currency: currency, amounts: amounts, tiers: tiers, times: times, perRequest: perRequest, perImage: perImage)
    } catch {
      log.error(error.description, atKeyOf: setting)
      return nil
    }
  }

  private func tiers(_ setting: Setting, _ reader: inout AmountReader) -> [Price.Tier] {
    var tiers: [Price.Tier] = []
    for item in setting["tiers"]?.items ?? [] {
      guard let above = item["above"]?.integer else { continue }
      tiers.append(
        Price.Tier(above: above, outputAbove: item["outputAbove"]?.integer, amounts: reader.amounts(item)))
    }
    return tiers
  }

  private func time(_ setting: Setting, _ reader: inout AmountReader) -> Price.Time? {
    guard let from = minute(setting["from"]), let until = minute(setting["until"]) else { return nil }
    if from == until, let field = setting["until"] {
      log.error(
        "it ends when it begins", at: field,
        advice: "write a later time, or from: \"00:00\" and until: \"24:00\" for whole days")
      return nil
    }
    var zone = zone
    if let field = setting["timeZone"], let name = field.text {
      guard let named = ZoneOffsets(named: name, around: moment) else {
        log.error("unknown time zone '\(name)'", at: field, advice: "write a name such as Europe/Berlin")
        return nil
      }
      zone = named
    }
    let days = setting["days"].map { list in
      list.items.reduce(into: Weekdays()) { days, item in
        if let day = ConfigurationSchema.weekdays.first(where: { $0.name == item.text })?.day { days.insert(day) }
      }
    }
    return Price.Time(
      [PriceWindow(from: from, until: until, days: days ?? .all)], in: zone, amounts: reader.amounts(setting),
      tiers: tiers(setting, &reader))
  }

  private func warnOfOverlaps(_ times: [Price.Time], _ settings: [Setting]) {
    let instant = WallTime(milliseconds: Int64(moment) * 1000)
    for (index, time) in times.enumerated() {
      guard let first = times[..<index].firstIndex(where: { $0.overlaps(time, around: instant) }) else { continue }
      log.warning(
        "at some of these times the amounts at \(settings[first].position) hold: the first that fit count",
        at: settings[index], advice: "let each begin when the other ends")
    }
  }

  /// After midnight.
  private func minute(_ setting: Setting?) -> Int? {
    guard let setting, let text = setting.text else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    if parts.count == 2, let hour = parts[0], let minute = parts[1], (0..<24).contains(hour), (0..<60).contains(minute)
    {
      return hour * 60 + minute
    }
    if text == "24:00" { return PriceWindow.minutesOfDay }
    log.error("'\(text)' is no time of the day", at: setting, advice: "write it like 08:30")
    return nil
  }
}

/// Reads amounts of one currency.
private struct AmountReader {
  let log: ProblemLog
  private(set) var currency: Currency?
  private(set) var isBroken = false

  init(log: ProblemLog) { self.log = log }

  mutating func amounts(_ setting: Setting) -> PriceAmounts {
    PriceAmounts(
      input: amount(setting["input"]), cachedInput: amount(setting["cachedInput"]),
      cacheWrite: amount(setting["cacheWrite"]), cacheWrite1h: amount(setting["cacheWrite1h"]),
      output: amount(setting["output"]), reasoning: amount(setting["reasoning"]),
      inputAudio: amount(setting["inputAudio"]),
      outputAudio: amount(setting["outputAudio"]))
  }

  mutating func amount(_ setting: Setting?) -> Int64? {
    guard let setting else { return nil }
    guard let money = MoneyText(log: log).money(setting) else {
      isBroken = true
      return nil
    }
    if let currency, currency != money.currency {
      log.error(
        "the price is in \(currency.code), this amount in \(money.currency.code)", at: setting,
        advice: "write all of it in one currency")
      isBroken = true
      return nil
    }
    currency = money.currency
    return money.billionths
  }
}

/// `50 CNY`
struct MoneyText {
  let log: ProblemLog

  func money(_ setting: Setting) -> Money? {
    guard let text = setting.text else { return nil }
    do throws(MoneyProblem) {
      return try Money(parsing: text)
    } catch {
      log.error(error.description, at: setting)
      return nil
    }
  }
}

import Foundation
import GatewayCore
import GatewayProviders

/// Whose limits they are.
enum LimitOwner {
  case everyone
  case organisation(String)
  case team(String)
  case consumer(String)
  case provider(String)
  case model(String)

  /// Part of the names of counters: it stays the same as long as the owner is the same.
  var id: String {
    switch self {
    case .everyone: "all"
    case .organisation(let name): "organisation:\(name)"
    case .team(let name): "team:\(name)"
    case .provider(let name): "provider:\(name)"
    case .consumer(let name): "consumer:\(name)"
    case .model(let name): "model:\(name)"
    }
  }

  var words: String {
    switch self {
    case .everyone: "for everyone"
    case .organisation(let name): "of organisation '\(name)'"
    case .team(let name): "of team '\(name)'"
    case .provider(let name): "of provider '\(name)'"
    case .consumer(let name): "of consumer '\(name)'"
    case .model(let name): "of model '\(name)'"
    }
  }
}

extension LimitOwner {
  /// What it is, where all that it limits have the same value of a key.
  fileprivate func kind(countedBy key: LimitKey) -> String? {
    switch (self, key) {
    case (.consumer, .consumer): "consumer"
    case (.team, .team), (.team, .organisation): "team"
    case (.organisation, .organisation): "organisation"
    case (.provider, .provider): "provider"
    default: nil
    }
  }
}

/// `limits:` of the file, or of whoever calls or is called.
struct LimitCompiler {
  private static let units: [(name: String, unit: LimitUnit)] = [
    ("requests", .requests), ("tokens", .tokens), ("inputTokens", .inputTokens), ("outputTokens", .outputTokens),
    ("cost", .cost), ("concurrent", .concurrent), ("stored", .stored),
  ]

  private static let simple: [LimitKey] = [.consumer, .team, .organisation, .key, .model, .provider, .ip]

  private static let credentials: Set<String> = [
    "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie",
  ]

  let log: ProblemLog
  let zone: ZoneOffsets
  /// Exact names and patterns of the file.
  let models: [String]
  let costs: CostLimits
  let quotas: QuotaLimits
  /// What callers can belong to.
  var tenants: Set<LimitKey> = []
  /// Whether callers have tokens, whose claims can be counted by.
  var takesClaims = false
  /// Without a store that could fail.
  var countsInMemory = false

  func limits(_ setting: Setting?, of owner: LimitOwner) -> [Limit] {
    var seen: [String: Setting] = [:]
    return (setting?.items ?? []).compactMap { item in
      guard let limit = limit(item, of: owner) else { return nil }
      if let first = seen[limit.id] {
        log.error(
          "another limit counts the same, at \(first.position)", at: item, advice: "keep the one that you mean")
        return nil
      }
      seen[limit.id] = item
      guard quotas.add(limit, at: item, log: log) else { return nil }
      if limit.unit == .cost { costs.add(limit, of: owner, at: item.position, path: item.path) }
      return limit
    }
  }

  private func limit(_ setting: Setting, of owner: LimitOwner) -> Limit? {
    guard !setting.isInvalid, let (name, unit, amount) = amount(setting) else { return nil }
    if unit == .stored { return StoredLimitCompiler(limits: self).limit(setting, Int64(amount), of: owner) }
    let period = setting["per"]?.text.flatMap(LimitPeriod.init(rawValue:))
    var quota: QuotaTerms?
    if setting["quota"] != nil || setting["refresh"] != nil {
      guard let terms = QuotaLimits.terms(of: setting, unit: unit, log: log) else { return nil }
      quota = terms
    } else if unit == .concurrent {
      if let per = setting["per"] {
        log.error("'concurrent' has no 'per': it counts the calls of this moment", atKeyOf: per, advice: "remove it")
        return nil
      }
    } else if period == nil {
      guard setting["per"] == nil else { return nil }
      log.error(
        "'per' is missing", at: setting, advice: "say how long the \(name) may last: per: minute, hour, day …")
      return nil
    }
    var key = LimitKey.all
    if let by = setting["by"] {
      guard let named = self.key(by, of: owner) else { return nil }
      key = named
    }
    let missing = setting["missing"]?.text.flatMap(Limit.Missing.init(rawValue:))
    if let field = setting["missing"], key.isAlwaysThere {
      log.warning("'missing' has no effect: every call has what is counted by", atKeyOf: field, advice: "remove it")
    }
    var money: Money?
    if unit == .cost {
      guard let field = setting["cost"], let read = MoneyText(log: log).money(field) else { return nil }
      guard read.billionths > 0 else {
        log.error("a limit of nothing lets no call through", at: field, advice: "name an amount above 0")
        return nil
      }
      money = read
    }
    let isBudget = setting["budget"]?.flag ?? false
    for name in ["budget", "warnAt"] {
      guard let field = setting[name], unit != .cost || (name == "warnAt" && !isBudget) else { continue }
      log.error(
        name == "budget" ? "a budget is a 'cost'" : "'warnAt' is for budgets", atKeyOf: field,
        advice: name == "budget" ? "write cost: 50 EUR, budget: true" : "add budget: true, or remove it")
      return nil
    }
    let counted = setting["models"].map { list in list.items.compactMap { model($0) } }
    if counted?.isEmpty == true { return nil }
    var parts: [String] = [
      owner.id, unit.rawValue, period?.rawValue ?? "", key.text, period?.milliseconds == nil ? zone.name : "",
      (counted ?? []).sorted().joined(separator: ","),
    ]
    // A quota is known by its name, so that it keeps what is left when it is moved or its calendar changes.
    if let quota { parts = ["quota:\(quota.name)", unit.rawValue, key.text] }
    let id = parts.joined(separator: "|") + (money.map { "|\($0.currency.code)" } ?? "")
    if countsInMemory, let outage = setting["whenStoreFails"] {
      log.warning(
        "'whenStoreFails' has no effect: limits are counted in memory", atKeyOf: outage,
        advice: "name a Redis in storage.shared, or remove it")
    }
    return Limit(
      id: id, unit: unit, amount: money?.billionths ?? Int64(amount), period: period, zone: zone, key: key,
      missing: missing ?? .share, owner: owner.words, currency: money?.currency, isBudget: isBudget,
      warnAt: isBudget ? warnings(setting["warnAt"]) : [], models: counted.map { ModelAllowList($0) },
      outage: setting["whenStoreFails"]?.text.flatMap(Limit.Outage.init(rawValue:))
        ?? (quota == nil ? .share : .closed),
      quota: quota)
  }

  /// Percent of a budget, in order; its end is always one.
  private func warnings(_ setting: Setting?) -> [Int] {
    guard let setting else { return [80, 100] }
    var percents: Set<Int> = []
    for item in setting.items {
      guard let percent = item.integer, !percents.insert(percent).inserted else { continue }
      log.warning("\(percent) percent stand here twice", at: item, advice: "remove one of them")
    }
    return percents.union([100]).sorted()
  }

  private func amount(_ setting: Setting) -> (name: String, unit: LimitUnit, amount: Int)? {
    let named = Self.units.filter { setting[$0.name] != nil }
    guard named.count == 1, let one = named.first else {
      let names = Self.units.map { "'\($0.name)'" }.joined(separator: ", ")
      if named.isEmpty {
        log.error("the limit counts nothing", at: setting, advice: "name one of \(names)")
      } else {
        log.error(
          "the limit counts \(named.map { "'\($0.name)'" }.joined(separator: " and "))", at: setting,
          advice: "write a line for each")
      }
      return nil
    }
    if one.unit == .cost { return ("money", .cost, 0) }
    guard let field = setting[one.name], case .integer(let amount) = field.value else { return nil }
    return (one.name, one.unit, amount)
  }

  func key(_ setting: Setting, of owner: LimitOwner) -> LimitKey? {
    guard let text = setting.text else { return nil }
    let advice =
      "write consumer, team, organisation, key, model, provider, ip, header:NAME, query:NAME, cookie:NAME or claim:NAME"
    if let key = Self.simple.first(where: { $0.text == text }) {
      guard let kind = owner.kind(countedBy: key) else {
        if key == .team || key == .organisation, !tenants.contains(key) {
          log.warning(
            "no caller has \(key == .team ? "a team" : "an organisation"): all share one counter", at: setting,
            advice: "add '\(text)s', or remove 'by'")
        }
        return key
      }
      log.error("the limit is one \(kind)'s already", at: setting, advice: "remove 'by'")
      return nil
    }
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      log.error("'\(text)' is nothing to count by", at: setting, advice: advice)
      return nil
    }
    switch parts[0] {
    case "header":
      let name = parts[1].lowercased()
      if Self.credentials.contains(name) {
        log.error(
          "'\(name)' carries credentials, which must not become names of counters", at: setting,
          advice: "write by: key, or by: consumer")
        return nil
      }
      if HeaderText.isValidName(name) { return .header(name) }
      log.error("'\(parts[1])' is no header's name", at: setting)
      return nil
    case "query", "cookie":
      let isPlain = parts[1].utf8.allSatisfy {
        $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "=")
      }
      if isPlain { return parts[0] == "query" ? .query(parts[1]) : .cookie(parts[1]) }
      log.error("'\(parts[1])' is no name of a \(parts[0] == "query" ? "query parameter" : "cookie")", at: setting)
      return nil
    case "claim": return claim(parts[1], setting)
    default:
      log.error("'\(text)' is nothing to count by", at: setting, advice: advice)
      return nil
    }
  }

  private func claim(_ name: String, _ setting: Setting) -> LimitKey? {
    guard takesClaims else {
      log.error(
        "callers have no claims: 'authentication' names neither jwt nor introspection", at: setting,
        advice: "add one of them, or count by something else")
      return nil
    }
    if name.utf8.count <= 200, name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) { return .claim(name) }
    log.error("'\(name)' is no name of a claim", at: setting)
    return nil
  }

  private func model(_ setting: Setting) -> String? {
    guard let name = setting.text else { return nil }
    if models.contains(name) { return name }
    log.error(
      "unknown model '\(name)'", at: setting,
      advice: NameSuggestion.advice(for: name, among: models.sorted(), what: "models are"))
    return nil
  }
}

extension LimitKey {
  fileprivate var isAlwaysThere: Bool {
    switch self {
    case .all, .consumer, .model, .provider, .ip: true
    case .team, .organisation, .key, .header, .query, .cookie, .claim: false
    }
  }

  /// As the file writes it.
  var text: String {
    switch self {
    case .all: ""
    case .consumer: "consumer"
    case .team: "team"
    case .organisation: "organisation"
    case .key: "key"
    case .model: "model"
    case .provider: "provider"
    case .ip: "ip"
    case .header(let name): "header:\(name)"
    case .query(let name): "query:\(name)"
    case .cookie(let name): "cookie:\(name)"
    case .claim(let name): "claim:\(name)"
    }
  }
}

extension ZoneOffsets {
  /// From the time zones of the system, for thirty years from a moment on.
  ///
  /// - Returns: nil for a name that it does not know.
  init?(named name: String, around moment: Int) {
    guard name != "UTC" else {
      self = .utc
      return
    }
    guard TimeZone.knownTimeZoneIdentifiers.contains(name), let zone = TimeZone(identifier: name) else { return nil }
    var date = Date(timeIntervalSince1970: Double(moment) - 370 * 86_400)
    let end = Date(timeIntervalSince1970: Double(moment) + 30 * 366 * 86_400)
    let first = Int64(zone.secondsFromGMT(for: date))
    var changes: [Change] = []
    while let next = zone.nextDaylightSavingTimeTransition(after: date), next < end, next > date {
      changes.append(
        Change(
          at: Int64(next.timeIntervalSince1970.rounded()),
          offset: Int64(zone.secondsFromGMT(for: next.addingTimeInterval(1)))))
      date = next
    }
    self.init(name: name, first: first, changes: changes)
  }
}

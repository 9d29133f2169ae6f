import GatewayCore

/// The quotas of one configuration. A name stands for one of them, so that a command can say which is meant.
final class QuotaLimits {
  private(set) var limits: [Limit] = []
  private var places: [String: SourcePosition] = [:]

  /// - Returns: false where the name is taken, which is noted then.
  func add(_ limit: Limit, at setting: Setting, log: ProblemLog) -> Bool {
    guard let quota = limit.quota else { return true }
    if let first = places[quota.name] {
      log.error(
        "another quota is called '\(quota.name)', at \(first)", at: setting["quota"] ?? setting,
        advice: "give each a name of its own, or write it once under the top-level 'limits' with by: consumer")
      return false
    }
    places[quota.name] = setting.position
    limits.append(limit)
    return true
  }

  /// What makes a limit with `quota` or `refresh` a quota; nil: it cannot be one, which is noted.
  static func terms(of setting: Setting, unit: LimitUnit, log: ProblemLog) -> QuotaTerms? {
    guard let field = setting["quota"] else {
      if let refresh = setting["refresh"] {
        log.error(
          "'refresh' is for quotas", atKeyOf: refresh, advice: "add quota: NAME, or write per: \(refresh.text ?? "day")"
        )
      }
      return nil
    }
    if unit == .concurrent {
      log.error(
        "calls at once are no quota: they come back by themselves", atKeyOf: field, advice: "remove 'quota'")
      return nil
    }
    if let per = setting["per"] {
      log.error(
        "a quota has no window", atKeyOf: per,
        advice: "remove 'per', or write refresh: day, week or month to have it full again then")
      return nil
    }
    if let outage = setting["whenStoreFails"], outage.text == Limit.Outage.share.rawValue {
      log.error(
        "a quota cannot be shared out: each outage would give it away once more", at: outage,
        advice: "write closed or open")
      return nil
    }
    guard let name = field.text else { return nil }
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
      default: false
      }
    }
    guard isPlain, (1...64).contains(name.utf8.count) else {
      log.error("a quota's name has 1 to 64 letters, digits, '.', '_' and '-'", at: field)
      return nil
    }
    return QuotaTerms(name: name, refresh: setting["refresh"]?.text.flatMap(LimitPeriod.init(rawValue:)))
  }
}

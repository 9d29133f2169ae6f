import GatewayCore

/// Lines of `limits:` that count what providers keep: `{ stored: 10GiB }`.
struct StoredLimitCompiler {
  /// What says something of calls, and why it says nothing here.
  private static let foreign = [
    ("per", "it counts what is kept at this moment"), ("quota", "it is free again when files are deleted"),
    ("refresh", "it is free again when files are deleted"), ("models", "files belong to no model"),
    ("budget", "it has no price"), ("warnAt", "it has no price"),
    ("whenStoreFails", "it is counted in the database"),
  ]

  let limits: LimitCompiler

  func limit(_ setting: Setting, _ bytes: Int64, of owner: LimitOwner) -> Limit? {
    let terms: StoredTerms
    switch owner {
    case .everyone: terms = StoredTerms()
    case .organisation(let name): terms = StoredTerms(.organisation, name: name)
    case .team(let name): terms = StoredTerms(.team, name: name)
    case .consumer(let name): terms = StoredTerms(.consumer, name: name)
    case .provider, .model:
      limits.log.error(
        "'stored' is no limit \(owner.words)", at: setting,
        advice: "write it for everyone, an organisation, a team or a consumer")
      return nil
    }
    for (name, reason) in Self.foreign {
      guard let field = setting[name] else { continue }
      limits.log.error("'stored' has no '\(name)': \(reason)", atKeyOf: field, advice: "remove it")
      return nil
    }
    var key = LimitKey.all
    if let by = setting["by"] {
      guard let named = limits.key(by, of: owner) else { return nil }
      switch named {
      case .consumer, .team, .organisation, .key: key = named
      default:
        limits.log.error(
          "'stored' is not counted by \(named.words)", at: by, advice: "write organisation, team, consumer or key")
        return nil
      }
    }
    if let field = setting["missing"], setting["by"] == nil || key == .consumer {
      limits.log.warning(
        "'missing' has no effect: every call has what is counted by", atKeyOf: field, advice: "remove it")
    }
    return Limit(
      id: [owner.id, LimitUnit.stored.rawValue, key.text].joined(separator: "|"), unit: .stored, amount: bytes,
      period: nil, key: key, missing: setting["missing"]?.text.flatMap(Limit.Missing.init(rawValue:)) ?? .share,
      owner: owner.words, stored: terms)
  }
}

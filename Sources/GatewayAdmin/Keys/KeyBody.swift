import GatewayConfiguration
import GatewayCore
import GatewayPolicies

/// What a request says of an issued key.
struct KeyBody: Decodable {
  private enum CodingKeys: String, CodingKey {
    case consumer, note, models, surfaces, ips, limits, retries, timeout, expires, cache, cacheTTL
  }

  /// Of a new key.
  let consumer: String?
  private let note: Given<String>
  private let models: Given<[String]>
  private let surfaces: Given<[String]>
  private let ips: Given<[String]>
  private let limits: Given<[String]>
  private let retries: Given<Int>
  private let timeout: Given<String>
  private let expires: Given<String>
  private let cache: Given<Bool>
  private let cacheTTL: Given<String>

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    consumer = try members.given(.consumer, as: String.self).value
    note = try members.given(.note)
    models = try members.given(.models)
    surfaces = try members.given(.surfaces)
    ips = try members.given(.ips)
    limits = try members.given(.limits)
    retries = try members.given(.retries)
    timeout = try members.given(.timeout)
    expires = try members.given(.expires)
    cache = try members.given(.cache)
    cacheTTL = try members.given(.cacheTTL)
  }

  /// What is to be put in the place of what the key has; null and an empty list take a rule away.
  /// - Throws: 400 `invalid_request` at the member that cannot be.
  func change(now: WallTime) throws(AdminProblem) -> KeyChange {
    var change = KeyChange()
    change.note = try Self.read(note, "note") { text throws(KeyRuleFault) in try KeyRuleTexts.note(text) }
    change.models = try Self.list(models, "models") { $0 }
    change.surfaces = try Self.list(surfaces, "surfaces") { text throws(KeyRuleFault) in try SurfaceSelection(text) }
    change.addresses = try Self.list(ips, "ips") { text throws(KeyRuleFault) in try NetworkRange(text) }
    change.limits = try Self.list(limits, "limits") { text throws(KeyRuleFault) in try KeyLimit(text) }
    change.retries = retries.value
    change.timeout = try Self.read(timeout, "timeout") { text throws(KeyRuleFault) in
      try KeyRuleTexts.duration(text, longest: KeyRules.longestTimeout)
    }
    change.cache = cache.value
    change.cacheTTL = try Self.read(cacheTTL, "cacheTTL") { text throws(KeyRuleFault) in
      try KeyRuleTexts.duration(text, longest: CacheSettings.longest)
    }
    change.expiresAt = try Self.read(expires, "expires") { text throws(KeyRuleFault) in
      try KeyRuleTexts.end(at: text, now: now)
    }
    try check(change)
    let gone: [(part: KeyChange.Part, isGone: Bool)] = [
      (.note, note.isNull), (.models, models.isNull), (.surfaces, surfaces.isNull), (.ips, ips.isNull),
      (.limits, limits.isNull), (.retries, retries.isNull), (.timeout, timeout.isNull), (.expires, expires.isNull),
      (.cache, cache.isNull), (.cacheTTL, cacheTTL.isNull && !cache.isNull),
    ]
    try Self.at(nil) { () throws(KeyRuleFault) in try change.clear(gone.filter(\.isGone).map(\.part)) }
    return change
  }

  /// What one rule by itself can be wrong with, at its member.
  private func check(_ change: KeyChange) throws(AdminProblem) {
    let parts: [(member: String, take: (inout KeyRules) -> Void)] = [
      ("models", { $0.models = change.models ?? [] }), ("surfaces", { $0.surfaces = change.surfaces ?? [] }),
      ("ips", { $0.addresses = change.addresses ?? [] }), ("limits", { $0.limits = change.limits ?? [] }),
      ("retries", { $0.retries = change.retries }), ("timeout", { $0.timeout = change.timeout }),
      (
        "cacheTTL",
        { rules in rules.cache = change.cacheTTL.map { CacheRule(isOn: change.cache ?? true, ttl: $0) } }
      ),
    ]
    for part in parts {
      var rules = KeyRules()
      part.take(&rules)
      try Self.at("/\(part.member)") { () throws(KeyRuleFault) in try rules.check() }
    }
  }

  /// Whether the configuration has these models, and lets the key's consumer use them.
  static func check(_ change: KeyChange, of consumer: String, in snapshot: GatewaySnapshot) throws(AdminProblem) {
    for (index, model) in (change.models ?? []).enumerated() {
      try at("/models/\(index)") { () throws(KeyRuleFault) in
        try KeyOwnership.check(model: model, of: consumer, in: snapshot)
      }
    }
  }

  static func at<Value>(_ pointer: String?, _ read: () throws(KeyRuleFault) -> Value) throws(AdminProblem) -> Value {
    do throws(KeyRuleFault) { return try read() } catch {
      throw .invalidRequest(error.description, at: pointer)
    }
  }

  private static func read<Value>(
    _ given: Given<String>, _ member: String, _ read: (String) throws(KeyRuleFault) -> Value
  ) throws(AdminProblem) -> Value? {
    guard let text = given.value else { return nil }
    return try at("/\(member)") { () throws(KeyRuleFault) in try read(text) }
  }

  private static func list<Value>(
    _ given: Given<[String]>, _ member: String, _ read: (String) throws(KeyRuleFault) -> Value
  ) throws(AdminProblem) -> [Value]? {
    guard let texts = given.value else { return nil }
    var values: [Value] = []
    for (index, text) in texts.enumerated() {
      values.append(try at("/\(member)/\(index)") { () throws(KeyRuleFault) in try read(text) })
    }
    return values
  }
}

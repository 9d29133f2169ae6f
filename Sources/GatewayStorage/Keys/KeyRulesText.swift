import Foundation
import GatewayCore

/// The rules of a key as the database holds them: one JSON object, the same text for the same rules.
///
/// What is not known is no rule to pass over, since a key would then be allowed more than it is: such a text cannot be read.
struct KeyRulesText: Codable {
  private static let version = 1

  private var version = Self.version
  private var models: [String]?
  private var surfaces: [String]?
  private var addresses: [String]?
  private var limits: [String]?
  private var retries: Int?
  private var timeoutMilliseconds: Int64?
  private var cache: Bool?
  private var cacheMilliseconds: Int64?

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case version, models, surfaces, addresses, limits, retries, timeoutMilliseconds, cache, cacheMilliseconds
  }

  /// - Returns: nil for no rules at all.
  static func write(_ rules: KeyRules) throws -> String? {
    guard !rules.isEmpty else { return nil }
    var text = KeyRulesText()
    if !rules.models.isEmpty { text.models = rules.models }
    if !rules.surfaces.isEmpty { text.surfaces = rules.surfaces.map(\.name) }
    if !rules.addresses.isEmpty { text.addresses = rules.addresses.map(\.description) }
    if !rules.limits.isEmpty { text.limits = rules.limits.map(\.description) }
    text.retries = rules.retries
    text.timeoutMilliseconds = rules.timeout.map { $0.wholeNanoseconds / 1_000_000 }
    text.cache = rules.cache?.isOn
    text.cacheMilliseconds = rules.cache?.ttl.map { $0.wholeNanoseconds / 1_000_000 }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(text), as: UTF8.self)
  }

  /// - Returns: nil for what this version does not understand in full.
  static func read(_ text: String) -> KeyRules? {
    let bytes = Data(text.utf8)
    guard let members = (try? JSONSerialization.jsonObject(with: bytes)) as? [String: Any],
      members.keys.allSatisfy({ CodingKeys(rawValue: $0) != nil }),
      let stored = try? JSONDecoder().decode(Self.self, from: bytes), stored.version == version
    else { return nil }
    do throws(KeyRuleFault) {
      var rules = KeyRules()
      rules.models = stored.models ?? []
      rules.surfaces = try (stored.surfaces ?? []).map { name throws(KeyRuleFault) in try SurfaceSelection(name) }
      rules.addresses = try (stored.addresses ?? []).map { text throws(KeyRuleFault) in try NetworkRange(text) }
      rules.limits = try (stored.limits ?? []).map { text throws(KeyRuleFault) in try KeyLimit(text) }
      rules.retries = stored.retries
      rules.timeout = stored.timeoutMilliseconds.map { .milliseconds($0) }
      if let isOn = stored.cache {
        rules.cache = CacheRule(isOn: isOn, ttl: stored.cacheMilliseconds.map { .milliseconds($0) })
      } else if stored.cacheMilliseconds != nil {
        return nil
      }
      try rules.check()
      return rules
    } catch {
      return nil
    }
  }
}

package import GatewayCore

/// An issued key in JSON, for commands and the admin API. Times are RFC 3339; a command leaves out what is not restricted.
package struct KeyDescription: Codable, Sendable {
  package let id: Int64
  package let label: String
  package let consumer: String
  /// `IssuedKey.State`
  package let state: String
  package let created: String
  package let expires: String?
  package let disabled: String?
  package let revoked: String?
  package let successor: Int64?
  package let note: String?
  package let models: [String]?
  package let surfaces: [String]?
  package let ips: [String]?
  package let limits: [String]?
  package let retries: Int?
  package let timeout: String?
  package let cache: Bool?
  package let cacheTTL: String?

  package init(_ key: IssuedKey, now: WallTime) {
    id = key.id
    label = key.label
    consumer = key.consumer
    state = key.state(now: now).rawValue
    created = key.createdAt.text
    expires = key.settings?.expiresAt?.text
    disabled = key.disabledAt?.text
    revoked = key.revokedAt?.text
    successor = key.successor
    note = key.settings?.note
    let rules = key.settings?.rules ?? KeyRules()
    models = Self.list(rules.models)
    surfaces = Self.list(rules.surfaces.map(\.name))
    ips = Self.list(rules.addresses.map(\.description))
    limits = Self.list(rules.limits.map(\.description))
    retries = rules.retries
    timeout = rules.timeout.map { DurationLiteral.format($0) }
    cache = rules.cache?.isOn
    cacheTTL = rules.cache?.ttl.map { DurationLiteral.format($0) }
  }

  private static func list(_ texts: [String]) -> [String]? { texts.isEmpty ? nil : texts }
}

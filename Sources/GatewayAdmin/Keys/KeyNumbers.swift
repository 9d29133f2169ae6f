import GatewayConfiguration
import GatewayCore

/// An issued key as the admin API shows it: KEY of docs/admin-api.md.
struct KeyNumbers: Codable {
  let id: Int64
  let label: String
  let consumer: String
  let state: String
  let created: String
  @OrNull var expires: String?
  @OrNull var disabled: String?
  @OrNull var revoked: String?
  /// The key that has taken its place.
  @OrNull var successor: Int64?
  @OrNull var note: String?
  let models: [String]
  let surfaces: [String]
  let ips: [String]
  let limits: [String]
  @OrNull var retries: Int?
  @OrNull var timeout: String?
  @OrNull var cache: Bool?
  @OrNull var cacheTTL: String?

  init(_ key: IssuedKey, now: WallTime) {
    let shown = KeyDescription(key, now: now)
    id = shown.id
    label = shown.label
    consumer = shown.consumer
    state = shown.state
    created = shown.created
    expires = shown.expires
    disabled = shown.disabled
    revoked = shown.revoked
    successor = shown.successor
    note = shown.note
    models = shown.models ?? []
    surfaces = shown.surfaces ?? []
    ips = shown.ips ?? []
    limits = shown.limits ?? []
    retries = shown.retries
    timeout = shown.timeout
    cache = shown.cache
    cacheTTL = shown.cacheTTL
  }
}

/// The one time that a key itself is shown.
struct KeyOnce: Codable {
  let key: String
  let issued: KeyNumbers

  init(_ new: NewGatewayKey, now: WallTime) {
    key = new.key.reveal { $0 }
    issued = KeyNumbers(new.issued, now: now)
  }
}

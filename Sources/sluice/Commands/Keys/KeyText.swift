import Foundation
import GatewayConfiguration
import GatewayCore

/// Issued keys as the terminal shows them.
enum KeyText {
  /// The one time that the key itself is shown.
  static func printOnce(_ new: NewGatewayKey) { new.key.reveal { print("key: \($0)\nid:  \(new.issued.id)") } }

  /// Columns between tabs: id, label, consumer, state, expiry, note.
  static func line(_ key: IssuedKey) -> String {
    let shown = KeyDescription(key)
    let columns = [
      "\(key.id)", "\(key.label)…", key.consumer, shown.state, shown.expires.map { "expires \($0)" } ?? "-",
      shown.note ?? "",
    ]
    return columns.joined(separator: "\t")
  }

  static func lines(_ key: IssuedKey) -> String {
    let shown = KeyDescription(key)
    let fields: [(name: String, value: String?)] = [
      ("id", "\(key.id)"), ("key", "\(key.label)…"), ("consumer", key.consumer), ("state", shown.state),
      ("created", shown.created), ("expires", shown.expires), ("disabled", shown.disabled), ("revoked", shown.revoked),
      ("successor", shown.successor.map { "\($0)" }), ("note", shown.note),
      ("models", shown.models?.joined(separator: ", ")), ("surfaces", shown.surfaces?.joined(separator: ", ")),
      ("ips", shown.ips?.joined(separator: ", ")), ("limits", shown.limits?.joined(separator: ", ")),
      ("retries", shown.retries.map { "\($0)" }), ("timeout", shown.timeout),
    ]
    return fields.compactMap { field in
      field.value.map { "\(field.name):".padding(toLength: 11, withPad: " ", startingAt: 0) + $0 }
    }.joined(separator: "\n")
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// An issued key in JSON. What is not restricted is left out; times are RFC 3339.
struct KeyDescription: Encodable {
  let id: Int64
  let label: String
  let consumer: String
  let state: String
  let created: String
  let expires: String?
  let disabled: String?
  let revoked: String?
  let successor: Int64?
  let note: String?
  let models: [String]?
  let surfaces: [String]?
  let ips: [String]?
  let limits: [String]?
  let retries: Int?
  let timeout: String?

  init(_ key: IssuedKey, now: Date = Date()) {
    id = key.id
    label = key.label
    consumer = key.consumer
    state = key.state(now: WallTime(milliseconds: Int64(now.timeIntervalSince1970 * 1000))).rawValue
    created = Self.text(of: key.createdAt)
    expires = key.settings?.expiresAt.map(Self.text)
    disabled = key.disabledAt.map(Self.text)
    revoked = key.revokedAt.map(Self.text)
    successor = key.successor
    note = key.settings?.note
    let rules = key.settings?.rules ?? KeyRules()
    models = Self.list(rules.models)
    surfaces = Self.list(rules.surfaces.map(\.name))
    ips = Self.list(rules.addresses.map(\.description))
    limits = Self.list(rules.limits.map(\.description))
    retries = rules.retries
    timeout = rules.timeout.map { DurationLiteral.format($0) }
  }

  private static func list(_ texts: [String]) -> [String]? { texts.isEmpty ? nil : texts }

  private static func text(of time: WallTime) -> String {
    Date(timeIntervalSince1970: Double(time.seconds)).formatted(.iso8601)
  }
}

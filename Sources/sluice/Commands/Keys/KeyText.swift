import Foundation
import GatewayConfiguration
import GatewayCore

/// Issued keys as the terminal shows them.
enum KeyText {
  /// The one time that the key itself is shown.
  static func printOnce(_ new: NewGatewayKey) { new.key.reveal { print("key: \($0)\nid:  \(new.issued.id)") } }

  /// Columns between tabs: id, label, consumer, state, expiry, note.
  static func line(_ key: IssuedKey) -> String {
    let shown = KeyDescription(key, now: .now)
    let columns = [
      "\(key.id)", "\(key.label)…", key.consumer, shown.state, shown.expires.map { "expires \($0)" } ?? "-",
      shown.note ?? "",
    ]
    return columns.joined(separator: "\t")
  }

  static func lines(_ key: IssuedKey) -> String {
    let shown = KeyDescription(key, now: .now)
    let fields: [(name: String, value: String?)] = [
      ("id", "\(key.id)"), ("key", "\(key.label)…"), ("consumer", key.consumer), ("state", shown.state),
      ("created", shown.created), ("expires", shown.expires), ("disabled", shown.disabled), ("revoked", shown.revoked),
      ("successor", shown.successor.map { "\($0)" }), ("note", shown.note),
      ("models", shown.models?.joined(separator: ", ")), ("surfaces", shown.surfaces?.joined(separator: ", ")),
      ("ips", shown.ips?.joined(separator: ", ")), ("limits", shown.limits?.joined(separator: ", ")),
      ("retries", shown.retries.map { "\($0)" }), ("timeout", shown.timeout),
      ("cache", shown.cache.map { $0 ? "on" : "off" }), ("cache TTL", shown.cacheTTL),
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

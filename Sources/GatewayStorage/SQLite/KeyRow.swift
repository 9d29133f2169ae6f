import Foundation
import GRDB
import GatewayCore

/// A row of `gateway_key`.
enum KeyRow {
  static let columns =
    "id, label, consumer, created_at, disabled_at, revoked_at, expires_at, note, rules, lineage, successor"

  static func issuedKey(_ row: Row, _ texts: inout RulesTexts) -> IssuedKey {
    let rules = texts.rules(row["rules"])
    let settings: KeySettings?
    switch rules {
    case .none: settings = KeySettings(note: row["note"], expiresAt: time(row["expires_at"]))
    case .some(let rules):
      settings = KeySettings(note: row["note"], expiresAt: time(row["expires_at"]), rules: rules.rules)
    case .unreadable: settings = nil
    }
    return IssuedKey(
      id: row["id"], label: row["label"], consumer: row["consumer"], settings: settings,
      createdAt: WallTime(milliseconds: row["created_at"]), disabledAt: time(row["disabled_at"]),
      revokedAt: time(row["revoked_at"]), lineage: row["lineage"] ?? row["id"], successor: row["successor"])
  }

  /// Read by position: looking for a name takes longer than all else of a row, and there may be a million of them.
  static let activeColumns = "id, label, consumer, hash, disabled_at IS NOT NULL, expires_at, rules, lineage"

  /// - Returns: nil where the rules cannot be read: such a key is refused.
  static func activeKey(_ row: Row, _ texts: inout RulesTexts) throws -> ActiveKey? {
    // The table holds nothing but 32-byte hashes.
    let digest = try row.withUnsafeData(atIndex: 3) { $0?.withUnsafeBytes { KeyDigest(bytes: $0) } }
    guard let digest else { return nil }
    let rules: ActiveKey.Rules?
    switch texts.rules(row[6]) {
    case .none: rules = nil
    case .some(let shared): rules = shared
    case .unreadable: return nil
    }
    return ActiveKey(
      id: row[0], lineage: row[7], label: row[1], hash: digest, consumer: texts.shared(row[2]), isDisabled: row[4],
      expiresAt: time(row[5]), rules: rules)
  }

  private static func time(_ milliseconds: Int64?) -> WallTime? { milliseconds.map { WallTime(milliseconds: $0) } }
}

/// What many rows have in common, read once.
struct RulesTexts {
  enum Outcome {
    case none, some(ActiveKey.Rules), unreadable
  }

  private var known: [String: ActiveKey.Rules?] = [:]
  private var names: Set<String> = []

  mutating func rules(_ text: String?) -> Outcome {
    guard let text else { return .none }
    let rules = known[text] ?? KeyRulesText.read(text).map { ActiveKey.Rules($0) }
    known[text] = .some(rules)
    return rules.map { .some($0) } ?? .unreadable
  }

  /// The same string, with the same storage.
  mutating func shared(_ name: String) -> String { names.insert(name).memberAfterInsert }
}

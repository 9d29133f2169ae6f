import GatewayCore

/// A row of `gateway_key`.
enum KeyRow {
  static let columns =
    "id, label, consumer, created_at, disabled_at, revoked_at, expires_at, note, rules, lineage, successor"

  static func issuedKey(_ row: any SQLRow, _ texts: inout RulesTexts) -> IssuedKey {
    let rules = texts.rules(row.text(8))
    let settings: KeySettings?
    switch rules {
    case .none: settings = KeySettings(note: row.text(7), expiresAt: time(row.integer(6)))
    case .some(let rules):
      settings = KeySettings(note: row.text(7), expiresAt: time(row.integer(6)), rules: rules.rules)
    case .unreadable: settings = nil
    }
    let id = row.integer(0) ?? 0
    return IssuedKey(
      id: id, label: row.text(1) ?? "", consumer: row.text(2) ?? "", settings: settings,
      createdAt: WallTime(milliseconds: row.integer(3) ?? 0), disabledAt: time(row.integer(4)),
      revokedAt: time(row.integer(5)), lineage: row.integer(9) ?? id, successor: row.integer(10))
  }

  static let activeColumns = "id, label, consumer, hash, disabled_at, expires_at, rules, lineage"
  static let activeCount = 8

  static func hash(_ row: any SQLRow) -> KeyDigest? {
    row.bytes(3).flatMap { bytes in bytes.withUnsafeBytes { KeyDigest(bytes: $0) } }
  }

  /// - Returns: nil where the rules cannot be read: such a key is refused.
  static func activeKey(_ row: any SQLRow, _ texts: inout RulesTexts) -> ActiveKey? {
    // The table holds nothing but 32-byte hashes.
    guard let id = row.integer(0), let digest = hash(row) else { return nil }
    let rules: ActiveKey.Rules?
    switch texts.rules(row.text(6)) {
    case .none: rules = nil
    case .some(let shared): rules = shared
    case .unreadable: return nil
    }
    return ActiveKey(
      id: id, lineage: row.integer(7), label: row.text(1) ?? "", hash: digest,
      consumer: texts.shared(row.text(2) ?? ""), isDisabled: row.integer(4) != nil, expiresAt: time(row.integer(5)),
      rules: rules)
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

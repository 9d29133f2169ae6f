package import GatewayCore

/// Which issued keys to list, the newest first. What is nil restricts nothing.
package struct KeyQuery: Sendable {
  /// States that can be told apart in a list; a rotated key is active until its grace time ends.
  package enum State: String, CaseIterable, Sendable { case active, disabled, expired, revoked }

  /// Owners; nil: any.
  package var consumers: [String]?
  package var state: State?
  /// Part of a label, a note or a consumer.
  package var text: String?
  /// Only keys that end at this moment or before.
  package var expiresUntil: WallTime?
  /// Only keys that no other has been made for by rotating them.
  package var isWithoutSuccessor = false
  /// The last id of the page before.
  package var before: Int64?
  package var limit: Int

  package init(limit: Int) { self.limit = limit }
}

extension DatabaseStore {
  /// One page, with one key more than `limit` where there is one, and how many there are on all pages.
  package func keys(_ query: KeyQuery, now: WallTime) async throws -> (keys: [IssuedKey], total: Int) {
    if query.consumers?.isEmpty == true { return ([], 0) }
    let (conditions, values) = query.conditions(now: now)
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    let page = conditions + (query.before == nil ? [] : ["id < ?"])
    let pageFilter = page.isEmpty ? "" : " WHERE " + page.joined(separator: " AND ")
    return try await database.transaction { session in
      var texts = RulesTexts()
      let total = try session.first("SELECT count(*) FROM gateway_key\(filter)", values) { $0.integer(0) ?? 0 }
      let keys = try session.all(
        "SELECT \(KeyRow.columns) FROM gateway_key\(pageFilter) ORDER BY id DESC LIMIT ?",
        values + (query.before.map { [.integer($0)] } ?? []) + [.integer(Int64(query.limit) + 1)]
      ) { KeyRow.issuedKey($0, &texts) }
      return (keys, Int(total ?? 0))
    }
  }

  /// What a key is looked up by; nil: there is none, or it is revoked.
  package func keyedHash(ofKey id: Int64) async throws -> KeyDigest? {
    try await database.transaction { session in
      try session.first("SELECT hash FROM gateway_key WHERE id = ? AND revoked_at IS NULL", [.integer(id)]) { row in
        row.bytes(0)?.withUnsafeBytes { KeyDigest(bytes: $0) }
      } ?? nil
    }
  }

  /// How the ledger names a key that somebody names by its id or its label. Others, such as keys of the file, stay as they are.
  package func subject(ofKey text: String) async -> String {
    if Int64(text) != nil { return text }
    let id = try? await database.transaction { session in
      try session.first("SELECT max(id) FROM gateway_key WHERE label = ?", [.text(text)]) { $0.integer(0) } ?? nil
    }
    return (id ?? nil).map { String($0) } ?? text
  }

  /// The labels of keys, also of those that are revoked.
  package func labels(of ids: [Int64]) async throws -> [Int64: String] {
    if ids.isEmpty { return [:] }
    let places = ids.map { _ in "?" }.joined(separator: ", ")
    let rows = try await database.transaction { session in
      try session.all("SELECT id, label FROM gateway_key WHERE id IN (\(places))", ids.map { .integer($0) }) {
        ($0.integer(0) ?? 0, $0.text(1) ?? "")
      }
    }
    return Dictionary(rows) { first, _ in first }
  }
}

extension KeyQuery {
  fileprivate func conditions(now: WallTime) -> (sql: [String], values: [SQLValue]) {
    var sql: [String] = []
    var values: [SQLValue] = []
    if let consumers {
      sql.append("consumer IN (\(consumers.map { _ in "?" }.joined(separator: ", ")))")
      values += consumers.map { .text($0) }
    }
    switch state {
    case nil: break
    case .revoked: sql.append("revoked_at IS NOT NULL")
    case .disabled: sql.append("revoked_at IS NULL AND disabled_at IS NOT NULL")
    case .expired:
      sql.append("revoked_at IS NULL AND disabled_at IS NULL AND expires_at <= ?")
      values.append(SQLValue(now))
    case .active:
      sql.append("revoked_at IS NULL AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > ?)")
      values.append(SQLValue(now))
    }
    if let expiresUntil {
      sql.append("expires_at <= ?")
      values.append(SQLValue(expiresUntil))
    }
    if isWithoutSuccessor { sql.append("successor IS NULL") }
    if let text {
      let pattern = "%" + text.lowercased().map { "%_\\".contains($0) ? "\\\($0)" : "\($0)" }.joined() + "%"
      let columns = ["label", "consumer", "coalesce(note, '')"]
      sql.append("(" + columns.map { "lower(\($0)) LIKE ? ESCAPE '\\'" }.joined(separator: " OR ") + ")")
      values += columns.map { _ in .text(pattern) }
    }
    return (sql, values)
  }
}

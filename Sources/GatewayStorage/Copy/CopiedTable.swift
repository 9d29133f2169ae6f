/// A table as `sluice storage copy` carries it over.
struct CopiedTable {
  /// Which of SQLite's two files it is in.
  enum Area: CaseIterable { case store, ledger }

  let name: String
  let area: Area
  /// Rows are read in its order, a page at a time.
  let key: [SQLColumn]
  let others: [SQLColumn]
  /// The column whose next value PostgreSQL must be told.
  var numbered: String?
  /// Rows that are read at once: some 4 MB of the longest, but of conversations, of which one may have more than another table's
  /// page.
  var page = 5000

  var columns: [SQLColumn] { key + others }

  /// What limits have counted is not among them: it belongs to a node.
  static let all: [CopiedTable] =
    [
      CopiedTable(
        name: "installation", area: .store, key: [SQLColumn("singleton", .integer)],
        others: [SQLColumn("pepper_check", .bytes), SQLColumn("key_changes", .integer)]),
      CopiedTable(
        name: "gateway_key", area: .store, key: [SQLColumn("id", .integer)],
        others: [SQLColumn("hash", .bytes)] + SQLColumn.texts(["label", "consumer", "note", "rules"])
          + SQLColumn.integers([
            "created_at", "revoked_at", "disabled_at", "expires_at", "lineage", "successor", "changed",
          ]),
        numbered: "id"),
      CopiedTable(
        name: "secret", area: .store, key: [SQLColumn("name", .text)],
        others: [SQLColumn("sealed", .bytes), SQLColumn("set_at", .integer)]),
      CopiedTable(
        name: "configuration_revision", area: .store, key: [SQLColumn("number", .integer)],
        others: [SQLColumn("created_at", .integer)] + SQLColumn.texts(["author", "note", "changes", "document"])),
      CopiedTable(
        name: "kept_object", area: .store, key: [SQLColumn("number", .integer)],
        others: SQLColumn.texts([
          "provider", "id", "kind", "consumer", "purpose", "team", "organisation", "gateway_key",
        ]) + SQLColumn.integers(["created_at", "bytes", "expires_at"]), numbered: "number"),
      CopiedTable(
        name: "admin_user", area: .store, key: [SQLColumn("name", .text)],
        others: SQLColumn.texts(["password", "role", "team", "issuer", "subject"])
          + SQLColumn.integers(["created_at", "disabled_at"])),
      CopiedTable(
        name: "admin_session", area: .store, key: [SQLColumn("hash", .bytes)],
        others: [SQLColumn("name", .text)] + SQLColumn.integers(["created_at", "last_used_at"])),
      CopiedTable(
        name: "admin_token", area: .store, key: [SQLColumn("id", .integer)],
        others: [SQLColumn("hash", .bytes)] + SQLColumn.texts(["label", "role", "team", "created_by"])
          + SQLColumn.integers(["created_at", "expires_at", "last_used_at"]), numbered: "id"),
      CopiedTable(
        name: "admin_audit", area: .store, key: [SQLColumn("number", .integer)],
        others: SQLColumn.texts(["author", "address", "action", "object", "detail"])
          + SQLColumn.integers(["at", "revision"]) + [SQLColumn("previous", .bytes)]),
      CopiedTable(
        name: "conversation", area: .store, key: [ConversationColumns.id], others: ConversationColumns.others, page: 20),
      CopiedTable(
        name: "exchange", area: .ledger, key: [SQLColumn("number", .integer)], others: LedgerColumn.stored,
        numbered: "number"),
      CopiedTable(
        name: "usage_subject", area: .ledger, key: [SQLColumn("id", .integer)], others: UsageSubject.columns,
        numbered: "id"),
    ]
    + ["hour", "day"].map { span in
      CopiedTable(
        name: "usage_\(span)", area: .ledger, key: SQLColumn.integers([span, "subject"]),
        others: SQLColumn.integers(UsageSum.columns))
    }

  /// The page behind a row. nil: the first.
  func page(behind last: [SQLValue]?, limit: Int) -> String {
    let names = key.map(\.name).joined(separator: ", ")
    let condition = last == nil ? "" : "WHERE (\(names)) > (\(key.map { _ in "?" }.joined(separator: ", "))) "
    return
      "SELECT \(columns.map(\.name).joined(separator: ", ")) FROM \(name) \(condition)ORDER BY \(names) LIMIT \(limit)"
  }

  func values(_ row: any SQLRow) -> [SQLValue] {
    columns.enumerated().map { place, column in
      switch column.type {
      case .integer: SQLValue(row.integer(place))
      case .text: SQLValue(row.text(place))
      case .bytes: row.bytes(place).map { .bytes($0) } ?? .null
      }
    }
  }
}

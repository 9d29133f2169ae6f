import GatewayCore

/// The columns of `conversation`.
enum ConversationColumns {
  static let id = SQLColumn("id", .bytes)
  /// In the order of `values`.
  static let others =
    [SQLColumn("ended_at", .integer)]
    + SQLColumn.texts(["consumer", "team", "gateway_key", "model", "surface", "outcome"])
    + [SQLColumn("truncated", .integer), SQLColumn("sealed", .bytes)]

  static func values(_ conversation: StoredConversation) -> [SQLValue] {
    let summary = conversation.summary
    return [
      .bytes(summary.id.stored), SQLValue(summary.endedAt), .text(summary.consumer), SQLValue(summary.team),
      SQLValue(summary.key), .text(summary.model), .text(summary.surface), .text(summary.outcome),
      SQLValue(summary.isTruncated), .bytes(conversation.sealed),
    ]
  }

  /// What `summary` reads.
  static let summary =
    "id, ended_at, consumer, team, gateway_key, model, surface, outcome, truncated, length(sealed)"

  static func summary(_ row: any SQLRow) -> ConversationSummary {
    ConversationSummary(
      id: ExchangeID(stored: row.bytes(0) ?? []), endedAt: WallTime(milliseconds: row.integer(1) ?? 0),
      consumer: row.text(2) ?? "", team: row.text(3), key: row.text(4), model: row.text(5) ?? "",
      surface: row.text(6) ?? "", outcome: row.text(7) ?? "", isTruncated: row.integer(8) == 1,
      bytes: Int(row.integer(9) ?? 0))
  }

  /// The same with what is sealed, of `SELECT \(summary), sealed`.
  static func conversation(_ row: any SQLRow) -> StoredConversation {
    StoredConversation(summary(row), sealed: row.bytes(10) ?? [])
  }
}

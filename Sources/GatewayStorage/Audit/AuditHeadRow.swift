/// How far the records of calls go, as the ledger has taken them: what is missing at their end is seen by it.
enum AuditHeadRow {
  /// - Parameter node: nil: the only one.
  static func read(of node: String?, in session: any SQLSession) throws -> AuditHead? {
    try session.first("SELECT number, hash FROM audit_head WHERE node = ?", [.text(node ?? "")]) { row in
      AuditHead(number: row.integer(0) ?? 0, hash: row.text(1) ?? "")
    }
  }

  static func write(_ head: AuditHead, of node: String?, in session: any SQLSession) throws {
    try session.run(
      """
      INSERT INTO audit_head (node, number, hash) VALUES (?, ?, ?)
      ON CONFLICT (node) DO UPDATE SET number = excluded.number, hash = excluded.hash
      """, [.text(node ?? ""), .integer(head.number), .text(head.hash)])
  }
}

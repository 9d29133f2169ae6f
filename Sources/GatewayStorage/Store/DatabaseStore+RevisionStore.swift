package import GatewayCore

extension DatabaseStore: RevisionStore {
  private static let columns = "number, created_at, author, note, changes"

  package func latestRevision() async throws -> Int64 {
    try await database.transaction { try Self.latest(in: $0) }
  }

  package func revision(_ number: Int64) async throws -> StoredRevision? {
    try await database.transaction { session in
      try session.first(
        "SELECT \(Self.columns), document FROM configuration_revision WHERE number = ?", [.integer(number)]
      ) { Self.revision($0, document: $0.text(5) ?? "") }
    }
  }

  package func revisions(before: Int64?, limit: Int) async throws -> [StoredRevision] {
    try await database.transaction { session in
      try session.all(
        "SELECT \(Self.columns) FROM configuration_revision WHERE number < ? ORDER BY number DESC LIMIT ?",
        [.integer(before ?? .max), .integer(Int64(limit))]
      ) { Self.revision($0, document: "") }
    }
  }

  package func add(_ revision: RevisionDraft, after last: Int64) async throws -> StoredRevision? {
    let now = Self.now()
    return try await change { session in
      guard try Self.latest(in: session) == last else { return nil }
      // Where two come to this at once, the key lets one of them through.
      let added = try session.run(
        """
        INSERT INTO configuration_revision (\(Self.columns), document) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (number) DO NOTHING
        """,
        [
          .integer(last + 1), SQLValue(now), .text(revision.by), SQLValue(revision.note),
          .text(revision.changes.joined(separator: "\n")), .text(revision.document),
        ])
      return added == 1 ? StoredRevision(number: last + 1, at: now, content: revision) : nil
    }
  }

  private static func latest(in session: any SQLSession) throws -> Int64 {
    try session.first("SELECT max(number) FROM configuration_revision") { $0.integer(0) ?? 0 } ?? 0
  }

  private static func revision(_ row: any SQLRow, document: String) -> StoredRevision {
    let changes = (row.text(4) ?? "").split(separator: "\n").map(String.init)
    return StoredRevision(
      number: row.integer(0) ?? 0, at: WallTime(milliseconds: row.integer(1) ?? 0),
      content: RevisionDraft(by: row.text(2) ?? "", note: row.text(3), changes: changes, document: document))
  }
}

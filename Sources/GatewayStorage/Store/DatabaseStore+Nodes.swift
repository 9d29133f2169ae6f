package import GatewayCore

/// Another gateway of the same database, as it was last seen.
package struct SeenNode: Sendable, Hashable {
  package let id: String
  package let seenAt: WallTime
  /// What it has said of itself: JSON.
  package let state: String
}

extension DatabaseStore {
  /// Tells the other gateways of the database how this one is. Of SQLite it is the only one.
  package func reportNode(state: String) async throws(StorageError) {
    guard let node, database.dialect == .postgres else { return }
    let now = Self.now()
    _ = try await database.transaction { session in
      try session.run(
        """
        INSERT INTO node (id, seen_at, state) VALUES (?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, state = excluded.state
        """, [.text(node), SQLValue(now), .text(state)])
    }
  }

  /// Those that share the database, this one included; empty for SQLite.
  package func nodes() async throws(StorageError) -> [SeenNode] {
    guard database.dialect == .postgres else { return [] }
    return try await database.transaction { session in
      try session.all("SELECT id, seen_at, state FROM node ORDER BY id") { row in
        SeenNode(
          id: row.text(0) ?? "", seenAt: WallTime(milliseconds: row.integer(1) ?? 0), state: row.text(2) ?? "{}")
      }
    }
  }
}

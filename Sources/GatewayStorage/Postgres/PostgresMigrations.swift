/// One step from a version of the database to the next.
package struct PostgresMigration: Sendable {
  /// Statements, separated by semicolons.
  package let script: String
  /// What it does, for people who read the table.
  package let name: String

  package init(_ name: String, _ script: String) {
    self.name = name
    self.script = script
  }
}

/// Brings a database to the present version. The versions are 1, 2, 3 … in the order of the list, which only grows.
package struct PostgresMigrations: Sendable {
  package let steps: [PostgresMigration]

  // Any number, the same in all versions: the lock by which the first of several nodes that start at once migrates alone.
  private static let lock: Int64 = 0x736C_7569_6365

  // 10 min: a large table that is rewritten, or another node that does so.
  private static let patience: Duration = .seconds(600)

  package init(_ steps: [PostgresMigration]) { self.steps = steps }

  /// Runs the steps that are missing, all or none.
  /// - Throws: `PostgresError.newerVersion` when the database has more than these.
  package func run(on pool: PostgresPool) async throws {
    try await pool.transaction { try run(in: $0) }
  }

  /// The same, within a transaction. Blocks.
  func run(in connection: PostgresConnection) throws(PostgresError) {
    try connection.extendTransaction(to: Self.patience)
    // A role that may only read and write rows needs no more while nothing is missing.
    if try isDone(version(connection)) { return }
    _ = try connection.query("SELECT pg_advisory_xact_lock($1)", [.integer(Self.lock)])
    // Always: it also makes the server see what others have created while this waited.
    try connection.execute(
      """
      CREATE TABLE IF NOT EXISTS sluice_migrations
        (version int8 PRIMARY KEY, name text NOT NULL, applied timestamptz NOT NULL DEFAULT now())
      """)
    let found = try version(connection)
    if try isDone(found) { return }
    for (index, step) in steps.enumerated().dropFirst(found) {
      try connection.execute(step.script)
      _ = try connection.query(
        "INSERT INTO sluice_migrations (version, name) VALUES ($1, $2)",
        [.integer(Int64(index + 1)), .text(step.name)])
    }
  }

  private func isDone(_ found: Int) throws(PostgresError) -> Bool {
    guard found <= steps.count else { throw .newerVersion(found: found, known: steps.count) }
    return found == steps.count
  }

  /// Of the database; 0: it has no tables of ours.
  func version(_ connection: PostgresConnection) throws(PostgresError) -> Int {
    let table = try connection.query("SELECT to_regclass('sluice_migrations') IS NOT NULL")
    guard table[0, 0].boolean == true else { return 0 }
    let rows = try connection.query("SELECT coalesce(max(version), 0) FROM sluice_migrations")
    return Int(rows[0, 0].integer ?? 0)
  }
}

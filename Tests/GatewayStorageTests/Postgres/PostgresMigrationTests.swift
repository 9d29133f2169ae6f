import GatewayStorage
import GatewayTesting
import Testing

extension PostgresTests {
  @Suite struct Migrating {
    private static let first = PostgresMigration("keys", "CREATE TABLE keys (id int8); INSERT INTO keys VALUES (1)")
    private static let second = PostgresMigration("usage", "CREATE TABLE usage (id int8); INSERT INTO keys VALUES (2)")

    private func versions(_ pool: PostgresPool) async throws -> String? {
      try await pool.query("SELECT string_agg(version || ' ' || name, ', ' ORDER BY version) FROM sluice_migrations")[
        0, 0
      ].text
    }

    @Test func runsEachStepOnceWhenFourNodesStartAtOnce() async throws {
      let url = try await PostgresTests.newDatabase()
      try await withThrowingTaskGroup { group in
        for _ in 0..<4 {
          group.addTask {
            try await withPool(url) { try await PostgresMigrations([Self.first, Self.second]).run(on: $0) }
          }
        }
        try await group.waitForAll()
      }
      try await withPool(url) { pool in
        #expect(try await versions(pool) == "1 keys, 2 usage")
        let count = try await pool.query("SELECT count(*) FROM keys")[0, 0].integer
        #expect(count == 2)
      }
    }

    @Test func runsOnlyTheStepsThatAreMissing() async throws {
      try await withDatabase { pool in
        try await PostgresMigrations([Self.first]).run(on: pool)
        try await PostgresMigrations([Self.first, Self.second]).run(on: pool)
        try await PostgresMigrations([Self.first, Self.second]).run(on: pool)
        #expect(try await versions(pool) == "1 keys, 2 usage")
      }
    }

    @Test func refusesADatabaseOfANewerVersion() async throws {
      try await withDatabase { pool in
        try await PostgresMigrations([Self.first, Self.second]).run(on: pool)
        await #expect(throws: PostgresError.newerVersion(found: 2, known: 1)) {
          try await PostgresMigrations([Self.first]).run(on: pool)
        }
      }
    }

    @Test func leavesNothingOfStepsThatFail() async throws {
      try await withDatabase { pool in
        let broken = PostgresMigration("broken", "CREATE TABLE halfway (id int8); SELECT nonsense")
        await #expect(throws: PostgresError.self) { try await PostgresMigrations([Self.first, broken]).run(on: pool) }
        let tables = try await pool.query("SELECT to_regclass('keys') IS NULL AND to_regclass('halfway') IS NULL")
        #expect(tables[0, 0].boolean == true)
        try await PostgresMigrations([Self.first, Self.second]).run(on: pool)
        #expect(try await versions(pool) == "1 keys, 2 usage")
      }
    }
  }
}

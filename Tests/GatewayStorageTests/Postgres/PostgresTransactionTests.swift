import GatewayStorage
import GatewayTesting
import Testing

extension PostgresTests {
  @Suite struct Transactions {
    private struct Refusal: Error {}

    private func withTable(_ body: (PostgresPool) async throws -> Void) async throws {
      try await withDatabase { pool in
        _ = try await pool.query("CREATE TABLE t (id int8 CONSTRAINT t_id PRIMARY KEY, n int8 NOT NULL DEFAULT 0)")
        try await body(pool)
      }
    }

    private func count(_ pool: PostgresPool) async throws -> Int64? {
      try await pool.query("SELECT count(*) FROM t")[0, 0].integer
    }

    @Test func commitsWhatReturns() async throws {
      try await withTable { pool in
        let found = try await pool.transaction { connection in
          _ = try connection.query("INSERT INTO t VALUES ($1), ($2)", [.integer(1), .integer(2)])
          return try connection.query("SELECT count(*) FROM t")[0, 0].integer
        }
        #expect(found == 2)
        #expect(try await count(pool) == 2)
      }
    }

    @Test func rollsBackWhatThrows() async throws {
      try await withTable { pool async throws in
        await #expect(throws: Refusal.self) {
          try await pool.transaction { connection in
            _ = try connection.query("INSERT INTO t VALUES (1)")
            throw Refusal()
          }
        }
        #expect(try await count(pool) == 0)
        #expect(pool.counters.connects == 1)
      }
    }

    @Test func refusesToCommitAfterAnErrorThatWasSwallowed() async throws {
      try await withTable { pool async throws in
        await #expect(throws: PostgresError.self) {
          try await pool.transaction { connection in
            _ = try connection.query("INSERT INTO t VALUES (1)")
            _ = try? connection.query("INSERT INTO t VALUES (1)")
          }
        }
        #expect(try await count(pool) == 0)
      }
    }

    @Test func namesTheConstraintThatWasViolated() async throws {
      try await withTable { pool in
        _ = try await pool.query("INSERT INTO t VALUES (1)")
        #expect(await pool.failure("INSERT INTO t VALUES (1)") == .uniqueViolation(constraint: "t_id"))
        #expect(pool.counters.errors == 1)
      }
    }

    @Test func tellsTransactionsThatGotInEachOthersWay() async throws {
      try await withTable { pool in
        _ = try await pool.query("INSERT INTO t VALUES (1)")
        let read = Gate()
        let changed = Latch()
        async let first = pool.transaction(.repeatableRead) { connection in
          _ = try connection.query("SELECT * FROM t")
          read.open()
          changed.wait()
          _ = try connection.query("UPDATE t SET n = 1")
        }
        try await eventually("the first has read") { read.isOpen }
        _ = try await pool.query("UPDATE t SET n = 2")
        changed.open()
        do {
          try await first
          Issue.record("committed")
        } catch {
          #expect((error as? PostgresError)?.isWorthRepeating == true)
        }
      }
    }

    @Test func tellsThatTheServerTakesNoChanges() async throws {
      try await withTable { pool async throws in
        await #expect(throws: PostgresError.readOnly) {
          try await pool.perform { connection in
            try connection.execute("SET default_transaction_read_only TO on")
            return try connection.query("INSERT INTO t VALUES (1)").affected
          }
        }
        // On another connection.
        #expect(await pool.failure("INSERT INTO t VALUES (1)") == nil)
        #expect(pool.counters.connects == 2)
      }
    }

    @Test func leavesNoOpenTransactionToTheNext() async throws {
      try await withTable { pool in
        _ = try await pool.perform { connection in
          try connection.execute("BEGIN; INSERT INTO t VALUES (1)").affected == 1
        }
        #expect(try await count(pool) == 0)
      }
    }

    @Test func losesNoUpdateOfManyAtOnce() async throws {
      try await withTable { pool in
        _ = try await pool.query("INSERT INTO t VALUES (1)")
        try await withThrowingTaskGroup { group in
          for _ in 0..<300 {
            group.addTask {
              try await pool.transaction { connection in
                let n = try connection.query("SELECT n FROM t WHERE id = $1 FOR UPDATE", [.integer(1)])[0, 0].integer
                _ = try connection.query("UPDATE t SET n = $1", [.integer((n ?? 0) + 1)])
              }
            }
          }
          try await group.waitForAll()
        }
        #expect(try await pool.query("SELECT n FROM t")[0, 0].integer == 300)
        #expect(pool.counters.connected <= 3)
        #expect(pool.counters.inFlight == 0)
      }
    }
  }
}

import Foundation
import GatewayStorage
import GatewayTesting
import Testing

extension PostgresTests {
  @Suite struct Limits {
    @Test func endsAStatementThatTakesTooLong() async throws {
      try await withDatabase({ $0.statementTimeout = .milliseconds(300) }) { pool in
        #expect(await pool.failure("SELECT pg_sleep(60)") == .timedOut)
        // The server ended it, so the connection is still good.
        #expect(await pool.failure("SELECT 1") == nil)
        #expect(pool.counters.connects == 1)
      }
    }

    @Test func givesUpAServerThatHangs() async throws {
      try await withDatabase({ $0.statementTimeout = .milliseconds(300) }) { pool in
        let identifier = try await pool.query("SELECT pg_backend_pid()")[0, 0].integer
        let process = pid_t(try #require(identifier))
        kill(process, SIGSTOP)
        #expect(await pool.failure("SELECT 1") == .timedOut)
        kill(process, SIGCONT)
        #expect(await pool.failure("SELECT 1") == nil)
        #expect(pool.counters.connects == 2)
      }
    }

    private static let sleepers =
      "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND datname = current_database()"

    @Test func cancelsTheStatementOfACancelledCaller() async throws {
      try await withDatabase { pool in
        let sleeping = Task { try await pool.query("SELECT pg_sleep(600)") }
        try await eventually("it runs") {
          try await pool.query(Self.sleepers)[0, 0].integer == 1
        }
        sleeping.cancel()
        await #expect(throws: PostgresError.cancelled) { try await sleeping.value }
        #expect(await pool.failure("SELECT 1") == nil)
        #expect(pool.counters.connected == pool.counters.connects)
      }
    }

    @Test func rollsBackTheTransactionOfACancelledCaller() async throws {
      try await withDatabase { pool in
        _ = try await pool.query("CREATE TABLE t (id int8)")
        let sleeping = Task {
          try await pool.transaction { connection in
            _ = try connection.query("INSERT INTO t VALUES (1)")
            _ = try connection.query("SELECT pg_sleep(600)")
          }
        }
        try await eventually("it runs") {
          try await pool.query(Self.sleepers)[0, 0].integer == 1
        }
        sleeping.cancel()
        await #expect(throws: PostgresError.cancelled) { try await sleeping.value }
        #expect(try await pool.query("SELECT count(*) FROM t")[0, 0].integer == 0)
      }
    }

    @Test func refusesWorkBeyondWhatMayWait() async throws {
      try await withDatabase({
        $0.connections = 1; $0.maximumWaiting = 2
      }) { pool in
        let latch = Latch()
        let held = Task { try await pool.perform { _ in latch.wait() } }
        try await eventually("it runs") { pool.counters.connected == 1 }
        let waiting = (0..<2).map { _ in Task { await pool.failure("SELECT 1") } }
        try await eventually("they wait") { pool.counters.inFlight == 3 }
        #expect(await pool.failure("SELECT 1") == .overloaded)
        latch.open()
        for task in waiting { #expect(await task.value == nil) }
        try await held.value
      }
    }

    @Test func refusesWorkWhenItIsClosed() async throws {
      let pool = try PostgresPool(try postgresSettings(try PostgresTests.server.url()))
      #expect(await pool.failure("SELECT 1") == nil)
      await pool.close()
      #expect(await pool.failure("SELECT 1") == .closed)
      #expect(pool.counters.connected == 0)
    }

    @Test func reportsAStatementThatIsWrong() async throws {
      try await withDatabase { pool in
        guard case .statement("42P01", let message) = await pool.failure("SELECT * FROM nowhere") else {
          Issue.record("accepted")
          return
        }
        #expect(message.contains("nowhere"))
        guard case .statement = await pool.failure("COPY (SELECT 1) TO STDOUT") else { Issue.record("copied"); return }
        #expect(await pool.failure("SELECT 1") == nil)
      }
    }
  }
}

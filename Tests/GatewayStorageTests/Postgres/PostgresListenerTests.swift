import GatewayStorage
import GatewayTesting
import Testing

extension PostgresTests {
  @Suite struct Listening {
    private func withListener(
      _ pool: PostgresPool, _ channels: [String], heartbeat: Duration = .seconds(10),
      _ body: (EventLog<PostgresListener.Event>) async throws -> Void
    ) async throws {
      let events = EventLog<PostgresListener.Event>()
      let listener = try PostgresListener(pool.settings, channels: channels, heartbeat: heartbeat) { events.add($0) }
      do { try await body(events) } catch {
        await listener.close()
        throw error
      }
      await listener.close()
    }

    @Test func deliversNotificationsOfItsChannels() async throws {
      try await withDatabase { pool in
        let odd = #"Odd "channel"; --"#
        try await withListener(pool, ["keys", odd]) { events in
          #expect(try await events.next() == .began)
          for (channel, payload) in [("other", "0"), ("keys", "1"), (odd, "2'\"日本"), ("keys", "")] {
            _ = try await pool.query("SELECT pg_notify($1, $2)", [.text(channel), .text(payload)])
          }
          #expect(try await events.next() == .notified(channel: "keys", payload: "1"))
          #expect(try await events.next() == .notified(channel: odd, payload: "2'\"日本"))
          #expect(try await events.next() == .notified(channel: "keys", payload: ""))
        }
      }
    }

    @Test func deliversNothingOfATransactionThatIsRolledBack() async throws {
      try await withDatabase { pool in
        try await withListener(pool, ["keys"]) { events in
          #expect(try await events.next() == .began)
          _ = try? await pool.transaction { connection in
            try connection.execute("NOTIFY keys, 'no'")
            throw PostgresError.cancelled
          }
          try await pool.transaction { connection in _ = try connection.execute("NOTIFY keys, 'yes'") }
          #expect(try await events.next() == .notified(channel: "keys", payload: "yes"))
        }
      }
    }

    @Test func listensAgainAfterItsConnectionIsCut() async throws {
      try await withDatabase { pool in
        try await withListener(pool, ["keys"]) { events in
          #expect(try await events.next() == .began)
          _ = try await pool.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
          )
          guard case .lost = try await events.next() else { Issue.record("not lost"); return }
          #expect(try await events.next() == .began)
          _ = try await pool.query("SELECT pg_notify('keys', 'after')")
          #expect(try await events.next() == .notified(channel: "keys", payload: "after"))
        }
      }
    }

    @Test func asksAnIdleServerWhetherItIsThere() async throws {
      try await withDatabase { pool in
        try await withListener(pool, ["keys"], heartbeat: .milliseconds(20)) { events in
          #expect(try await events.next() == .began)
          let asked = "SELECT state_change FROM pg_stat_activity WHERE query = '' AND datname = current_database()"
          let first = try await eventually("it asks") {
            let rows = try await pool.query(asked)
            return rows.count == 1 ? rows[0, 0].text : nil
          }
          try await eventually("it asks again") { try await pool.query(asked)[0, 0].text != first }
        }
      }
    }
  }
}

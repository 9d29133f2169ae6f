import GatewayStorage
import GatewayTesting
import Testing

@Suite struct PostgresOutageTests {
  @Test func survivesAServerThatIsKilled() async throws {
    let server = try await PostgresServer.start()
    do {
      try await withPool(server.url()) { pool in
        _ = try await pool.query("CREATE TABLE t (id int8)")
        let events = EventLog<PostgresListener.Event>()
        let listener = try PostgresListener(pool.settings, channels: ["keys"]) { events.add($0) }
        #expect(try await events.next() == .began)
        try await outage(of: server, pool)
        guard case .lost = try await events.next() else { Issue.record("not lost"); return }
        // Attempts during the break are reported, too.
        while try await events.next() != .began {}
        _ = try await pool.query("SELECT pg_notify('keys', 'after')")
        #expect(try await events.next() == .notified(channel: "keys", payload: "after"))
        await listener.close()
      }
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  private func outage(of server: PostgresServer, _ pool: PostgresPool) async throws {
    let outstanding = (0..<12).map { _ in
      Task { await pool.failure("INSERT INTO t SELECT 1 FROM pg_sleep(600)") }
    }
    try await eventually("they run") { pool.counters.connected == 3 && pool.counters.inFlight == 12 }
    try await server.kill()
    for task in outstanding {
      switch await task.value {
      case .connectionLost, .unreachable: break
      case let other: Issue.record("\(String(describing: other))")
      }
    }
    #expect(pool.counters.errors == 12)
    guard case .unreachable = await pool.failure("SELECT 1") else { Issue.record("answered"); return }
    try await server.restart()
    try await eventually("it answers again") { await pool.failure("SELECT 1") == nil }
    #expect(try await pool.query("SELECT count(*) FROM t")[0, 0].integer == 0)
  }
}

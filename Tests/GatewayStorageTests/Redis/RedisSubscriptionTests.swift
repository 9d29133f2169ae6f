import GatewayStorage
import GatewayTesting
import NIOCore
import Testing

@Suite struct RedisSubscriptionTests {
  @Test func deliversMessagesOfItsChannels() async throws {
    try await RedisServer.running(password: "secret") { server in
      let settings = try settings(port: server.port, login: ":secret@")
      try await withClient(settings) { client in
        try await withSubscription(settings) { events in
          #expect(try await events.next() == .began)
          _ = try await client.ask("PUBLISH other x")
          _ = try await client.send(RedisCommand("PUBLISH", "revisions").appending([0, 13, 10, 255]))
          _ = try await client.ask("PUBLISH keys 2")
          #expect(try await events.next() == .message(channel: "revisions", payload: [0, 13, 10, 255]))
          #expect(try await events.next() == .message(channel: "keys", payload: Array("2".utf8)))
        }
      }
    }
  }

  @Test func subscribesAgainAfterABreak() async throws {
    try await RedisServer.running { server in
      let settings = try settings(port: server.port)
      try await withSubscription(settings) { events in
        #expect(try await events.next() == .began)
        try await server.kill()
        guard case .lost(.unreachable) = try await events.next() else { Issue.record("not lost"); return }
        try await server.restart()
        while try await events.next() != .began {}
        try await withClient(settings) { client in _ = try await client.ask("PUBLISH keys after") }
        #expect(try await events.next() == .message(channel: "keys", payload: Array("after".utf8)))
      }
    }
  }

  @Test func noticesAServerThatHangs() async throws {
    try await RedisServer.running { server in
      try await withSubscription(settings(port: server.port), heartbeat: .milliseconds(40)) { events in
        #expect(try await events.next() == .began)
        server.pause()
        guard case .lost = try await events.next() else { Issue.record("not lost"); return }
        server.resume()
        while try await events.next() != .began {}
      }
    }
  }

  @Test func reportsAChannelThatItMayNotHear() async throws {
    try await RedisServer.running("--user", "limited", "on", ">secret", "+subscribe", "resetchannels") { server in
      try await withSubscription(settings(port: server.port, login: "limited:secret@")) { events in
        guard case .lost(let error) = try await events.next() else { Issue.record("not lost"); return }
        #expect(error.code == "NOPERM")
      }
    }
  }

  private func withSubscription(
    _ settings: RedisSettings, heartbeat: TimeAmount = .seconds(5),
    _ body: (EventLog<RedisSubscription.Event>) async throws -> Void
  ) async throws {
    let events = EventLog<RedisSubscription.Event>()
    let subscription = RedisSubscription(
      try RedisDialer(settings), on: anyLoop(), channels: ["keys", "revisions"], heartbeat: heartbeat
    ) { events.add($0) }
    defer { subscription.close() }
    try await body(events)
  }
}

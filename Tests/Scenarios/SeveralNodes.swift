import Foundation
import GatewayTesting
import Testing

/// Gateways that share a real PostgreSQL and a real Redis, and so their configuration.
@Suite(.sharedPostgres) struct SeveralNodes {
  private static let models = "/api/v1/models"
  private static let environment = [
    "DATABASE_PASSWORD": PostgresServer.password, "PEPPER": String(repeating: "5a", count: 32),
  ]

  private func with(_ body: (Scenario, [GatewayProcess]) async throws -> Void) async throws {
    try await RedisServer.running { redis in
      try await scenario { scenario in
        let upstream = try await scenario.upstream([.chat("hello")])
        let database = try await SharedPostgres.newDatabase()
        let text = """
          storage:
            database: "\(database)"
            postgres: { password: env:DATABASE_PASSWORD, timeout: 5s }
            pepper: env:PEPPER
            shared: redis://127.0.0.1:\(redis.port)
          providers: { p: { kind: openai-compatible, url: "\(upstream.url)/v1" } }
          """
        var gateways: [GatewayProcess] = []
        for _ in 0..<3 { gateways.append(try await scenario.gateway(text, environment: Self.environment)) }
        try await body(scenario, gateways)
      }
    }
  }

  private func put(_ gateway: GatewayProcess, _ name: String, _ members: String = "") async throws -> Int64 {
    let answer = try await gateway.admin("PUT", "\(Self.models)/\(name)", #"{"targets":["p/up"]\#(members)}"#)
    #expect(answer.status == 201, "\(answer.text)")
    return Int64(try #require(try answer.json()["revision"]?.number))
  }

  private func answers(_ gateway: GatewayProcess, _ name: String) async throws -> Bool {
    try await gateway.chat(ChatBody.plain(model: name)).status == 200
  }

  /// Of all nodes, as one of them shows them.
  private func revisions(_ gateway: GatewayProcess) async throws -> [Int64] {
    let nodes = try await gateway.admin("GET", "/api/v1/nodes").json()["data"]?.elements ?? []
    return nodes.compactMap { $0["revision"]?.number.map { Int64($0) } }
  }

  @Test func aChangeAtOneReachesAllAndEachShowsWhatItHas() async throws {
    try await with { _, gateways in
      let revision = try await put(gateways[0], "first")
      for gateway in gateways {
        try await eventually("the model is there") { try await answers(gateway, "first") }
        try await eventually("all nodes are seen with the revision that they run") {
          try await revisions(gateway) == [revision, revision, revision]
        }
      }
      // Whoever is asked.
      let next = try await put(gateways[2], "second")
      #expect(next == revision + 1)
      for gateway in gateways { try await eventually("the model is there") { try await answers(gateway, "second") } }
    }
  }

  @Test func aNodeThatMissedChangesCatchesUp() async throws {
    try await with { _, gateways in
      let late = gateways[1]
      late.child.signal(SIGSTOP)
      for number in 0..<5 { _ = try await put(gateways[number % 2 * 2], "m\(number)") }
      late.child.signal(SIGCONT)
      for number in 0..<5 {
        try await eventually("the model is there") { try await answers(late, "m\(number)") }
      }
      // And what comes afterwards.
      _ = try await put(late, "more")
      for gateway in gateways { try await eventually("the model is there") { try await answers(gateway, "more") } }
    }
  }

  @Test func changesAtAllNodesAtOnceLoseNothing() async throws {
    try await with { _, gateways in
      let names = (0..<12).map { "m\($0)" }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, name) in names.enumerated() {
          group.addTask { _ = try await put(gateways[number % gateways.count], name) }
        }
        try await group.waitForAll()
      }
      for gateway in gateways {
        try await eventually("all models are there") {
          try await gateway.admin("GET", "\(Self.models)?limit=100").json()["data"]?.elements.compactMap {
            $0["name"]?.string
          }.sorted() == names.sorted()
        }
      }
    }
  }
}

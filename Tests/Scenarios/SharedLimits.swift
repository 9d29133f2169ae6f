import GatewayTesting
import Testing

/// Several gateways that count in one Redis.
@Suite struct SharedLimits {
  private static func configuration(
    _ upstream: ScriptedUpstream, _ redis: RedisServer, _ limits: String, more: String = "timeout: 2s"
  ) -> String {
    """
    storage:
      shared: redis://127.0.0.1:\(redis.port)
      redis: { \(more) }
    providers:
      p: { kind: openai-compatible, url: "\(upstream.url)/v1" }
    models:
      m: { targets: [p/up], retry: { attempts: 0 } }
    limits: \(limits)
    """
  }

  private static let chat = #"{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":10}"#

  private func with(
    _ limits: String, more: String = "timeout: 2s", script: Script = [.chat(usage: (5, 5))],
    _ body: (Scenario, RedisServer, [GatewayProcess]) async throws -> Void
  ) async throws {
    try await RedisServer.running { redis in
      try await scenario { scenario in
        let upstream = try await scenario.upstream(script)
        var gateways: [GatewayProcess] = []
        for _ in 0..<3 {
          gateways.append(
            try await scenario.gateway(Self.configuration(upstream, redis, limits, more: more)))
        }
        try await body(scenario, redis, gateways)
      }
    }
  }

  /// Statuses of calls over 64 connections to the gateways by turns.
  private func race(_ gateways: [GatewayProcess], callsEach: Int = 1) async throws -> [Int: Int] {
    try await withThrowingTaskGroup(of: [Int].self) { group in
      for index in 0..<64 {
        group.addTask {
          let client = try await gateways[index % gateways.count].connect()
          var statuses: [Int] = []
          for _ in 0..<callsEach {
            client.post("/v1/chat/completions", Self.chat)
            statuses.append(try await client.answer().status)
          }
          await client.close()
          return statuses
        }
      }
      var counts: [Int: Int] = [:]
      for try await statuses in group { for status in statuses { counts[status, default: 0] += 1 } }
      return counts
    }
  }

  private func down(_ redis: RedisServer, _ gateways: [GatewayProcess]) async throws {
    try await redis.kill()
    for gateway in gateways {
      try await eventually("the gateway notices") { try await gateway.metrics().value("sluice_limit_store_up") == 0 }
    }
  }

  private func up(_ redis: RedisServer, _ gateways: [GatewayProcess]) async throws {
    try await redis.restart()
    for gateway in gateways {
      try await eventually("limits are shared again") {
        try await gateway.metrics().value("sluice_limit_store_up") == 1
      }
    }
  }

  @Test func exactlyTheRequestsOfALimitAreGrantedByThreeGateways() async throws {
    try await with("[{ requests: 50, per: day }]") { _, _, gateways in
      #expect(try await race(gateways, callsEach: 2) == [200: 50, 429: 78])
      var refusals = 0.0
      for gateway in gateways {
        refusals += try await gateway.metrics().value(
          "sluice_limit_refusals_total", ["unit": "requests", "owner": "all"])
      }
      #expect(refusals == 78)
    }
  }

  @Test func noMoreTokensThanALimitAreUsedByThreeGateways() async throws {
    try await with("[{ tokens: 400, per: day }, { requests: 1000, per: minute }]") { _, _, gateways in
      let counts = try await race(gateways, callsEach: 2)
      // 10 tokens each in the end; a call that might have used more than is left was refused.
      let granted = try #require(counts[200])
      #expect(granted <= 40)
      #expect(granted >= 15)
      var last = 200
      while last == 200 {
        let answer = try await gateways[0].call("POST", "/v1/chat/completions", Self.chat)
        last = answer.status
        if last == 429 {
          let left = try #require(answer.headers["x-ratelimit-remaining-tokens"].flatMap { Int($0) })
          #expect((0..<20).contains(left))
        }
      }
    }
  }

  @Test func sharesHoldTheLimitWhileRedisIsAway() async throws {
    try await with("[{ requests: 31, per: day }]") { _, redis, gateways in
      for gateway in gateways { #expect(try await gateway.chat().status == 200) }
      for gateway in gateways {
        try await eventually("it knows of all") { try await gateway.metrics().value("sluice_limit_nodes") == 3 }
      }
      try await down(redis, gateways)
      #expect(try await race(gateways, callsEach: 2)[200] == 31)
      try await up(redis, gateways)
      // What was let in meanwhile counts; the three calls before were lost with the server's memory.
      try await eventually("the break is counted") { try await gateways[0].chat().status == 429 }
      try await gateways[0].says("limits are not shared", "Redis does not answer")
      try await gateways[0].says("limits are shared again")
      #expect(gateways[0].programLog.split(separator: "\n").count { $0.contains("limits are not shared") } == 1)
    }
  }

  @Test func aClosedLimitAnswers503WhileRedisIsAway() async throws {
    try await with("[{ requests: 1000, per: day, whenStoreFails: closed }]") { _, redis, gateways in
      #expect(try await gateways[0].chat().status == 200)
      try await down(redis, gateways)
      let refused = try await gateways[0].chat()
      #expect(refused.status == 503)
      #expect(refused.headers["retry-after"] == "1")
      #expect(try refused.error()["code"]?.string == "limits_unavailable")
      #expect(try await race(gateways) == [503: 64])
      try await up(redis, gateways)
      #expect(try await gateways[0].chat().status == 200)
    }
  }

  @Test(arguments: [
    (nil, "it wants a password"), ("wrong-password", "the user or the password in storage.shared is wrong"),
  ])
  func aWrongPasswordIsToldAsAFaultOfTheConfiguration(_ password: String?, _ fault: String) async throws {
    try await RedisServer.running(password: "right-password") { redis in
      try await scenario { scenario in
        let upstream = try await scenario.upstream([.chat()])
        let login = password.map { ":\($0)@" } ?? ""
        let gateway = try await scenario.gateway(
          Self.configuration(
            upstream, redis, "[{ requests: 1, per: day, models: [m], whenStoreFails: closed }]"
          ).replacing("redis://", with: "redis://\(login)"))
        #expect(try await gateway.chat().status == 503)
        try await gateway.says("Redis refuses what the configuration says", fault)
        let metrics = try await gateway.metrics()
        #expect(metrics.value("sluice_limit_store_misconfigured") == 1)
        #expect(metrics.value("sluice_limit_store_up") == 0)
        let told = gateway.programLog.split(separator: "\n").filter { $0.contains("limits are not shared") }
        #expect(told.count == 1 && !told[0].contains("wrong-password"), "\(told)")
      }
    }
  }

  @Test func anOpenLimitCountsNothingWhileRedisIsAway() async throws {
    try await with("[{ requests: 2, per: day, whenStoreFails: open }]") { _, redis, gateways in
      #expect(try await race(gateways) == [200: 2, 429: 62])
      try await down(redis, gateways)
      #expect(try await race(gateways) == [200: 64])
      try await up(redis, gateways)
      #expect(try await race(gateways) == [200: 2, 429: 62])
    }
  }

  @Test func theSlotsOfAKilledGatewayComeBack() async throws {
    let gate = Gate()
    try await with("[{ concurrent: 2 }]", more: "lease: 3s", script: [.wait(gate), .chat()]) { _, _, gateways in
      let clients = [try await gateways[0].connect(), try await gateways[0].connect()]
      for client in clients { client.post("/v1/chat/completions", Self.chat) }
      try await eventually("both slots are taken") {
        try await gateways[0].metrics().value("sluice_upstream_connections", ["state": "busy"]) == 2
      }
      #expect(try await gateways[1].chat().status == 429)
      await gateways[0].stop()
      for client in clients { await client.close() }
      gate.open()
      try await eventually("they are free again") { try await gateways[1].chat().status == 200 }
    }
  }

  @Test func aClientThatGoesAwayWhileRedisHangsGivesItsSlotBack() async throws {
    try await with("[{ concurrent: 1 }]", more: "timeout: 5s") { _, redis, gateways in
      #expect(try await gateways[0].chat().status == 200)
      redis.pause()
      let client = try await gateways[0].connect()
      client.post("/v1/chat/completions", Self.chat)
      try await eventually("the call waits") {
        try await gateways[0].metrics().value("sluice_exchanges_in_flight") == 1
      }
      await client.close()
      try await eventually("it is settled") {
        try await gateways[0].metrics().value("sluice_exchanges_in_flight") == 0
      }
      redis.resume()
      try await eventually("the slot is free", within: .seconds(10)) { try await gateways[1].chat().status == 200 }
      #expect(try await gateways[0].logged { $0["outcome"]?.string == "client_gone" }["status"]?.number == 0)
    }
  }
}

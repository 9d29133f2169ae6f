import GatewayConfiguration
import GatewayCore
import Testing

/// What takes effect at the start, and the settings of the server.
struct StartTests {
  private static let base = "providers: { e: { kind: echo } }\nconsumers: { a: { keys: [env:MY_APP_KEY] } }\n"

  @Test func flagsWinOverTheFile() {
    let result = Loading.load(Self.base + "server: { gateway: { address: 127.0.0.1:1 } }") {
      $0.overrides.gateway = "[::1]:9000"
      $0.overrides.admin = "127.0.0.1:0"
      $0.overrides.dataDirectory = "/data"
    }
    #expect(result.start?.gateway.description == "[::1]:9000")
    #expect(result.start?.admin.description == "127.0.0.1:0")
    #expect(result.start?.database.place == .sqlite(path: "/data/sluice.db"))
  }

  @Test func anAdminTokenOpensTheAdminPlaneToOthers() throws {
    let result = Loading.load(
      Self.base + "server: { admin: { address: 0.0.0.0:8081, token: env:SLUICE_ADMIN_TOKEN } }")
    let token = try #require(result.start?.adminToken)
    #expect(token.reveal { $0 == "admin-token" })
  }

  @Test func addressesAndStorageNeedARestart() throws {
    let running = try #require(Loading.load(Self.base).start)
    let text =
      Self.base + "server: { gateway: { address: 127.0.0.1:1 }, drain: 1s }\nstorage: { database: \"sqlite:b.db\" }"
    let next = try #require(Loading.load(text).start)
    #expect(
      next.restarts(from: running) == [
        "server.gateway.address: 0.0.0.0:8080 → 127.0.0.1:1", "storage.database: sqlite:sluice.db → sqlite:b.db",
      ])
    #expect(running.restarts(from: running).isEmpty)
  }

  @Test func theRedisOfSeveralGatewaysNeedsARestartAndHidesItsPassword() throws {
    let running = try #require(Loading.load(Self.base).start)
    let result = Loading.load(
      Self.base + "storage: { shared: env:REDIS_URL, redis: { installation: eu, timeout: 200ms, lease: 5s } }"
    ) { $0.environment["REDIS_URL"] = "redis://app:s3cret@redis.example:6380/2" }
    let shared = try #require(result.start?.shared)
    #expect(shared.url.reveal { $0 == "redis://app:s3cret@redis.example:6380/2" })
    #expect(shared.address == "redis://redis.example:6380/2")
    #expect(shared.installation == "eu")
    #expect(shared.timeout == .milliseconds(200))
    #expect(shared.lease == .seconds(5))
    #expect(
      result.start?.restarts(from: running) == ["storage.shared: memory → redis://redis.example:6380/2"])
    let text = try #require(ConfigurationDescription(result).text())
    #expect(text.contains("redis://redis.example:6380/2"))
    #expect(!text.contains("s3cret"))
  }

  @Test func aPostgresOfSeveralGatewaysHidesItsPasswordAndKeepsFilesOfTheNode() throws {
    let running = try #require(Loading.load(Self.base).start)
    let storage =
      "storage: { database: env:DATABASE_URL, postgres: { password: env:MY_APP_KEY, pool: 2, timeout: 1s } }"
    let result = Loading.load(Self.base + storage) {
      $0.environment["DATABASE_URL"] = "postgresql://app:s3cret@[::1]:6000,b.example/db?sslmode=verify-full"
      $0.overrides.dataDirectory = "/data"
    }
    #expect(result.problems.isEmpty)
    let database = try #require(result.start?.database)
    guard case .postgres(let postgres) = database.place else { return #expect(Bool(false), "\(database)") }
    #expect(postgres.password != nil && postgres.pool == 2 && postgres.timeout == .seconds(1))
    #expect(database.files == "/data/sluice")
    #expect(
      result.start?.restarts(from: running)
        == ["storage.database: sqlite:sluice.db → postgres://[::1]:6000,b.example/db"])
    let text = try #require(ConfigurationDescription(result).text())
    #expect(text.contains("postgres://[::1]:6000,b.example/db"))
    #expect(!text.contains("s3cret"))
  }

  @Test func thePepperOfSeveralGatewaysIsAFileOrAVariable() throws {
    let file = Loading.load(Self.base + "storage: { pepper: file:shared.pepper }")
    #expect(file.start?.database.pepper == .file(path: "shared.pepper"))
    let digits = String(repeating: "0f", count: 32)
    let variable = Loading.load(Self.base + "storage: { pepper: env:PEPPER }") { $0.environment["PEPPER"] = digits }
    #expect(variable.start?.database.pepper == .value(Secret(digits)))
    let wrong = Loading.load(Self.base + "storage: { pepper: env:PEPPER }") { $0.environment["PEPPER"] = "0f" }
    #expect(wrong.problems.first?.message == "what 'env:PEPPER' stands for is not 64 hexadecimal digits")
  }

  @Test func eachLimitSaysWhatItDoesWhileItsStoreIsAway() throws {
    let limits = "limits: [{ requests: 1, per: day, whenStoreFails: closed }, { requests: 1, per: hour }]"
    let result = Loading.load(Self.base + limits)
    #expect(try #require(result.snapshot).limits.map(\.outage) == [.closed, .share])
  }

  @Test func everySettingOfTheServerArrives() throws {
    let text = """
      server:
        gateway: { cors: [https://A.example, "*"] }
        limits: { body: 1MiB, head: 2KiB, connections: 3, answer: 4MiB, event: 5KiB, message: 6KiB }
        timeouts: { head: 1s, body: 2s, idle: 3s, write: 4s }
        retryBudget: { ratio: 0.5, floor: 7 }
        health: { failures: 2, setAside: 1s, maximum: 9s }
        drain: 0s
      """
    let server = try #require(Loading.load(Self.base + text).snapshot).server
    #expect(server.cors == ["https://a.example", "*"])
    #expect(
      [
        server.limits.body, server.limits.head, server.limits.connections, server.limits.answer, server.limits.event,
        server.limits.message,
      ] == [1 << 20, 2048, 3, 4 << 20, 5120, 6144])
    #expect(
      [server.timeouts.head, server.timeouts.body, server.timeouts.idle, server.timeouts.write]
        == [.seconds(1), .seconds(2), .seconds(3), .seconds(4)])
    #expect(server.retryBudget.ratio == 0.5)
    #expect(server.retryBudget.floor == 7)
    #expect(server.health.failures == 2)
    #expect(server.health.maximum == .seconds(9))
    #expect(server.drain == .zero)
  }

  @Test func theHealthOfAKeyFollowsTheKeyAndThatOfATargetItsAddress() throws {
    let keys = { (list: String, url: String) -> [String] in
      let text = "providers: { p: { kind: openai, url: \(url), keys: \(list) } }\nmodels: { a: { targets: [p/x] } }\n"
      let snapshot = Loading.load(text).snapshot
      let cells = (snapshot?.providers.first?.credentials ?? []).map(\.health)
      let target = snapshot?.models.route(for: "a")?.fixedPlan?.first?.target.health
      return (cells + [target].compactMap { $0 }).compactMap { ($0 as? WellCell)?.name }
    }
    let before = keys("[env:OPENAI_API_KEY, env:MY_APP_KEY]", "https://h/v1")
    let after = keys("[env:MY_APP_KEY, env:OPENAI_API_KEY]", "https://other/v1")
    #expect(before.count == 3)
    #expect(Set(before).count == 3)
    #expect([before[0], before[1]] == [after[1], after[0]])
    #expect(before[2] != after[2])
    #expect(!before.joined().contains("sk-"))
  }
}

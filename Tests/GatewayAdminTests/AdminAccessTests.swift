import GatewayAdmin
import GatewayCore
import Synchronization
import Testing

@Suite struct AdminAccessTests {
  private static let locked = AdminSettings(port: 0, token: Secret("right-token"))

  @Test(arguments: ["/metrics", "/config"])
  func aTokenIsAskedForWhereOneIsSet(path: String) async throws {
    try await withServedPlane(Self.locked) { port in
      let without = try await RawAnswer.to("GET \(path) HTTP/1.1\r\nhost: localhost", port: port)
      #expect(without.status == 401)
      #expect(without.errorCode == "not_signed_in")
      #expect(without.headers["www-authenticate"] == "Bearer")
    }
  }

  @Test(arguments: [
    "Bearer wrong-token", "Bearer right-toke", "Bearer right-tokenx", "Bearer ", "Basic right-token", "right-token",
  ])
  func aWrongTokenIsRefused(credential: String) async throws {
    try await withServedPlane(Self.locked) { port in
      let answer = try await RawAnswer.to(
        "GET /config HTTP/1.1\r\nhost: localhost\r\nauthorization: \(credential)", port: port)
      #expect(answer.status == 401)
    }
  }

  @Test func twoCredentialsAreRefused() async throws {
    try await withServedPlane(Self.locked) { port in
      let answer = try await RawAnswer.to(
        "GET /config HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer right-token\r\nauthorization: Bearer x",
        port: port)
      #expect(answer.status == 401)
    }
  }

  @Test func theRightTokenOpensEveryRoute() async throws {
    try await withServedPlane(Self.locked) { port in
      let answer = try await RawAnswer.to(
        "GET /config HTTP/1.1\r\nhost: localhost\r\nauthorization: bearer right-token", port: port)
      #expect(answer.status == 200)
    }
  }

  @Test(arguments: ["/health/live", "/health/ready"])
  func probesNeedNoToken(path: String) async throws {
    try await withServedPlane(Self.locked) { port in
      let answer = try await RawAnswer.to("GET \(path) HTTP/1.1\r\nhost: localhost", port: port)
      #expect(answer.status == 200)
    }
  }

  @Test func metricsMayBeOpened() async throws {
    var settings = Self.locked
    settings.metricsNeedToken = false
    try await withServedPlane(settings) { port in
      let metrics = try await RawAnswer.to("GET /metrics HTTP/1.1\r\nhost: localhost", port: port)
      #expect(metrics.status == 200)
      let configuration = try await RawAnswer.to("GET /config HTTP/1.1\r\nhost: localhost", port: port)
      #expect(configuration.status == 401)
    }
  }

  @Test(arguments: ["localhost", "LOCALHOST:8081", "127.0.0.1:8081", "127.9.9.9", "[::1]:8081", "gateway.localhost"])
  func namesOfThisMachineAreServed(host: String) async throws {
    try await withServedPlane { port in
      let answer = try await RawAnswer.to("GET /config HTTP/1.1\r\nhost: \(host)", port: port)
      #expect(answer.status == 200)
    }
  }

  @Test(arguments: [
    "evil.example", "evil.example:8081", "127.0.0.1.evil.example", "127.evil", "localhost.evil.example", "[::2]",
  ])
  func aForeignNameOnLoopbackIsRefused(host: String) async throws {
    try await withServedPlane { port in
      let answer = try await RawAnswer.to("GET /config HTTP/1.1\r\nhost: \(host)", port: port)
      #expect(answer.status == 403)
      #expect(answer.errorCode == "host_not_allowed")
    }
  }

  @Test(arguments: ["http://evil.example", "null", "http://localhost:1", "localhost:8081"])
  func aReloadFromAPageOfAnotherSiteIsRefused(origin: String) async throws {
    let backend = ScriptedBackend()
    try await withServedPlane(backend: backend) { port in
      let answer = try await RawAnswer.to(
        "POST /config/reload HTTP/1.1\r\nhost: localhost:8081\r\norigin: \(origin)\r\ncontent-length: 0", port: port)
      #expect(answer.status == 403)
      #expect(answer.errorCode == "origin_not_allowed")
      let reloads = backend.script.withLock { $0.reloads }
      #expect(reloads == 0)
    }
  }

  @Test func aReloadFromOurOwnPagesIsServed() async throws {
    try await withServedPlane { port in
      let answer = try await RawAnswer.to(
        "POST /config/reload HTTP/1.1\r\nhost: localhost:8081\r\norigin: http://localhost:8081\r\ncontent-length: 0",
        port: port)
      #expect(answer.status == 200)
    }
  }
}

import Foundation
import GatewayAdmin
import GatewayCore
import Synchronization
import Testing

@Suite struct AdminPlaneTests {
  private static let host = "host: localhost"

  @Test func aLivingProcessSaysSo() async throws {
    try await withServedPlane { port in
      let answer = try await RawAnswer.to("GET /health/live HTTP/1.1\r\n\(Self.host)", port: port)
      #expect(answer.status == 200)
      #expect(answer.body == #"{"status":"live"}"#)
      #expect(answer.headers["content-type"] == "application/json")
    }
  }

  @Test func readinessFollowsTheGateway() async throws {
    let backend = ScriptedBackend()
    try await withServedPlane(backend: backend) { port in
      let request = "GET /health/ready HTTP/1.1\r\n\(Self.host)"
      let before = try await RawAnswer.to(request, port: port)
      #expect(before.status == 200)
      backend.script.withLock { $0.readiness = .notReady("draining") }
      let answer = try await RawAnswer.to(request, port: port)
      #expect(answer.status == 503)
      #expect(answer.object?["reason"] as? String == "draining")
    }
  }

  @Test func metricsAreInTheFormatOfPrometheus() async throws {
    try await withServedPlane { port in
      let answer = try await RawAnswer.to("GET /metrics HTTP/1.1\r\n\(Self.host)", port: port)
      #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      #expect(answer.body == "up 1\n")
    }
  }

  @Test func theRunningConfigurationIsShown() async throws {
    try await withServedPlane { port in
      let answer = try await RawAnswer.to("GET /config HTTP/1.1\r\n\(Self.host)", port: port)
      #expect(answer.status == 200)
      #expect(answer.body == #"{"revision":1}"#)
    }
  }

  @Test func aGoodReloadTellsItsRevisionAndWhatNeedsARestart() async throws {
    let backend = ScriptedBackend()
    backend.script.withLock { $0.outcome = .accepted(revision: 7, needsRestart: ["server.gateway.address"]) }
    try await withServedPlane(backend: backend) { port in
      let answer = try await RawAnswer.to(
        "POST /config/reload HTTP/1.1\r\n\(Self.host)\r\ncontent-length: 0", port: port)
      #expect(answer.status == 200)
      #expect(answer.body == #"{"needsRestart":["server.gateway.address"],"revision":7}"#)
    }
  }

  @Test func aRefusedReloadListsTheProblems() async throws {
    let backend = ScriptedBackend()
    backend.script.withLock {
      $0.outcome = .refused([
        ReloadProblem(message: "unknown key 'modles'", file: "sluice.yaml", line: 3, column: 1),
        ReloadProblem(message: "no providers"),
      ])
    }
    try await withServedPlane(backend: backend) { port in
      let answer = try await RawAnswer.to(
        "POST /config/reload HTTP/1.1\r\n\(Self.host)\r\ncontent-length: 0", port: port)
      #expect(answer.status == 422)
      #expect(answer.errorCode == "configuration_refused")
      let problems = try #require(answer.object?["problems"] as? [[String: Any]])
      #expect(problems.count == 2)
      #expect(problems[0]["line"] as? Int == 3)
      #expect(problems[0]["message"] as? String == "unknown key 'modles'")
    }
  }

  @Test(arguments: ["/health/live", "/health/ready", "/metrics", "/config"])
  func headAnswersLikeGetWithoutTheBody(path: String) async throws {
    try await withServedPlane { port in
      let got = try await RawAnswer.to("GET \(path) HTTP/1.1\r\n\(Self.host)", port: port)
      let head = try await RawAnswer.to("HEAD \(path) HTTP/1.1\r\n\(Self.host)", port: port)
      #expect(head.status == 200)
      #expect(head.body.isEmpty)
      #expect(head.headers["content-length"] == "\(got.body.utf8.count)")
    }
  }

  @Test func anUnknownPathIs404InTheEnvelope() async throws {
    try await withServedPlane { port in
      let answer = try await RawAnswer.to("GET /nothing HTTP/1.1\r\n\(Self.host)", port: port)
      #expect(answer.status == 404)
      let error = try #require(answer.object?["error"] as? [String: Any])
      #expect(Set(error.keys) == ["message", "type", "param", "code"])
      #expect(error["param"] is NSNull)
      #expect(error["message"] as? String == "the admin plane has no path '/nothing'")
    }
  }

  @Test func aWrongMethodIs405AndNamesTheRightOnes() async throws {
    try await withServedPlane { port in
      let get = try await RawAnswer.to("GET /config/reload HTTP/1.1\r\n\(Self.host)", port: port)
      #expect(get.status == 405)
      #expect(get.headers["allow"] == "POST")
      #expect(get.errorCode == "method_not_allowed")
      let delete = try await RawAnswer.to("DELETE /config HTTP/1.1\r\n\(Self.host)", port: port)
      #expect(delete.headers["allow"] == "GET, HEAD")
    }
  }

  @Test(arguments: ["/health/live", "/metrics", "/nothing"])
  func noAnswerIsStoredOrSniffed(path: String) async throws {
    try await withServedPlane { port in
      let answer = try await RawAnswer.to("GET \(path) HTTP/1.1\r\n\(Self.host)", port: port)
      #expect(answer.headers["x-content-type-options"] == "nosniff")
      #expect(answer.headers["cache-control"] == "no-store")
    }
  }

  @Test func aTakenPortIsAClearError() async throws {
    try await withServedPlane { port in
      let second = try AdminPlane(AdminSettings(port: port), backend: ScriptedBackend(), logger: quiet)
      let error = await #expect(throws: AdminError.self) { try await second.run() }
      #expect(
        error?.description
          == "the admin plane cannot listen on 127.0.0.1:\(port): the port is taken; end the other process or change "
          + "server.admin.address")
    }
  }

  @Test(arguments: ["0.0.0.0", "10.1.2.3", "::", "admin.example.com"])
  func anotherAddressThanLoopbackNeedsAToken(host: String) throws {
    let refused = #expect(throws: AdminError.self) {
      try AdminPlane(AdminSettings(host: host), backend: ScriptedBackend(), logger: quiet)
    }
    #expect(refused == .tokenNeeded(host: host))
    _ = try AdminPlane(AdminSettings(host: host, token: Secret("t")), backend: ScriptedBackend(), logger: quiet)
  }
}

import GatewayTesting
import Testing

@Suite struct Failover {
  /// What a primary may do wrong before any content; the backup must answer.
  private static let faults: [(name: String, failure: String, script: Script)] = [
    ("500", "server-error", [.error(500)]),
    (
      "502 without JSON", "server-error",
      [
        .text("HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 9\r\n\r\n<h1>x</h1")
      ]
    ),
    ("503 with a date", "server-error", [.error(503, headers: ["retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"])]),
    ("429", "rate-limit", [.error(429)]),
    ("408", "timeout", [.error(408)]),
    ("301", "server-error", [.json("{}", status: 301, headers: ["location": "http://127.0.0.1:1/"])]),
    ("an end without an answer", "connect", [.close]),
    ("a reset without an answer", "connect", [.reset]),
    ("garbage", "server-error", [.text("SSH-2.0-OpenSSH_9.2\r\n"), .close]),
    ("a malformed head", "server-error", [.text("HTTP/1.1 200 OK\r\nbad header\r\n\r\n"), .hang]),
    (
      "two lengths", "server-error",
      [
        .text("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}\n"), .hang,
      ]
    ),
    (
      "length and coding", "server-error",
      [
        .text("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), .hang,
      ]
    ),
    ("a head that is cut", "server-error", [.text("HTTP/1.1 200 OK\r\ncontent-le"), .close]),
    (
      "a body that is shorter than its length", "server-error",
      [
        .text("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"choices\":[]"),
        .close,
      ]
    ),
    (
      "a body that is cut by a reset", "server-error",
      [
        .text("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"choices\":[]"),
        .reset,
      ]
    ),
    (
      "a chunk that is cut", "server-error",
      [
        .text("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{\"ch"),
        .close,
      ]
    ),
    (
      "a bad chunk size", "server-error",
      [
        .text("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
        .hang,
      ]
    ),
    (
      "an HTML page with status 200", "server-error",
      [
        .text("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>")
      ]
    ),
    ("a body that is not JSON", "server-error", [.json("not json")]),
    ("an empty body", "server-error", [.json("")]),
    ("an error with status 200", "server-error", [.json(#"{"error":{"message":"overloaded","code":"busy"}}"#)]),
  ]

  @Test(arguments: faults.indices)
  func aPlainCallIsAnsweredByTheBackup(_ index: Int) async throws {
    try await scenario { scenario in
      let fault = Self.faults[index]
      let primary = try await scenario.upstream(fault.script)
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(to: primary, backup)
      let answer = try await gateway.chat()
      #expect(answer.status == 200, "\(fault.name)")
      #expect(try answer.content() == "from the backup", "\(fault.name)")
      #expect(answer.headers["x-sluice-target"] == "p1/up")
      #expect(answer.headers["x-sluice-attempts"] == "2")
      let line = try await gateway.logged()
      #expect(line["outcome"]?.string == "success")
      #expect(line["attempts"]?[0]?["failure"]?.string == fault.failure, "\(fault.name)")
      #expect(line["attempts"]?[0]?["target"]?.string == "p0/up")
      #expect(line["attempts"]?[0]?["reason"]?.string?.isEmpty == false, "\(fault.name)")
      #expect(line["attempts"]?[1]?["failure"] == nil)
    }
  }

  /// What a primary may do wrong in a stream before any content.
  private static let streamFaults: [(name: String, script: Script)] = [
    ("500", [.error(500)]),
    ("an error as the first event", [.streamHead, .event(#"{"error":{"message":"overloaded"}}"#), .done, .end]),
    ("an error after the role", [.streamHead, .role, .event(#"{"error":{"message":"overloaded"}}"#), .end]),
    ("an error with status 200 in JSON", [.json(#"{"error":{"message":"overloaded"}}"#)]),
    ("only a role", [.streamHead, .role, .end]),
    ("only [DONE]", [.streamHead, .done, .end]),
    ("nothing", [.streamHead, .end]),
    ("a cut after the role", [.streamHead, .role, .close]),
    ("a reset after the head", [.streamHead, .reset]),
    ("a cut in the middle of a chunk", [.streamHead, .role, .text("ff\r\ndata: {\"choi"), .close]),
    ("an event that is not JSON", [.streamHead, .event("what?"), .end]),
    ("an end without an answer", [.close]),
    ("garbage", [.text("\u{0}\u{1}\u{2}"), .close]),
  ]

  @Test(arguments: streamFaults.indices)
  func aStreamIsAnsweredByTheBackupUnnoticed(_ index: Int) async throws {
    try await scenario { scenario in
      let fault = Self.streamFaults[index]
      let primary = try await scenario.upstream(fault.script)
      let backup = try await scenario.upstream(.stream("from ", "the backup"))
      let gateway = try await scenario.gateway(to: primary, backup)
      let (client, head) = try await gateway.stream()
      #expect(head.status == 200, "\(fault.name)")
      #expect(head.headers["x-sluice-target"] == "p1/up", "\(fault.name)")
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.content == "from the backup", "\(fault.name)")
      #expect(rest.events.count == 5, "role, two contents, finish and [DONE], with \(fault.name)")
      #expect(!rest.events.hasError)
    }
  }

  @Test func aRefusedConnectionFailsOver() async throws {
    try await scenario { scenario in
      let refusing = try scenario.port(that: .refuses)
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(Configuration.text(to: [refusing.url, backup.url]))
      let answer = try await gateway.chat()
      #expect(try answer.content() == "from the backup")
      #expect(try await gateway.logged()["attempts"]?[0]?["failure"]?.string == "connect")
      try await eventually("the failover is counted") {
        let metrics = try await gateway.metrics()
        return metrics.value("sluice_failovers_total", ["from": "p0/up", "to": "p1/up", "reason": "connect"]) == 1
          && metrics.value("sluice_attempts_total", ["target": "p0/up", "outcome": "connect"]) == 1
          && metrics.value("sluice_attempts_total", ["target": "p1/up", "outcome": "success"]) == 1
      }
    }
  }

  @Test func aHostThatCannotBeResolvedFailsOver() async throws {
    try await scenario { scenario in
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        Configuration.text(
          to: ["http://no-such-host.invalid/v1", backup.url], provider: "timeouts: { connect: 1s }"))
      #expect(try await gateway.chat().content() == "from the backup")
    }
  }

  @Test func theSameTargetIsTriedAgainAsOftenAsConfigured() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(inTurn: [.error(500)], [.error(503)], [.chat("at last")])
      let gateway = try await scenario.gateway(
        to: upstream, model: "retry: { attempts: 2, backoff: 10ms, maximum: 50ms }")
      let answer = try await gateway.chat()
      #expect(try answer.content() == "at last")
      #expect(answer.headers["x-sluice-attempts"] == "3")
      #expect(upstream.requests.count == 3)
    }
  }

  @Test func aTargetIsRetriedBeforeTheNextOne() async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream([.error(500)])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        to: primary, backup, model: "retry: { attempts: 1, backoff: 10ms }")
      let answer = try await gateway.chat()
      #expect(try answer.content() == "from the backup")
      #expect(answer.headers["x-sluice-attempts"] == "3")
      #expect(primary.requests.count == 2)
    }
  }

  @Test func onlyTheChosenFailuresFailOver() async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream(inTurn: [.error(500, "broken")], [.error(429)], [.error(418)])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        to: primary, backup, model: "retry: { attempts: 0 }\nfallback: { on: [rate-limit, 418] }")
      let broken = try await gateway.chat()
      #expect(broken.status == 500)
      #expect(try broken.error()["message"]?.string?.contains("broken") == true)
      #expect(backup.requests.isEmpty)
      #expect(try await gateway.chat().content() == "from the backup")
      #expect(try await gateway.chat().content() == "from the backup")
    }
  }

  @Test func aMissingModelFailsOverWhenChosen() async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream([.error(404, "no such model")])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        to: primary, backup, model: "retry: { attempts: 0 }\nfallback: { on: [not-found] }")
      #expect(try await gateway.chat().content() == "from the backup")
    }
  }

  @Test func whenAllFailTheLastStatusIsTheAnswerAndSaysWhatWasTried() async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream([.error(500)])
      let backup = try await scenario.upstream([.error(503, "the disk is full")])
      let gateway = try await scenario.gateway(to: primary, backup)
      for body in [ChatBody.plain(), ChatBody.streamed()] {
        let answer = try await gateway.chat(body)
        #expect(answer.status == 503)
        let message = try #require(try answer.error()["message"]?.string)
        #expect(message.contains("the disk is full"))
        #expect(message.contains("p1/up") || message.contains("2"), "what was tried: \(message)")
        #expect(answer.headers["x-sluice-attempts"] == "2")
      }
      let line = try await gateway.logged()
      #expect(line["outcome"]?.string == "failed")
      #expect(line["attempts"]?.elements.count == 2)
    }
  }

  @Test func whenNoTargetCanBeReachedTheAnswerIs502() async throws {
    try await scenario { scenario in
      let urls = [try scenario.port(that: .refuses).url, try scenario.port(that: .refuses).url]
      let gateway = try await scenario.gateway(Configuration.text(to: urls))
      let answer = try await gateway.chat()
      #expect(answer.status == 502)
      let error = try answer.error()
      #expect(error["code"]?.string == "provider_unreachable")
      #expect(error["type"]?.string == "api_error")
      #expect(Set(error.members.keys) == ["message", "type", "param", "code"])
    }
  }

  @Test func nonsenseFromEveryTargetIs502() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.json("not json")])
      let answer = try await scenario.gateway(to: upstream).chat()
      #expect(answer.status == 502)
      #expect(try answer.error()["code"]?.string == "provider_error")
      #expect(!answer.text.contains("not json"))
    }
  }

  @Test func aTargetThatKeepsFailingIsSetAsideAndTriedAgain() async throws {
    try await scenario { scenario in
      let recovered = Gate()
      let primary = try await scenario.upstream { _ in recovered.isOpen ? [.chat("primary")] : [.error(500)] }
      let backup = try await scenario.upstream([.chat("backup")])
      let gateway = try await scenario.gateway(
        to: primary, backup, top: "server: { health: { failures: 3, setAside: 1s, maximum: 2s } }")
      for _ in 0..<3 { #expect(try await gateway.chat().headers["x-sluice-attempts"] == "2") }
      // Within its pause it is not asked.
      let answer = try await gateway.chat()
      #expect(answer.headers["x-sluice-attempts"] == "1")
      #expect(answer.headers["x-sluice-target"] == "p1/up")
      #expect(primary.requests.count == 3)
      #expect(try await gateway.metrics().value("sluice_set_aside", ["name": "p0/up"]) == 1)
      recovered.open()
      try await eventually("the primary answers again") { try await gateway.chat().content() == "primary" }
      #expect(try await gateway.metrics().value("sluice_set_aside", ["name": "p0/up"]) == 0)
    }
  }

  @Test func theOnlyTargetIsTriedEvenWhenItIsSetAside() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { $0.index < 4 ? [.error(500)] : [.chat("well again")] }
      let gateway = try await scenario.gateway(
        to: upstream, top: "server: { health: { failures: 2, setAside: 60s } }")
      for _ in 0..<4 { #expect(try await gateway.chat().status == 500) }
      #expect(try await gateway.chat().content() == "well again")
    }
  }

  @Test func retriesOfTheWholeProcessAreCapped() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.error(500)])
      let gateway = try await scenario.gateway(
        to: upstream, model: "retry: { attempts: 3, backoff: 1ms }",
        top: "server: { retryBudget: { ratio: 0, floor: 4 }, health: { failures: 1000 } }")
      for _ in 0..<5 { #expect(try await gateway.chat().status == 500) }
      #expect(upstream.requests.count == 9)
    }
  }
}

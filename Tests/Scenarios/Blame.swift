import GatewayTesting
import Testing

/// What counts against the health of a target, and by whose measure.
@Suite struct Blame {
  @Test(arguments: [false, true])
  func theDeadlineBlamesNoTarget(isStream: Bool) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.hang])
      let gateway = try await scenario.gateway(
        to: upstream, model: "retry: { attempts: 0 }\ntimeouts: { deadline: 300ms }",
        top: "server: { health: { failures: 5, setAside: 60s } }")
      let client = try await gateway.connect()
      // On a busy machine a deadline may end before the call goes out; of health only calls that do can tell.
      var left = 60
      while upstream.requests.count < 6, left > 0 {
        left -= 1
        client.post("/v1/chat/completions", isStream ? ChatBody.streamed() : ChatBody.plain())
        let answer = try await client.answer()
        #expect(answer.status == 504)
        #expect(try answer.error()["message"]?.string?.contains("deadline") == true, "\(answer.text)")
      }
      #expect(upstream.requests.count == 6)
      let metrics = try await gateway.metrics()
      #expect(metrics.samples.contains { $0.name == "sluice_set_aside" && $0.labels["name"] == "p0/up" })
      #expect(metrics.value("sluice_set_aside") == 0)
    }
  }

  @Test func anotherTimerBlamesTheTarget() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.hang])
      let gateway = try await scenario.gateway(
        to: upstream, model: "retry: { attempts: 0 }\ntimeouts: { headers: 100ms }",
        top: "server: { health: { failures: 2, setAside: 60s } }")
      for _ in 0..<2 { #expect(try await gateway.chat().status == 504) }
      #expect(try await gateway.metrics().value("sluice_set_aside", ["name": "p0/up"]) == 1)
    }
  }

  @Test func aFileThatIsRefusedDoesNotChangeThePolicy() async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream([.error(500)])
      let backup = try await scenario.upstream([.chat("backup")])
      let urls = [primary.url, backup.url]
      let gateway = try await scenario.gateway(
        Configuration.text(to: urls, top: "server: { health: { failures: 1000 } }"))
      let strict = "server: { health: { failures: 1, setAside: 60s } }"
      #expect(try await gateway.chat().headers["x-sluice-attempts"] == "2")
      try gateway.save(Configuration.text(to: urls, top: "  n: { targets: [nowhere/n] }\n" + strict))
      #expect(try await gateway.admin("POST", "/config/reload").status == 422)
      for _ in 0..<4 { #expect(try await gateway.chat().headers["x-sluice-attempts"] == "2") }
      #expect(primary.requests.count == 5)
      #expect(try await gateway.metrics().value("sluice_set_aside") == 0)
      // A file that is taken over does.
      try gateway.save(Configuration.text(to: urls, top: strict))
      #expect(try await gateway.admin("POST", "/config/reload").status == 200)
      try await eventually("the primary is set aside") {
        _ = try await gateway.chat()
        return try await gateway.metrics().value("sluice_set_aside", ["name": "p0/up"]) == 1
      }
      #expect(try await gateway.chat().headers["x-sluice-attempts"] == "1")
    }
  }
}

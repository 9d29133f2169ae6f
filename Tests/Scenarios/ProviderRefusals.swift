import GatewayTesting
import Testing

/// Answers of a provider that are the caller's fault, and those that are the gateway's own.
@Suite struct ProviderRefusals {
  @Test(arguments: [400, 409, 413, 415, 422, 451])
  func aCallersFaultIsPassedThroughWithStatusAndText(_ status: Int) async throws {
    try await scenario { scenario in
      let body = #"{"error":{"message":"bad temperature","type":"x","param":"temperature","code":"c","vendor":[1]}}"#
      let upstream = try await scenario.upstream([.json(body, status: status)])
      let backup = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, backup, model: "retry: { attempts: 2 }")
      for request in [ChatBody.plain(), ChatBody.streamed()] {
        let answer = try await gateway.chat(request)
        #expect(answer.status == status)
        let error = try answer.error()
        #expect(error["message"]?.string?.contains("bad temperature") == true)
        #expect(error["param"]?.string == "temperature")
        #expect(answer.headers["x-sluice-attempts"] == "1")
        #expect(answer.headers["x-sluice-target"] == "p0/up")
      }
      #expect(backup.requests.isEmpty)
      #expect(try await gateway.logged()["outcome"]?.string == "caller_error")
    }
  }

  @Test func aFaultOfManyCallersDoesNotSetATargetAside() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { $0.index < 10 ? [.error(400)] : [.chat("fine")] }
      let backup = try await scenario.upstream([.chat("backup")])
      let gateway = try await scenario.gateway(to: upstream, backup, top: "server: { health: { failures: 2 } }")
      for _ in 0..<10 { #expect(try await gateway.chat().status == 400) }
      #expect(try await gateway.chat().content() == "fine")
    }
  }

  @Test(arguments: [401, 402, 403])
  func aRefusedProviderKeyIsNeverTheClients401(_ status: Int) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.error(status, "Incorrect API key provided: sk-up-1")])
      let gateway = try await scenario.gateway(
        to: upstream, provider: "keys: [env:UP_KEY]", environment: ["UP_KEY": "sk-up-1"])
      let answer = try await gateway.chat()
      #expect(answer.status == 502)
      #expect(try answer.error()["code"]?.string == "provider_auth_failed")
      #expect(!answer.text.contains("sk-up-1"))
    }
  }

  @Test func theNextKeyIsTriedAndThenTheNextTarget() async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream([.error(401)])
      let backup = try await scenario.upstream([.chat("backup")])
      let gateway = try await scenario.gateway(
        """
        providers:
          a: { kind: openai-compatible, url: \(primary.url), keys: [env:ONE, env:TWO] }
          b: { kind: openai-compatible, url: \(backup.url) }
        models:
          m: { targets: [a/up, b/up], retry: { attempts: 0 }, fallback: { on: [connect] } }
        """, environment: ["ONE": "sk-one", "TWO": "sk-two"])
      let answer = try await gateway.chat()
      #expect(try answer.content() == "backup")
      #expect(answer.headers["x-sluice-attempts"] == "3")
      let keys = Set(primary.requests.compactMap { $0.headers["authorization"] })
      #expect(keys == ["Bearer sk-one", "Bearer sk-two"])
    }
  }

  @Test func aKeyThatWorksIsFoundAmongBadOnes() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { request in
        request.headers["authorization"] == "Bearer sk-two" ? [.chat("good")] : [.error(403)]
      }
      let gateway = try await scenario.gateway(
        to: upstream, provider: "keys: [env:ONE, env:TWO]", environment: ["ONE": "sk-one", "TWO": "sk-two"])
      for _ in 0..<6 { #expect(try await gateway.chat().content() == "good") }
      #expect(upstream.requests.filter { $0.headers["authorization"] == "Bearer sk-one" }.count <= 1)
    }
  }

  @Test func aModelThatTheProviderDoesNotKnowIs404() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.error(404, "The model `up` does not exist")])
      let answer = try await scenario.gateway(to: upstream).chat()
      #expect(answer.status == 404)
      #expect(try answer.error()["message"]?.string?.contains("does not exist") == true)
    }
  }

  @Test func anErrorInAnotherShapeIsPutIntoTheEnvelope() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.json(#"{"detail":"field required"}"#, status: 422)])
      let answer = try await scenario.gateway(to: upstream).chat()
      #expect(answer.status == 422)
      #expect(answer.text.contains("field required"))
    }
  }
}

import Foundation
import GatewayTesting
import Testing

/// `sluice explain` says what a call would get, and why.
@Suite struct Explain {
  private struct Place {
    let scenario: Scenario
    let gateway: GatewayProcess

    func run(_ words: [String]) async throws -> (code: Int32, output: String, errorOutput: String) {
      try await scenario.command(
        words + ["--config", gateway.directory.path + "/sluice.yaml"], environment: Tenants.environment)
    }

    func explain(_ words: String...) async throws -> (code: Int32, json: JSONValue) {
      let result = try await run(["explain", "--json"] + words)
      #expect(result.errorOutput == "")
      return (result.code, try JSONValue(parsing: result.output))
    }

    func issue(_ words: String...) async throws -> String {
      let made = try await run(["keys", "create"] + words)
      let key = try #require(made.output.split(whereSeparator: \.isWhitespace).map(String.init).dropFirst().first)
      try await eventually("the key is known") { try await status(key, "GET", "/v1/models") != 401 }
      return key
    }

    func status(_ key: String, _ method: String, _ path: String, _ body: String? = nil) async throws -> Int {
      try await gateway.call(method, path, body, headers: ["authorization": "Bearer \(key)"]).status
    }

    func chat(_ key: String, _ model: String) async throws -> Answer {
      let body = #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}],"max_tokens":5}"#
      return try await gateway.chat(body, headers: ["authorization": "Bearer \(key)", "x-user-id": "ann"])
    }
  }

  private func place(_ more: String = "", _ body: (Place) async throws -> Void) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        "providers: { p0: { kind: openai-compatible, url: \"\(upstream.url)\" } }\n\(Tenants.tenants)\n\(more)\n",
        environment: Tenants.environment)
      try await body(Place(scenario: scenario, gateway: gateway))
    }
  }

  private func steps(_ json: JSONValue, _ topic: String) -> [String] {
    (json["steps"]?.elements ?? []).filter { $0["step"]?.string == topic }.map {
      "\($0["verdict"]?.string ?? ""): \($0["text"]?.string ?? "")"
    }
  }

  @Test func itSaysOfEveryCallWhatTheCallGets() async throws {
    try await place { place in
      let narrow = try await place.issue("--consumer", "lab", "--models", "a", "--ips", "127.0.0.0/8")
      let far = try await place.issue("--consumer", "lab", "--ips", "10.0.0.0/8")
      let quiet = try await place.issue("--consumer", "free", "--surfaces", "embeddings")
      for key in ["sk-free", "sk-lab", "sk-intern", "sk-seller", "sk-nobody", narrow, far, quiet] {
        for model in ["a", "b", "c", "d", "vectors", "nothing"] {
          let answer = try await place.chat(key, model)
          let said = try await place.explain(
            "--key", key, "--model", model, "--surface", "/v1/chat/completions")
          #expect(said.code == (answer.status == 200 ? 0 : 1), "\(key) \(model)")
          #expect(said.json["allowed"]?.bool == (answer.status == 200), "\(key) \(model)")
          guard answer.status != 200 else { continue }
          #expect(said.json["status"]?.number == Double(answer.status), "\(key) \(model)")
          #expect(try said.json["message"]?.string == answer.error()["message"]?.string, "\(key) \(model)")
          #expect(try said.json["code"]?.string == answer.error()["code"]?.string, "\(key) \(model)")
        }
      }
    }
  }

  @Test func everyLevelAndTargetIsTold() async throws {
    try await place { place in
      let said = try await place.explain("--consumer", "intern", "--model", "a").json
      #expect(steps(said, "team") == ["note: research", "yes: team 'research' allows it"])
      #expect(steps(said, "organisation") == ["note: acme", "yes: organisation 'acme' allows it"])
      #expect(
        steps(said, "roles") == [
          "note: talker, searcher", "yes: consumer 'intern' with the roles 'talker', 'searcher' allows it",
        ])
      #expect(steps(said, "surface") == ["yes: /v1/chat/completions may be called from 127.0.0.1"])
      #expect(said["targets"]?[0]?.string == "p0/up")
      #expect(steps(said, "target").last?.contains("only the running gateway knows") == true)
      let vectors = try await place.explain("--consumer", "intern", "--model", "vectors").json
      #expect(steps(vectors, "surface") == ["yes: /v1/embeddings may be called from 127.0.0.1"])
    }
  }

  @Test func limitsAreToldWithWhatIsUsed() async throws {
    let limits = """
      limits:
        - { requests: 2, per: day, by: header:x-user-id }
        - { concurrent: 5, by: team }
        - { requests: 2, per: day, by: provider, models: [d] }
      """
    try await place(limits) { place in
      let words = ["--key", "sk-lab", "--model", "a", "--header", "X-User-ID: ann"]
      func ask() async throws -> (code: Int32, json: JSONValue) {
        try await place.explain(words[0], words[1], words[2], words[3], words[4], words[5])
      }
      for _ in 0..<2 { #expect(try await place.chat("sk-lab", "a").status == 200) }
      try await eventually("the counters are stored") { try await ask().code == 1 }
      let said = try await ask().json
      #expect(
        steps(said, "limit").first
          == "no: 2 requests per day for each value of the header 'x-user-id' (for everyone), 'ann': 2 requests used, "
          + "this call wants 1 request")
      #expect(steps(said, "limit").contains { $0.hasPrefix("note: 5 calls at once") && $0.contains("'research'") })
      #expect(said["status"]?.number == 429 && said["code"]?.string == "request_limit_exceeded")
      #expect(said["counters"]?.string?.contains("100 ms") == true)
      // Asking took nothing.
      #expect(try await place.chat("sk-lab", "a").status == 429)
      #expect(try await place.explain("--key", "sk-lab", "--model", "a", "--header", "x-user-id:bob").code == 0)
      for _ in 0..<2 {
        _ = try await place.gateway.chat(
          #"{"model":"d","messages":[{"role":"user","content":"hi"}]}"#,
          headers: ["authorization": "Bearer sk-seller"])
      }
      try await eventually("the provider is full") {
        try await place.explain("--key", "sk-seller", "--model", "d", "--header", "x-user-id:eve").code == 1
      }
      let full = try await place.explain("--key", "sk-seller", "--model", "d", "--header", "x-user-id:eve").json
      #expect(full["message"]?.string?.contains("2 requests per day for each provider") == true)
      #expect(steps(full, "target").first?.hasPrefix("no: p0/up: passed over, ") == true)
    }
  }

  @Test func aKeyIsAskedAboutByItsNumber() async throws {
    try await place { place in
      _ = try await place.issue("--consumer", "lab", "--models", "b", "--limit", "1 requests per day")
      let good = try await place.explain("--key-id", "1", "--model", "b")
      #expect(good.code == 0 && good.json["key"]?["state"]?.string == "active")
      #expect(steps(good.json, "key").first == "note: its models in order: b")
      #expect(try await place.run(["keys", "disable", "1"]).code == 0)
      let disabled = try await place.explain("--key-id", "1", "--model", "b")
      #expect(disabled.code == 1 && disabled.json["code"]?.string == "invalid_api_key")
      #expect(disabled.json["message"]?.string?.contains("is disabled") == true)
      // What else would stand in its way is told, too.
      #expect(steps(disabled.json, "team").contains("yes: team 'research' allows it"))
      let text = try await place.run(["explain", "--key-id", "1", "--model", "c"])
      #expect(text.code == 1)
      #expect(text.output.contains("✗ team          team 'research' does not allow it; it may use a, b, vectors\n"))
      #expect(text.output.contains("\nrefused: 401 invalid_api_key: the API key 'sk-sluice-"))
    }
  }

  @Test func countersOfRedisAreRead() async throws {
    try await RedisServer.running { redis in
      let shared = "storage: { shared: \"redis://127.0.0.1:\(redis.port)\" }\nlimits: [{ requests: 1, per: hour }]"
      try await place(shared) { place in
        #expect(try await place.explain("--key", "sk-lab", "--model", "a").code == 0)
        #expect(try await place.chat("sk-lab", "a").status == 200)
        let said = try await place.explain("--key", "sk-lab", "--model", "a")
        #expect(said.code == 1 && said.json["code"]?.string == "request_limit_exceeded")
        #expect(said.json["counters"]?.string == "counters are those of Redis at redis://127.0.0.1:\(redis.port)")
      }
    }
  }

  @Test func whatCannotBeExplainedIsSaidInASentence() async throws {
    try await scenario { scenario in
      let file = "providers: { e: { kind: echo } }\nconsumers: { app: { keys: [env:APP] } }\n"
      func run(_ words: String..., file text: String) async throws -> (Int32, String) {
        let result = try await scenario.command(
          ["explain", "--config", "sluice.yaml"] + words, files: ["sluice.yaml": text], environment: ["APP": "sk-app"])
        return (result.code, result.errorOutput)
      }
      let stranger = try await run("--consumer", "apq", "--model", "e/echo", file: file)
      #expect(stranger == (2, "sluice: the configuration has no consumer 'apq'; did you mean app?\n"))
      let number = try await run("--key-id", "9", "--model", "e/echo", file: file)
      #expect(number.0 == 2 && number.1.contains("no key with id 9 is in use"))
      let broken = try await run("--model", "m", file: "provider: {}")
      #expect(broken.0 == 2 && broken.1.contains("error: unknown key 'provider'"))
      #expect(try await run("--key", "sk-app", file: file).1.contains("name the model with --model"))
      #expect(try await run("--model", "m", "--surface", "/v1/chat/completion", file: file).1.contains("did you mean"))
      #expect(try await run("--model", "m", "--from", "here", file: file).1.contains("'here' is no IP address"))
      #expect(try await run("--model", "m", "--header", "x", file: file).1.contains("write NAME:VALUE"))
      #expect(
        try await run("--key", "env:NOT_SET", "--model", "m", file: file).1.contains("'NOT_SET' of --key is not set"))
    }
  }
}

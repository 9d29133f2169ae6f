import Foundation
import GatewayTesting
import Testing

/// What issued keys may do, and for how long.
@Suite struct KeyRules {
  private static let consumers = """
    models:
      m: { retry: { attempts: 0 }, targets: [p0/up] }
      n: { retry: { attempts: 0 }, targets: [p1/up] }
    consumers: { app: { keys: ["sha256:\(String(repeating: "ab", count: 32))"] } }
    """

  /// A gateway, its file, and the commands on its keys.
  private struct Place {
    let scenario: Scenario
    let gateway: GatewayProcess
    let upstreams: [ScriptedUpstream]

    func keys(_ command: String, _ arguments: String...) async throws -> (
      code: Int32, output: String, errorOutput: String
    ) {
      try await scenario.command(
        ["keys", command, "--config", gateway.directory.path + "/sluice.yaml"] + arguments)
    }

    func issue(_ arguments: String...) async throws -> String {
      let made = try await scenario.command(
        ["keys", "create", "--config", gateway.directory.path + "/sluice.yaml", "--consumer", "app"] + arguments)
      #expect(made.code == 0, "\(made.errorOutput)")
      let key = try #require(made.output.split(whereSeparator: \.isWhitespace).map(String.init).dropFirst().first)
      try await eventually("the new key is known") {
        try await refusal(of: key, path: "/v1/models", nil)?.contains("not known") != true
      }
      return key
    }

    func call(_ key: String, path: String = "/v1/chat/completions", _ body: String? = nil) async throws -> Answer {
      try await gateway.call(body == nil ? "GET" : "POST", path, body, headers: ["x-api-key": key])
    }

    func refusal(of key: String, path: String, _ body: String?) async throws -> String? {
      let answer = try await call(key, path: path, body)
      guard answer.status >= 400 else { return nil }
      return try "\(answer.status) \(answer.error()["code"]?.string ?? "") \(answer.error()["message"]?.string ?? "")"
    }
  }

  private func place(_ first: Script = [.chat()], _ body: (Place) async throws -> Void) async throws {
    try await scenario { scenario in
      let upstreams = [try await scenario.upstream(first), try await scenario.upstream([.chat()])]
      let providers = upstreams.enumerated().map { "p\($0): { kind: openai-compatible, url: \"\($1.url)/v1\" }" }
      let gateway = try await scenario.gateway(
        "server: { gateway: { address: \"127.0.0.1:0\" }, admin: { address: \"127.0.0.1:0\" } }\n"
          + "providers: { \(providers.joined(separator: ", ")) }\n" + Self.consumers)
      try await body(Place(scenario: scenario, gateway: gateway, upstreams: upstreams))
    }
  }

  private static func body(_ model: String = "m") -> String {
    #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]}"#
  }

  @Test func aKeyUsesTheModelsOfItsListOnlyAndSeesNoOthers() async throws {
    try await place { place in
      let key = try await place.issue("--models", "n")
      #expect(try await place.call(key, Self.body("n")).status == 200)
      let refusal = try await place.refusal(of: key, path: "/v1/chat/completions", Self.body("m"))
      #expect(refusal?.hasPrefix("403 model_not_allowed the API key 'sk-sluice-") == true)
      let list = try await place.call(key, path: "/v1/models").text
      #expect(list.contains("\"n\"") && !list.contains("\"m\""))
    }
  }

  @Test func theModelsOfAKeyAreItsFallbackChain() async throws {
    try await place([.error(500)]) { place in
      let chained = try await place.issue("--models", "m,n")
      let alone = try await place.issue("--models", "m")
      let last = try await place.issue("--models", "n,m")
      #expect(try await place.call(chained, Self.body("m")).status == 200)
      #expect(try await place.call(alone, Self.body("m")).status == 500)
      #expect(try await place.call(last, Self.body("m")).status == 500)
    }
  }

  @Test func aKeyCallsItsSurfacesOnly() async throws {
    try await place { place in
      let key = try await place.issue("--surfaces", "embeddings,chat.completions")
      #expect(try await place.call(key, Self.body()).status == 200)
      let refusal = try await place.refusal(
        of: key, path: "/v1/messages", #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}"#)
      #expect(refusal?.hasPrefix("403") == true)
      #expect(refusal?.contains("may not call /v1/messages; it may call ") == true)
      #expect(try await place.call(key, path: "/v1/models").status == 200)
    }
  }

  @Test func aKeyIsUsedFromItsAddressesOnly() async throws {
    try await place { place in
      let here = try await place.issue("--ips", "10.0.0.0/8,127.0.0.0/8")
      let elsewhere = try await place.issue("--ips", "10.0.0.0/8")
      #expect(try await place.call(here, Self.body()).status == 200)
      let refusal = try await place.refusal(of: elsewhere, path: "/v1/chat/completions", Self.body())
      #expect(refusal?.hasPrefix("403 address_not_allowed") == true)
    }
  }

  @Test func eachKeyCountsForItselfAndItsSuccessorGoesOnCounting() async throws {
    try await place { place in
      let (one, other) = (
        try await place.issue("--limit", "2 requests per day"), try await place.issue("--limit", "2 requests per day")
      )
      #expect(try await place.call(one, Self.body()).status == 200)
      #expect(try await place.call(other, Self.body()).status == 200)
      let rotated = try await place.keys("rotate", "1")
      #expect(rotated.code == 0, "\(rotated.errorOutput)")
      let successor = try #require(
        rotated.output.split(whereSeparator: \.isWhitespace).map(String.init).dropFirst().first)
      try await eventually("the successor is known") {
        try await place.call(successor, path: "/v1/models").status == 200
      }
      #expect(try await place.call(successor, Self.body()).status == 200)
      let refusal = try await place.refusal(of: one, path: "/v1/chat/completions", Self.body())
      #expect(refusal?.contains("2 requests per day (of this key)") == true, "\(refusal ?? "")")
      #expect(try await place.call(successor, Self.body()).status == 429)
      #expect(try await place.call(other, Self.body()).status == 200)
    }
  }

  @Test func aDisabledKeyStopsOnAnOpenConnectionAndIsEnabledAgain() async throws {
    try await place { place in
      let key = try await place.issue()
      let client = try await place.gateway.connect()
      func status() async throws -> Int {
        client.post("/v1/chat/completions", Self.body(), headers: ["x-api-key": key])
        return try await client.answer().status
      }
      #expect(try await status() == 200)
      #expect(try await place.keys("disable", "1").code == 0)
      try await eventually("the key is refused", within: .seconds(2)) { try await status() == 401 }
      let refusal = try await place.refusal(of: key, path: "/v1/models", nil)
      #expect(refusal?.contains("is disabled") == true)
      #expect(try await place.keys("enable", "1").code == 0)
      try await eventually("the key is let in", within: .seconds(2)) { try await status() == 200 }
    }
  }

  @Test func aKeyExpiresWithoutAnyReload() async throws {
    try await place { place in
      let key = try await place.issue("--expires-in", "3s")
      #expect(try await place.call(key, path: "/v1/models").status == 200)
      try await eventually("the key has expired", within: .seconds(6)) {
        try await place.refusal(of: key, path: "/v1/models", nil)?.hasPrefix("401 invalid_api_key") == true
      }
      #expect(try await place.refusal(of: key, path: "/v1/models", nil)?.contains("has expired") == true)
      #expect(try await place.keys("list").output.contains("\texpired\t"))
    }
  }

  @Test func theTimeoutOfAKeyBoundsTheWholeCall() async throws {
    try await place([.hang]) { place in
      let key = try await place.issue("--timeout", "300ms", "--models", "m")
      #expect(try await place.call(key, Self.body()).status == 504)
    }
  }

  @Test func theRetriesOfAKeyTakeThePlaceOfTheModels() async throws {
    try await place([.error(500)]) { place in
      let key = try await place.issue("--retries", "2")
      #expect(try await place.call(key, Self.body()).status == 500)
      #expect(place.upstreams[0].requests.count == 3)
    }
  }

  @Test func theAccessLogNamesTheKeyAndNeverShowsIt() async throws {
    try await place { place in
      let key = try await place.issue()
      _ = try await place.call(key, Self.body())
      let line = try await place.gateway.logged { $0["surface"]?.string == "chat.completions" }
      #expect(line["key"]?.string == String(key.prefix(14)))
      #expect(line["key_id"]?.number == 1)
      #expect(try !place.gateway.accessLog().contains { "\($0)".contains(key) })
    }
  }

  @Test func whatIsWrongIsToldAndChangesNothing() async throws {
    try await place { place in
      _ = try await place.issue("--note", "first")
      let before = try await place.keys("list", "--json").output
      let wrong: [(arguments: [String], said: String)] = [
        (["create", "--consumer", "nobody"], "no consumer 'nobody'"),
        (["create", "--consumer", "app", "--models", "x"], "no model 'x'"),
        (["create", "--consumer", "app", "--models", "m,,n"], "is empty"),
        (["create", "--consumer", "app", "--surfaces", "telepathy"], "unknown surface 'telepathy'"),
        (["create", "--consumer", "app", "--ips", "10.0.0.1/8"], "bits behind its prefix"),
        (["create", "--consumer", "app", "--limit", "0 requests per day"], "above 0"),
        (
          ["create", "--consumer", "app", "--limit", "1 request per day", "--limit", "2 requests per day"],
          "count the same"
        ),
        (["create", "--consumer", "app", "--retries", "99"], "0 to 10"),
        (["create", "--consumer", "app", "--timeout", "30"], "30s"),
        (["create", "--consumer", "app", "--expires", "2027-02-30"], "is no date"),
        (["create", "--consumer", "app", "--expires", "2001-01-01"], "in the past"),
        (["create", "--models", "m"], "--consumer"),
        (["show", "9"], "no key with id 9"), (["update", "9", "--note", "x"], "no key with id 9"),
        (["update", "1"], "what is to change"), (["update", "1", "--models", "x"], "no model 'x'"),
        (["update", "1", "--note", "x", "--clear", "note"], "one of both"), (["disable", "9"], "no key with id 9"),
        (["enable", "9"], "no key with id 9"), (["rotate", "9"], "no key with id 9"),
        (["rotate", "1", "--grace", "soon"], "--grace"), (["revoke", "9"], "no key with id 9"),
      ]
      for (arguments, said) in wrong {
        let file = place.gateway.directory.path + "/sluice.yaml"
        let result = try await place.scenario.command(["keys", arguments[0], "--config", file] + arguments.dropFirst())
        #expect(result.code != 0, "\(arguments)")
        #expect(result.errorOutput.contains(said), "\(arguments): \(result.errorOutput)")
      }
      #expect(try await place.keys("list", "--json").output == before)
    }
  }

  @Test func anUpdateIsFollowedAndShown() async throws {
    try await place { place in
      let key = try await place.issue("--models", "n", "--limit", "5 concurrent", "--expires", "2099-01-01T00:00:00Z")
      let updated = try await place.keys("update", "1", "--models", "m", "--note", "ann", "--clear", "expires")
      #expect(updated.code == 0, "\(updated.errorOutput)")
      try await eventually("the model is allowed", within: .seconds(2)) {
        try await place.call(key, Self.body("m")).status == 200
      }
      let shown = try await place.keys("show", "1", "--json").output
      #expect(shown.contains("\"ann\"") && shown.contains("5 concurrent") && !shown.contains("expires"))
    }
  }
}

import GatewayTesting
import Testing

@Suite struct Keys {
  private static let consumers = """
    consumers:
      app: { keys: [env:APP_KEY, "sha256:\(hashOfOtherKey)"] }
      second: { keys: [env:SECOND_KEY] }
    """
  /// SHA-256 of `sk-hashed`.
  private static let hashOfOtherKey = "c291001835042e213221b2f9fca79c9c91d08813d599b717bc695a268edb2ea6"
  private static let environment = ["APP_KEY": "sk-app", "SECOND_KEY": "sk-second", "UP_KEY": "sk-provider"]

  private func withGateway(_ body: (GatewayProcess, ScriptedUpstream) async throws -> Void) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, provider: "keys: [env:UP_KEY]", top: Self.consumers, environment: Self.environment)
      try await body(gateway, upstream)
    }
  }

  @Test(arguments: [
    ("authorization", "Bearer sk-app"), ("Authorization", "bearer sk-app"), ("x-api-key", "sk-app"),
    ("api-key", "sk-app"), ("X-API-Key", "sk-second"), ("x-api-key", "sk-hashed"),
  ])
  func aKeyIsAcceptedInEachOfItsHeaders(_ name: String, _ value: String) async throws {
    try await withGateway { gateway, upstream in
      let answer = try await gateway.chat(headers: HeaderList([.init(name: name, value: value)]))
      #expect(answer.status == 200)
      #expect(try await gateway.logged()["consumer"]?.string == (value == "sk-second" ? "second" : "app"))
      let headers = try await upstream.request().headers
      #expect(headers["authorization"] == "Bearer sk-provider")
      #expect(headers["x-api-key"] == nil && headers["api-key"] == nil)
    }
  }

  @Test func aMissingKeyIs401() async throws {
    try await withGateway { gateway, upstream in
      let answer = try await gateway.chat()
      #expect(answer.status == 401)
      let error = try answer.error()
      #expect(error["code"]?.string == "missing_api_key")
      #expect(error["type"]?.string == "authentication_error")
      #expect(error["param"] == .null)
      #expect(error["message"]?.string?.isEmpty == false)
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test(arguments: [
    ("authorization", "Bearer sk-wrong"), ("x-api-key", "sk-app "), ("api-key", "SK-APP"),
    ("authorization", "Bearer sk-provider"), ("x-api-key", "sk-ap"), ("x-api-key", "sk-app1"),
  ])
  func aWrongKeyIs401AndIsNotRepeated(_ name: String, _ value: String) async throws {
    try await withGateway { gateway, upstream in
      // A trailing space is no part of a header's value (RFC 9110 §5.5), so that one is right.
      let isRight = value == "sk-app "
      let answer = try await gateway.chat(headers: HeaderList([.init(name: name, value: value)]))
      #expect(answer.status == (isRight ? 200 : 401))
      guard !isRight else { return }
      #expect(try answer.error()["code"]?.string == "invalid_api_key")
      #expect(!answer.text.contains(value.split(separator: " ").last ?? ""))
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test(arguments: ["Basic c2stYXBwOg==", "sk-app", "Bearer", "Bearer "])
  func anotherSchemeIsNoKey(_ value: String) async throws {
    try await withGateway { gateway, _ in
      let answer = try await gateway.chat(headers: ["authorization": value])
      #expect(answer.status == 401)
    }
  }

  @Test func twoDifferentCredentialsConflict() async throws {
    try await withGateway { gateway, upstream in
      let answer = try await gateway.chat(headers: ["authorization": "Bearer sk-app", "x-api-key": "sk-second"])
      #expect(answer.status == 400)
      #expect(try answer.error()["code"]?.string == "conflicting_credentials")
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func theSameCredentialTwiceIsFine() async throws {
    try await withGateway { gateway, _ in
      let answer = try await gateway.chat(headers: ["authorization": "Bearer sk-app", "x-api-key": "sk-app"])
      #expect(answer.status == 200)
    }
  }

  @Test func aHashOfAKeyServesAsTheKey() async throws {
    try await scenario { scenario in
      let made = try await scenario.command("keys", "create")
      #expect(made.code == 0)
      let words = (made.output + made.errorOutput).split { $0.isWhitespace || $0 == "\"" }.map(String.init)
      let hash = try #require(words.first { $0.hasPrefix("sha256:") && $0.count == 71 })
      let keys = words.filter { $0.hasPrefix("sk-") || $0.hasPrefix("sl-") || $0.hasPrefix("sluice") }
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, top: "consumers: { app: { keys: [\"\(hash)\"] } }")
      #expect(try await gateway.chat(headers: ["x-api-key": hash]).status == 401)
      var accepted = 0
      for key in keys where try await gateway.chat(headers: ["x-api-key": key]).status == 200 { accepted += 1 }
      #expect(accepted >= 1, "none of the printed words is the key: \(made.output)")
    }
  }

  @Test func withoutConsumersEveryoneIsLetIn() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      #expect(try await gateway.chat(headers: ["authorization": "Bearer whatever"]).status == 200)
      #expect(try await upstream.request().headers["authorization"] == nil)
    }
  }
}

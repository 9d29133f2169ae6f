import Foundation
import GatewayTesting
import Testing

/// Providers whose credential is an access token that the gateway fetches.
@Suite struct AccessTokens {
  private static let answer = #"""
    {"candidates":[{"content":{"role":"model","parts":[{"text":"hi"}]},"finishReason":"STOP","index":0}],\#
    "usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"g"}
    """#
  private static let message = #"""
    {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"hi"}],\#
    "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}
    """#

  private static func token(_ name: String, seconds: Int = 3600) -> Script.Step {
    .json(#"{"access_token":"\#(name)","expires_in":\#(seconds),"token_type":"Bearer"}"#)
  }

  private static func account() throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try String(
      contentsOf: folder.appending(path: "Fixtures/Credentials/service-account.json"), encoding: .utf8)
  }

  /// `m` goes to Gemini on Vertex AI, then to `backup` if there is one; `claude` to Claude there.
  private static func vertex(
    _ scenario: Scenario, _ vertex: ScriptedUpstream, tokens: String, backup: ScriptedUpstream? = nil
  ) async throws -> GatewayProcess {
    try await scenario.gateway(
      """
      providers:
        v: { kind: vertex, url: \(vertex.url), location: europe-west4, serviceAccount: env:SA, tokenURL: \(tokens) }
        backup: { kind: openai-compatible, url: \((backup ?? vertex).url) }
      models:
        m: { targets: [v/gemini-2.5-pro\(backup == nil ? "" : ", backup/up")], retry: { attempts: 0 } }
        claude: { targets: [v/claude-sonnet-4-5@20250929], retry: { attempts: 0 } }
      """, environment: ["SA": try account()])
  }

  private static func tokenURL(_ upstream: ScriptedUpstream) -> String { "http://127.0.0.1:\(upstream.port)/token" }

  @Test func oneTokenIsFetchedForManyCallsAtOnceAndUsedAgain() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let tokens = try await scenario.upstream([.wait(gate), Self.token("ya29.one")])
      let vertex = try await scenario.upstream([.json(Self.answer)])
      let gateway = try await Self.vertex(scenario, vertex, tokens: Self.tokenURL(tokens))
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<12 { group.addTask { try await gateway.chat().status } }
        _ = try await tokens.request()
        gate.open()
        for try await status in group { #expect(status == 200) }
      }
      #expect(try await gateway.chat().content() == "hi")
      #expect(tokens.requests.count == 1)
      let asked = try await tokens.request()
      #expect(asked.target == "/token")
      #expect(asked.headers["content-type"] == "application/x-www-form-urlencoded")
      #expect(
        asked.text.hasPrefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJ"))
      #expect(vertex.requests.count == 13)
      for request in vertex.requests {
        #expect(request.headers["authorization"] == "Bearer ya29.one")
        #expect(request.headers["x-goog-api-key"] == nil)
        #expect(
          request.target == "/v1/projects/acme-models/locations/europe-west4/publishers/google/models/gemini-2.5-pro"
            + ":generateContent")
      }
    }
  }

  @Test func aTokenIsRenewedBeforeItExpires() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream(
        inTurn: [Self.token("short", seconds: 2)], [Self.token("next")])
      let vertex = try await scenario.upstream([.json(Self.answer)])
      let gateway = try await Self.vertex(scenario, vertex, tokens: Self.tokenURL(tokens))
      try await eventually("the next token is used") {
        let status = try await gateway.chat().status
        #expect(status == 200)
        return vertex.requests.last?.headers["authorization"] == "Bearer next"
      }
      #expect(tokens.requests.count == 2)
      #expect(vertex.requests.first?.headers["authorization"] == "Bearer short")
    }
  }

  @Test func aRefusedAccountLeadsToTheNextTarget() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([
        .json(#"{"error":"invalid_grant","error_description":"Account disabled"}"#, status: 400)
      ])
      let vertex = try await scenario.upstream([.json(Self.answer)])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await Self.vertex(scenario, vertex, tokens: Self.tokenURL(tokens), backup: backup)
      #expect(try await gateway.chat().content() == "from the backup")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["failure"]?.string == "auth")
      try await gateway.says("no access token", "provider=v", "invalid_grant: Account disabled")
      #expect(vertex.requests.isEmpty)
    }
  }

  @Test func aRefusedAccountAloneIsAClearError() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([
        .json(#"{"error":"invalid_grant","error_description":"Account disabled"}"#, status: 400)
      ])
      let gateway = try await Self.vertex(scenario, tokens, tokens: Self.tokenURL(tokens))
      let answer = try await gateway.chat()
      #expect(answer.status == 502)
      #expect(try answer.error()["code"]?.string == "provider_auth_failed")
      #expect(
        try answer.error()["message"]?.string
          == "no target of model 'm' answered (1 tried; last: no access token: the token endpoint answered 400: "
          + "invalid_grant: Account disabled at v/gemini-2.5-pro)")
    }
  }

  @Test func aTokenEndpointThatIsNotThereLeadsToTheNextTarget() async throws {
    try await scenario { scenario in
      let port = try scenario.port(that: .refuses)
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await Self.vertex(
        scenario, backup, tokens: "http://127.0.0.1:\(port.port)/token", backup: backup)
      #expect(try await gateway.chat().content() == "from the backup")
      try await gateway.says("no access token", "connection refused")
    }
  }

  @Test func aMessagesCallReachesClaudeOnVertexAsItWasWritten() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([Self.token("ya29.one")])
      let vertex = try await scenario.upstream([.json(Self.message)])
      let gateway = try await Self.vertex(scenario, vertex, tokens: Self.tokenURL(tokens))
      let body = #"{"max_tokens":9, "model":"claude", "zap":1e-1,"messages":[{"role":"user","content":"x"}]}"#
      #expect(try await gateway.call("POST", "/v1/messages", body).status == 200)
      let request = try await vertex.request()
      #expect(
        request.target == "/v1/projects/acme-models/locations/europe-west4/publishers/anthropic/models/"
          + "claude-sonnet-4-5@20250929:rawPredict")
      #expect(
        request.text
          == #"{"max_tokens":9, "anthropic_version":"vertex-2023-10-16", "zap":1e-1,"#
          + #""messages":[{"role":"user","content":"x"}]}"#)
    }
  }

  @Test func aChatCallReachesClaudeOnVertex() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([Self.token("ya29.one")])
      let vertex = try await scenario.upstream([.json(Self.message)])
      let gateway = try await Self.vertex(scenario, vertex, tokens: Self.tokenURL(tokens))
      #expect(try await gateway.chat(ChatBody.plain(model: "claude")).content() == "hi")
      let body = try await vertex.request().json()
      #expect(body["model"] == nil)
      #expect(body["anthropic_version"]?.string == "vertex-2023-10-16")
    }
  }

  @Test func aStreamOfClaudeOnVertexHasAMethodOfItsOwn() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([Self.token("ya29.one")])
      let sent = [
        (
          "message_start",
          #"{"type":"message_start","message":{"id":"m","role":"assistant","usage":{"input_tokens":3}}}"#
        ),
        (
          "content_block_start",
          #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#
        ),
        (
          "content_block_delta",
          #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}"#
        ),
        ("content_block_stop", #"{"type":"content_block_stop","index":0}"#),
        ("message_delta", #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#),
        ("message_stop", #"{"type":"message_stop"}"#),
      ]
      let vertex = try await scenario.upstream(
        Script([.streamHead] + sent.map { .chunk("event: \($0.0)\ndata: \($0.1)\n\n") } + [.end]))
      let gateway = try await Self.vertex(scenario, vertex, tokens: Self.tokenURL(tokens))
      let (client, head) = try await gateway.stream(ChatBody.streamed(model: "claude"))
      #expect(head.status == 200)
      let events = try await client.remainingEvents()
      #expect(events.events.content == "hi", "\(events)")
      #expect(try await vertex.request().target.hasSuffix("/claude-sonnet-4-5@20250929:streamRawPredict"))
    }
  }

  @Test func tokensOfClaudeOnVertexAreCountedThere() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([Self.token("ya29.one")])
      let vertex = try await scenario.upstream([.json(#"{"input_tokens":14}"#)])
      let gateway = try await Self.vertex(scenario, vertex, tokens: Self.tokenURL(tokens))
      let body = #"{"model":"claude","messages":[{"role":"user","content":"x"}]}"#
      let answer = try await gateway.call("POST", "/v1/messages/count_tokens", body)
      #expect(try answer.json()["input_tokens"]?.number == 14)
      let request = try await vertex.request()
      #expect(request.target.hasSuffix("/publishers/anthropic/models/count-tokens:rawPredict"))
      #expect(try request.json()["model"]?.string == "claude-sonnet-4-5@20250929")
      #expect(try request.json()["anthropic_version"]?.string == "vertex-2023-10-16")
    }
  }

  @Test func anExpressKeyNeedsNoToken() async throws {
    try await scenario { scenario in
      let vertex = try await scenario.upstream([.json(Self.answer)])
      let gateway = try await scenario.gateway(
        """
        providers: { v: { kind: vertex, url: \(vertex.url), keys: [env:KEY] } }
        models: { m: { targets: [v/gemini-2.5-flash] } }
        """, environment: ["KEY": "AQ.express"])
      #expect(try await gateway.chat().status == 200)
      let request = try await vertex.request()
      #expect(request.target == "/v1/publishers/google/models/gemini-2.5-flash:generateContent")
      #expect(request.headers["x-goog-api-key"] == "AQ.express")
      #expect(request.headers["authorization"] == nil)
    }
  }

  @Test func anApplicationOfEntraCallsTheDeploymentOfAModel() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([Self.token("eyJ.entra")])
      let azure = try await scenario.upstream([.chat("from Azure")])
      let gateway = try await scenario.gateway(
        Self.azure(azure, tokens: Self.tokenURL(tokens)), environment: ["SECRET": "s3cr~t/+"])
      #expect(try await gateway.chat().content() == "from Azure")
      let request = try await azure.request()
      #expect(request.target == "/openai/deployments/prod-4o/chat/completions?api-version=2024-10-21")
      #expect(request.headers["authorization"] == "Bearer eyJ.entra")
      #expect(request.headers["api-key"] == nil)
      #expect(
        try await tokens.request().text
          == "grant_type=client_credentials&client_id=app-1&client_secret=s3cr~t%2F%2B"
          + "&scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default")
    }
  }

  @Test func secretsAndTokensAreInNoOutput() async throws {
    try await scenario { scenario in
      let secret = "client-secret-9f3a"
      let leak = #"{"error":"invalid_client","error_description":"wrong secret \#(secret)\nTrace: \#(secret)"}"#
      let tokens = try await scenario.upstream(inTurn: [.json(leak, status: 401)], [Self.token("eyJ.token-51b2")])
      let azure = try await scenario.upstream(
        inTurn: [.error(401, "bad token eyJ.token-51b2")], [.error(500, "eyJ.token-51b2 \(secret)")],
        [.error(400, "eyJ.token-51b2")], [.chat()])
      let gateway = try await scenario.gateway(
        Self.azure(azure, tokens: Self.tokenURL(tokens)), environment: ["SECRET": secret])
      var shown = ""
      try await eventually("the fourth call succeeds") {
        let answer = try await gateway.chat()
        shown += "\(answer.headers.text)\(answer.text)"
        return azure.requests.count >= 4
      }
      for path in ["/config", "/metrics", "/health/ready"] { shown += try await gateway.admin("GET", path).text }
      gateway.terminate()
      _ = try await gateway.child.exited()
      shown += gateway.child.output + gateway.child.errorOutput
      let isExplained = shown.contains("invalid_client: wrong secret ‹secret›")
      #expect(isExplained)
      for word in [secret, "eyJ.token-51b2"] {
        let isShown = shown.contains(word)
        #expect(!isShown, "\(word) is shown")
      }
    }
  }

  @Test func aTokenSurvivesAReload() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([Self.token("eyJ.entra")])
      let azure = try await scenario.upstream([.chat()])
      let text = Self.azure(azure, tokens: Self.tokenURL(tokens))
      let gateway = try await scenario.gateway(text, environment: ["SECRET": "x"])
      #expect(try await gateway.chat().status == 200)
      try gateway.save(text.replacing("  m:", with: "  n: { targets: [a/gpt-4o] }\n  m:"))
      gateway.hangUp()
      try await eventually("the new model is there") {
        try await gateway.chat(ChatBody.plain(model: "n")).status == 200
      }
      #expect(tokens.requests.count == 1)
    }
  }

  private static func azure(_ azure: ScriptedUpstream, tokens: String) -> String {
    """
    providers:
      a:
        kind: azure-openai
        url: http://127.0.0.1:\(azure.port)
        deployments: { gpt-4o: prod-4o }
        entra: { tenant: acme.example, clientID: app-1, clientSecret: env:SECRET }
        tokenURL: \(tokens)
    models:
      m: { targets: [a/gpt-4o], retry: { attempts: 0 } }
    server: { health: { failures: 100 } }
    """
  }
}

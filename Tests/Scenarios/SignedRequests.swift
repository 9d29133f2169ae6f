import Crypto
import Foundation
import GatewayTesting
import Testing

/// Callers that sign their requests.
@Suite struct SignedRequests {
  private static let secret = "0123456789abcdef-secret"
  private static let top = """
    authentication: [keys, { hmac: { window: 60s } }]
    consumers:
      batch: { signing: { keys: { batch-1: env:SIGNING } } }
    """

  private func withGateway(_ body: (GatewayProcess, ScriptedUpstream) async throws -> Void) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, top: Self.top, environment: ["SIGNING": Self.secret])
      try await body(gateway, upstream)
    }
  }

  private struct Signature {
    var method = "POST"
    var target = "/v1/chat/completions"
    var timestamp = Int(Date().timeIntervalSince1970)
    var nonce = UUID().uuidString
    var host = "gateway.example"
    var body = ChatBody.plain()
    var secret = SignedRequests.secret
    var keyID = "batch-1"

    var headers: HeaderList {
      let hash = SHA256.hash(data: Data(body.utf8)).map { String(format: "%02x", $0) }.joined()
      let text = [method, target, "\(timestamp)", nonce, hash, host].joined(separator: "\n")
      let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(secret.utf8)))
      return [
        "host": host,
        "authorization":
          "HMAC-SHA256 keyId=\(keyID), timestamp=\(timestamp), nonce=\(nonce), signature=\(Data(code).base64EncodedString())",
      ]
    }
  }

  private func message(_ answer: Answer) throws -> String? {
    #expect(answer.status == 401)
    #expect(answer.headers["www-authenticate"] == "HMAC-SHA256 realm=\"sluice\"")
    #expect(try answer.error()["code"]?.string == "invalid_signature")
    return try answer.error()["message"]?.string
  }

  @Test func aSignedRequestIsLetInOnce() async throws {
    try await withGateway { gateway, upstream in
      let headers = Signature().headers
      #expect(try await gateway.chat(headers: headers).status == 200)
      let line = try await gateway.logged()
      #expect(line["consumer"]?.string == "batch" && line["subject"]?.string == "batch-1")
      #expect(try await upstream.request().headers["authorization"] == nil)
      let again = try await gateway.chat(headers: headers)
      #expect(try message(again)?.hasPrefix("a request with this nonce has come already") == true)
      #expect(upstream.requests.count == 1)
      #expect(
        try await gateway.metrics().value("sluice_authentications_total", ["method": "hmac", "outcome": "accepted"])
          == 1)
    }
  }

  /// - Parameter redis: its port.
  private func withTwo(_ redis: Int, _ body: ([GatewayProcess], ScriptedUpstream) async throws -> Void) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let top = Self.top + "\nstorage: { shared: \"redis://127.0.0.1:\(redis)\", redis: { timeout: 500ms } }"
      var gateways: [GatewayProcess] = []
      for _ in 0..<2 {
        gateways.append(
          try await scenario.gateway(to: upstream, top: top, environment: ["SIGNING": Self.secret]))
      }
      try await body(gateways, upstream)
    }
  }

  @Test func ofGatewaysThatShareARedisExactlyOneTakesARequest() async throws {
    try await RedisServer.running { redis in
      try await withTwo(redis.port) { gateways, upstream in
        for _ in 0..<3 {
          let headers = Signature().headers
          let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for number in 0..<6 {
              tasks.addTask { try await gateways[number % 2].chat(headers: headers).status }
            }
            return try await tasks.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
          }
          #expect(statuses == [200: 1, 401: 5])
        }
        #expect(upstream.requests.count == 3)
        let used = Signature().headers
        #expect(try await gateways[0].chat(headers: used).status == 200)
        let again = try await gateways[1].chat(headers: used)
        #expect(try message(again)?.hasPrefix("a request with this nonce has come already") == true)
      }
    }
  }

  @Test func withoutTheirRedisSignedRequestsWait() async throws {
    try await RedisServer.running { redis in
      try await withTwo(redis.port) { gateways, upstream in
        #expect(try await gateways[0].chat(headers: Signature().headers).status == 200)
        try await redis.kill()
        let refused = try await gateways[0].chat(headers: Signature().headers)
        #expect(refused.status == 503 && refused.headers["retry-after"] == "1")
        #expect(try refused.error()["code"]?.string == "authentication_unavailable")
        #expect(upstream.requests.count == 1)
        try await redis.restart()
        try await eventually("Redis is back") {
          try await gateways[0].chat(headers: Signature().headers).status == 200
        }
      }
    }
  }

  @Test func whatWasSignedCannotBeChanged() async throws {
    try await withGateway { gateway, upstream in
      let tampered = [
        try await gateway.chat(ChatBody.plain(#""n":2"#), headers: Signature().headers),
        try await gateway.call(
          "POST", "/v1/chat/completions?x=1", ChatBody.plain(), headers: Signature().headers),
        try await gateway.call("POST", "/v1/responses", ChatBody.plain(), headers: Signature().headers),
        try await gateway.chat(
          headers: HeaderList(
            Signature().headers.fields.map { $0.name == "host" ? .init(name: "host", value: "b") : $0 })),
        try await gateway.chat(headers: Signature(secret: "another-secret-of-16").headers),
      ]
      for answer in tampered { #expect(try message(answer)?.hasPrefix("the signature does not fit") == true) }
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func theTimeOfARequestMustBeRight() async throws {
    try await withGateway { gateway, _ in
      let now = Int(Date().timeIntervalSince1970)
      for offset in [-120, 120] {
        let answer = try await gateway.chat(headers: Signature(timestamp: now + offset).headers)
        #expect(try message(answer)?.contains("at most 60 s are allowed") == true)
      }
      #expect(try await gateway.chat(headers: Signature(timestamp: now - 30).headers).status == 200)
    }
  }

  @Test(arguments: ["x-api-key", "api-key"])
  func aSignatureBesideAKeyConflicts(_ name: String) async throws {
    try await withGateway { gateway, upstream in
      var headers = Signature().headers
      headers.fields.append(.init(name: name, value: "sk-other"))
      let answer = try await gateway.chat(headers: headers)
      #expect(answer.status == 400)
      #expect(try answer.error()["code"]?.string == "conflicting_credentials")
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func anUnknownKeyIsNamed() async throws {
    try await withGateway { gateway, _ in
      let answer = try await gateway.chat(headers: Signature(keyID: "batch-2").headers)
      #expect(try message(answer) == "the key 'batch-2' of the signature is not known to this gateway")
    }
  }

  @Test func aListOfModelsIsSignedWithAnEmptyBody() async throws {
    try await withGateway { gateway, _ in
      let headers = Signature(method: "GET", target: "/v1/models?a=b", body: "").headers
      let answer = try await gateway.call("GET", "/v1/models?a=b", headers: headers)
      #expect(answer.status == 200)
    }
  }

  @Test func aLargeBodyIsCheckedInTurns() async throws {
    try await withGateway { gateway, _ in
      let body = ChatBody.plain(#""metadata":"\#(String(repeating: "x", count: 3 << 20))""#)
      let good = try await gateway.chat(body, headers: Signature(body: body).headers)
      #expect(good.status == 200)
      let tampered = try await gateway.chat(body + " ", headers: Signature(body: body).headers)
      #expect(tampered.status == 401)
    }
  }

  @Test func messagesOfASignedWebSocketAreItsSenders() async throws {
    try await withGateway { gateway, upstream in
      var signature = Signature(method: "GET", body: "")
      signature.host = "gateway.test"
      let fields = HeaderList(signature.headers.fields.filter { $0.name != "host" })
      let (head, frames) = try await gateway.socket("/v1/chat/completions", headers: fields)
      #expect(head.status == 101)
      for _ in 0..<2 {
        frames.send(ChatBody.plain())
        #expect(try await frames.frame().text.contains("hello"))
      }
      #expect(upstream.requests.count == 2)
    }
  }

  @Test func theExamplesOfTheDocumentationWork() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, top: Self.top, environment: ["SIGNING": Self.secret])
      let page = try String(contentsOf: Self.root.appending(path: "docs/authentication.md"), encoding: .utf8)
      for (language, command) in [("python", ["python3", "-"]), ("sh", ["bash", "-s"])] {
        let example = try #require(Self.example(language, in: page))
        let child = try ChildProcess(
          "/usr/bin/env", command, environment: ["SIGNING_SECRET": Self.secret], directory: scenario.directory(),
          input: example.replacing("gateway.example:8080", with: "127.0.0.1:\(gateway.port)"))
        let code = try await child.exited()
        #expect(
          code == 0 && child.output.contains("chat.completion"), "\(language): \(child.output)\(child.errorOutput)")
      }
    }
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The first block of the language that signs.
  private static func example(_ language: String, in page: String) -> String? {
    page.split(separator: "```\(language)\n").dropFirst().compactMap {
      $0.split(separator: "\n```").first.map(String.init)
    }
    .first { $0.contains("HMAC-SHA256") }
  }
}

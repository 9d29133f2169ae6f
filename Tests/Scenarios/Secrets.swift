import Foundation
import GatewayTesting
import Testing

@Suite struct Secrets {
  private static let clientKey = "sk-client-9f3a7c"
  private static let providerKey = "sk-provider-51b2e8"
  private static let prompt = "PROMPT-OF-A-CUSTOMER"
  private static let environment = ["CLIENT_KEY": clientKey, "PROVIDER_KEY": providerKey]
  private static let consumers = "consumers: { app: { keys: [env:CLIENT_KEY] } }"

  @Test func noKeyAndNoPromptIsInAnyOutput() async throws {
    try await scenario { scenario in
      let leaking = "Incorrect API key provided: \(Self.providerKey)"
      let upstream = try await scenario.upstream(
        inTurn: [.chat()], [.error(401, leaking)], [.error(500, leaking)], [.error(400, leaking)],
        [.json("{\(Self.providerKey)")], [.close], .stream("a"),
        [.streamHead, .content("a"), .event(#"{"error":{"message":"\#(leaking)"}}"#), .end])
      let gateway = try await scenario.gateway(
        to: upstream, provider: "keys: [env:PROVIDER_KEY]", top: Self.consumers, environment: Self.environment)
      var shown = ""
      let body = ChatBody.plain(#""user":"\#(Self.prompt)""#)
      for _ in 0..<6 { shown += try await allText(gateway, body) }
      for _ in 0..<2 { shown += try await allText(gateway, ChatBody.streamed(#""user":"\#(Self.prompt)""#)) }
      for bad in ["{\"model\":\"m\",\"user\":\"\(Self.prompt)", #"{"model":7,"user":"\#(Self.prompt)"}"#] {
        shown += try await allText(gateway, bad)
      }
      for key in ["\(Self.clientKey)x", "x"] {
        let answer = try await gateway.chat(body, headers: ["x-api-key": key])
        shown += "\(answer.head)\(answer.text)"
      }
      _ = try await gateway.call("GET", "/v1/models?key=\(Self.clientKey)", headers: ["x-api-key": Self.clientKey])
      for path in ["/config", "/metrics", "/health/ready"] { shown += try await gateway.admin("GET", path).text }
      gateway.terminate()
      _ = try await gateway.child.exited()
      shown += gateway.child.output + gateway.child.errorOutput
      for secret in [Self.clientKey, Self.providerKey, Self.prompt] {
        #expect(!shown.contains(secret), "\(secret) is shown: \(excerpt(of: shown, around: secret))")
      }
      for request in upstream.requests {
        #expect(request.headers["authorization"] == "Bearer \(Self.providerKey)")
        #expect(!request.headers.text.contains(Self.clientKey))
      }
    }
  }

  @Test func aFileKeyIsReadAndTrimmed() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let place = try scenario.directory()
      try "\(Self.providerKey)\n".write(to: place.appending(path: "key"), atomically: true, encoding: .utf8)
      let gateway = try await scenario.gateway(
        to: upstream, provider: "keys: [\"file:\(place.path)/key\"]")
      #expect(try await gateway.chat().status == 200)
      #expect(try await upstream.request().headers["authorization"] == "Bearer \(Self.providerKey)")
    }
  }

  @Test func headersOfAProviderCannotSplitTheAnswer() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .chat(headers: ["openai-processing-ms": "1\rset-cookie: a=b", "x-ratelimit-remaining-requests": "9"])
      ])
      let answer = try await scenario.gateway(to: upstream).chat()
      #expect(answer.status == 502)
      #expect(answer.headers["set-cookie"] == nil)
    }
  }

  private func allText(_ gateway: GatewayProcess, _ body: String) async throws -> String {
    let answer = try await gateway.chat(body, headers: ["authorization": "Bearer \(Self.clientKey)"])
    return "\(answer.head.status) \(answer.headers.text)\(answer.text)\n"
  }

  private func excerpt(of text: String, around part: String) -> String {
    guard let found = text.range(of: part) else { return "" }
    let start = text.index(found.lowerBound, offsetBy: -200, limitedBy: text.startIndex) ?? text.startIndex
    return String(text[start..<found.upperBound])
  }
}

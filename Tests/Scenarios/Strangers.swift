import GatewayTesting
import Testing

/// What somebody without a key can do to the gateway: nothing.
@Suite struct Strangers {
  @Test(arguments: ["content-length: 99999999999", "content-length: 5", "transfer-encoding: chunked"])
  func aBodyOfOPTIONSIsRefusedBeforeItIsRead(_ framing: String) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      let client = try await gateway.connect()
      client.send("OPTIONS /v1/models HTTP/1.1\r\nhost: h\r\n\(framing)\r\n\r\n")
      #expect(try await client.answer().status == 413)
      #expect(try await gateway.chat().status == 200)
      #expect(gateway.child.exitCode == nil)
    }
  }

  @Test func anOPTIONSWithoutABodyIsAnswered() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      #expect(try await gateway.call("OPTIONS", "/v1/models").status == 204)
    }
  }
}

import GatewayTesting
import Testing

/// TLS connections that end, as they should or not.
@Suite struct EncryptedEnds {
  private static let endless = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
  private static let whole =
    #"{"id":"1","object":"chat.completion","choices":[{"index":0,"message":{"content":"all"}}]}"#

  private func gateway(
    _ scenario: Scenario, _ network: Network, _ upstream: ScriptedUpstream, _ ending: Front.Ending,
    backup: ScriptedUpstream? = nil
  ) async throws -> GatewayProcess {
    let authority = try await CertificateAuthority(in: scenario.directory())
    let identity = try await authority.issue("DNS:localhost")
    let front = try await network.front(of: upstream, identity: identity, ending: ending)
    let provider = "url: https://localhost:\(front.port)/v1, \(authority.setting)"
    guard let backup else { return try await scenario.gateway(Configuration.text(providers: provider)) }
    return try await scenario.gateway(Configuration.text(providers: provider, "url: \(backup.url)"))
  }

  @Test func anAnswerThatEndsWithTheConnectionIsWholeAfterACloseNotify() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.text(Self.endless), .text(Self.whole), .close])
      let gateway = try await gateway(scenario, network, upstream, .orderly)
      #expect(try await gateway.chat().content() == "all")
    }
  }

  @Test func anAnswerThatEndsWithoutACloseNotifyMayBeCutOff() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.text(Self.endless), .text(Self.whole), .close])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await gateway(scenario, network, upstream, .abrupt, backup: backup)
      #expect(try await gateway.chat().content() == "from the backup")
      #expect(try await gateway.logged()["attempts"]?[0]?["failure"]?.string == "server-error")
    }
  }

  @Test(arguments: [Front.Ending.orderly, .abrupt])
  func aCutWithinAPlainAnswerFailsOver(_ ending: Front.Ending) async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([
        .text("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"id\":"), .close,
      ])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await gateway(scenario, network, upstream, ending, backup: backup)
      #expect(try await gateway.chat().content() == "from the backup")
      #expect(try await gateway.logged()["attempts"]?[0]?["failure"]?.string == "server-error")
    }
  }

  @Test(arguments: [Front.Ending.orderly, .abrupt])
  func aCutBeforeAnyAnswerFailsOver(_ ending: Front.Ending) async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.close])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await gateway(scenario, network, upstream, ending, backup: backup)
      #expect(try await gateway.chat().content() == "from the backup")
      #expect(try await gateway.logged()["attempts"]?[0]?["failure"]?.string == "connect")
    }
  }

  @Test(arguments: [Front.Ending.orderly, .abrupt])
  func aStreamThatIsCutEndsWithAnErrorEvent(_ ending: Front.Ending) async throws {
    try await scenario { scenario, network in
      let gate = Gate()
      let upstream = try await scenario.upstream([.streamHead, .role, .content("half"), .wait(gate), .close])
      let gateway = try await gateway(scenario, network, upstream, ending)
      let (client, head) = try await gateway.stream()
      #expect(head.status == 200)
      _ = try await client.event()
      gate.open()
      let rest = try await client.remainingEvents().events
      #expect(rest.last?.isError == true)
      #expect(!rest.contains { $0.isDone })
      #expect(try await gateway.logged()["outcome"]?.string == "broken")
    }
  }

  @Test(arguments: [Front.Ending.orderly, .abrupt])
  func aConnectionThatIsClosedAsItIsReusedIsNoFailure(_ ending: Front.Ending) async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream { $0.indexOnConnection == 0 ? [.chat("fine")] : [.close] }
      let gateway = try await gateway(scenario, network, upstream, ending)
      let client = try await gateway.connect()
      for _ in 0..<5 {
        client.post("/v1/chat/completions", ChatBody.plain())
        #expect(try await client.answer().content() == "fine")
      }
      #expect(upstream.requests.contains { $0.indexOnConnection == 1 })
    }
  }
}

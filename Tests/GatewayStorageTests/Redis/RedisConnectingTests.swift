import Foundation
import GatewayStorage
import GatewayTesting
import NIOCore
import Testing

@Suite struct RedisConnectingTests {
  @Test func logsInAndSelectsTheDatabaseOfTheAddress() async throws {
    try await RedisServer.running(password: "p@ss:/word") { server in
      try await withClient(settings(port: server.port, login: ":p%40ss%3A%2Fword@", database: "3")) {
        client async throws in
        #expect(try await client.ask("SET k v").text == "OK")
        #expect(try await client.ask("CLIENT INFO").text?.contains(" db=3 ") == true)
      }
    }
  }

  @Test func logsInAsAUserWhoMayDoLittle() async throws {
    try await RedisServer.running("--user", "limited", "on", ">secret", "~*", "+get") { server in
      try await withClient(settings(port: server.port, login: "limited:secret@")) { client async throws in
        #expect(try await client.ask("GET k") == .null)
        #expect(await client.failure("SET k v")?.code == "NOPERM")
      }
    }
  }

  @Test(arguments: [("", "NOAUTH"), (":wrong@", "WRONGPASS"), ("nobody:wrong@", "WRONGPASS")])
  func saysWhyTheLoginFailed(login: String, code: String) async throws {
    try await RedisServer.running(password: "right") { server in
      try await withClient(settings(port: server.port, login: login)) { client in
        let failure = await client.failure("PING")
        #expect(failure?.code == Substring(code))
        #expect(failure?.description.contains("wrong") == false)
        #expect(client.counters.connected == 0)
      }
    }
  }

  @Test func refusesADatabaseThatDoesNotExist() async throws {
    try await RedisServer.running { server in
      try await withClient(settings(port: server.port, database: "99")) { client in
        #expect(await client.failure("PING") == .refused(message: "ERR DB index is out of range"))
      }
    }
  }

  @Test func speaksTLSWithAServerOfAPrivateAuthority() async throws {
    let directory = try TemporaryDirectory()
    let authority = try await CertificateAuthority(in: directory.url)
    let pem = try String(contentsOf: authority.certificate, encoding: .utf8)
    let identity = try await authority.issue("DNS:localhost", "IP:127.0.0.1")
    try await RedisServer.running(password: "secret", identity: identity) { server in
      for host in ["localhost", "127.0.0.1"] {
        let trusting = try settings(port: server.port, scheme: "rediss", login: ":secret@", host: host) {
          $0.certificateAuthority = pem
        }
        try await withClient(trusting) { client in
          _ = try await client.send(RedisCommand("SET", "k").appending([UInt8](repeating: 7, count: 1 << 20)))
          #expect(try await client.ask("GET k").bytes?.count == 1 << 20)
        }
      }
    }
  }

  @Test func refusesAServerOfAnUnknownAuthority() async throws {
    let directory = try TemporaryDirectory()
    let identity = try await CertificateAuthority(in: directory.url).issue("IP:127.0.0.1")
    try await RedisServer.running(identity: identity) { server in
      try await withClient(settings(port: server.port, scheme: "rediss")) { client in
        guard case .unreachable(let reason) = await client.failure("PING") else { Issue.record("reached"); return }
        #expect(reason.contains("CERTIFICATE_VERIFY_FAILED"))
      }
    }
  }

  @Test(arguments: ["localhost", "127.0.0.1"]) func refusesACertificateOfAnotherName(host: String) async throws {
    let directory = try TemporaryDirectory()
    let authority = try await CertificateAuthority(in: directory.url)
    let pem = try String(contentsOf: authority.certificate, encoding: .utf8)
    try await RedisServer.running(identity: try await authority.issue("DNS:elsewhere")) { server in
      try await withClient(
        settings(port: server.port, scheme: "rediss", host: host) { $0.certificateAuthority = pem }
      ) { client in
        guard case .unreachable = await client.failure("PING") else { Issue.record("reached"); return }
      }
    }
  }

  @Test func refusesACertificateAuthorityThatIsNone() throws {
    let unusable = try settings(port: 1, scheme: "rediss") { $0.certificateAuthority = "nonsense" }
    #expect(throws: RedisError.self) { try RedisDialer(unusable) }
  }

  @Test func reportsAPortThatRefuses() async throws {
    let port = try UnreachablePort(.refuses)
    let client = RedisClient(try RedisDialer(try settings(port: port.port)), on: anyLoop())
    defer { client.close() }
    await #expect(throws: RedisError.self) { try await client.connected() }
    guard case .unreachable(let reason) = await client.failure("PING") else { Issue.record("reached"); return }
    #expect(reason.contains("127.0.0.1:\(port.port)"))
    #expect(reason.lowercased().contains("refused"))
  }

  @Test func givesUpAConnectionThatIsNotEstablished() async throws {
    let port = try UnreachablePort(.hangs)
    try await withClient(settings(port: port.port) { $0.connectTimeout = .milliseconds(50) }) { client in
      #expect(
        await client.failure("PING") == .unreachable(reason: "127.0.0.1:\(port.port): no connection in time"))
    }
  }

  @Test func reportsAServerThatIsNotRedis() async throws {
    try await scenario { scenario, network in
      let port = try await network.server(saying: "HTTP/1.1 400 Bad Request\r\n\r\n")
      try await withClient(settings(port: port)) { client in
        guard case .malformed = await client.failure("PING") else { Issue.record("understood"); return }
      }
    }
  }

  @Test func givesUpAServerThatDoesNotGreet() async throws {
    try await scenario { scenario, network in
      let port = try await network.server(saying: "+P")
      try await withClient(settings(port: port) { $0.connectTimeout = .milliseconds(50) }) { client in
        guard case .unreachable = await client.failure("PING") else { Issue.record("greeted"); return }
      }
    }
  }
}

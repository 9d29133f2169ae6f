import Foundation
import GatewayStorage
import GatewayTesting
import Testing

extension PostgresTests {
  @Suite struct Connecting {
    @Test func saysWhyTheLoginFailed() async throws {
      let server = try PostgresTests.server
      try await withPool(server.url(password: "hunter2")) { pool in
        guard case .refused(let place, let reason) = await pool.failure("SELECT 1") else { Issue.record("in"); return }
        #expect(place == "127.0.0.1:\(server.port)/postgres")
        #expect(reason == "password authentication failed for user \"sluice\"")
      }
      try await withPool(server.url("nowhere")) { pool in
        guard case .refused(_, let reason) = await pool.failure("SELECT 1") else { Issue.record("in"); return }
        #expect(reason == "database \"nowhere\" does not exist")
      }
    }

    @Test func refusesAServerWithoutTLSWhereItIsRequired() async throws {
      try await withPool(try PostgresTests.server.url(options: "sslmode=require")) { pool in
        guard case .unreachable(_, let reason) = await pool.failure("SELECT 1") else { Issue.record("in"); return }
        #expect(reason.contains("SSL"))
      }
    }

    @Test func prefersTheOptionsOfItsAddress() async throws {
      try await withPool(try PostgresTests.server.url(options: "application_name=mine&options=-c%20work_mem%3D1MB")) {
        let rows = try await $0.query("SELECT current_setting('application_name'), current_setting('work_mem')")
        #expect(rows[0, 0].text == "mine")
        #expect(rows[0, 1].text == "1MB")
      }
    }

    @Test func replacesAConnectionThatTheServerClosedWhileItWasIdle() async throws {
      try await withDatabase({ $0.connections = 1 }) { pool in
        let identifier = try await pool.query("SELECT pg_backend_pid()")[0, 0].integer
        try await withPool(try PostgresTests.server.url()) { other in
          _ = try await other.query("SELECT pg_terminate_backend($1::int, 10000)", [identifier.map { .integer($0) }])
        }
        #expect(await pool.failure("SELECT 1") == nil)
        #expect(pool.counters.connects == 2)
      }
    }

    private static let isSleeping = "query = 'SELECT pg_sleep(600)' AND datname = current_database()"

    @Test func reportsAConnectionThatIsCutInTheMiddle() async throws {
      try await withDatabase { pool in
        let sleeping = Task { await pool.failure("SELECT pg_sleep(600)") }
        try await eventually("it is cut") {
          try await pool.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(Self.isSleeping)"
          ).count == 1
        }
        guard case .connectionLost = await sleeping.value else { Issue.record("not lost"); return }
      }
    }
  }
}

@Suite struct PostgresUnreachableTests {
  @Test func reportsAPortThatRefuses() async throws {
    let port = try UnreachablePort(.refuses)
    try await withPool("postgres://u:hunter2@127.0.0.1:\(port.port)/d") { pool in
      guard case .unreachable(let server, let reason) = await pool.failure("SELECT 1") else {
        Issue.record("in"); return
      }
      #expect(server == "127.0.0.1:\(port.port)/d")
      #expect(reason.contains("refused"))
    }
  }

  @Test func givesUpAConnectionThatIsNotEstablished() async throws {
    let port = try UnreachablePort(.hangs)
    let url = "postgres://u@127.0.0.1:\(port.port)/d"
    try await withPool(url, { $0.connectTimeout = .milliseconds(50) }) { pool in
      #expect(
        await pool.failure("SELECT 1")
          == .unreachable(server: "127.0.0.1:\(port.port)/d", reason: "no connection in time"))
    }
  }

  @Test func failsAtOnceDuringThePauseAfterAFailure() async throws {
    let port = try UnreachablePort(.hangs)
    let url = "postgres://u@127.0.0.1:\(port.port)/d"
    try await withPool(url) {
      $0.connectTimeout = .seconds(1)
      $0.pauses = .seconds(500) ... .seconds(500)
    } _: { pool in
      _ = await pool.failure("SELECT 1")
      let start = ContinuousClock.now
      for _ in 0..<50 { _ = await pool.failure("SELECT 1") }
      // 50 times the time-out would be 50 s.
      #expect(.now - start < .seconds(45))
    }
  }

  @Test func saysWhichPackageIsMissing() {
    do throws(PostgresError) {
      _ = try PostgresLibrary(named: "libpq.so.99")
      Issue.record("loaded")
    } catch {
      #expect(error.description.contains("libpq.so.99"))
      #expect(error.description.contains("libpq5"))
    }
  }

  @Test func reportsALibraryThatIsAnother() {
    #expect(throws: PostgresError.libraryMissing(reason: "the library has no function PQlibVersion")) {
      try PostgresLibrary(named: "libm.so.6")
    }
  }

  @Test(arguments: [
    "", "mysql://h/d", "postgres://h:port:/d?x", "postgres://u:hunter2%zz@h/d", "postgres://h/d?sslmod=require",
  ]) func refusesAnAddressThatItCannotUse(url: String) {
    do throws(PostgresError) {
      _ = try PostgresSettings(url: url)
      Issue.record("accepted")
    } catch {
      guard case .invalidAddress = error else { Issue.record("\(error)"); return }
      #expect(!error.description.contains("hunter2"))
      #expect(!url.hasSuffix("sslmod=require") || error.description.contains("\"sslmod\""))
    }
  }

  @Test func speaksTLSWithAServerOfAPrivateAuthority() async throws {
    let directory = try TemporaryDirectory()
    let authority = try await CertificateAuthority(in: directory.url)
    let server = try await PostgresServer.start(identity: try await authority.issue("IP:127.0.0.1"))
    do {
      let trusting = "sslmode=verify-full&sslrootcert=\(authority.certificate.path)"
      try await withPool(server.url(options: trusting)) { pool in
        let rows = try await pool.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        #expect(rows[0, 0].boolean == true)
      }
      let other = try TemporaryDirectory()
      let stranger = try await CertificateAuthority(in: other.url)
      let distrusting = "sslmode=verify-full&sslrootcert=\(stranger.certificate.path)"
      try await withPool(server.url(options: distrusting)) { pool in
        guard case .unreachable(_, let reason) = await pool.failure("SELECT 1") else { Issue.record("in"); return }
        #expect(reason.contains("certificate verify failed"))
      }
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }
}

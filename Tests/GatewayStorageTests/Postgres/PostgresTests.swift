import Foundation
import GatewayStorage
import GatewayTesting
import Testing

/// The suites that share one server; each test has a database of its own. One after the other: all at once they take the machine
/// from tests that measure time.
@Suite(.sharedPostgresServer, .serialized) enum PostgresTests {
  /// Runs `body` with a pool for a new, empty database.
  static func withDatabase(
    _ change: (inout PostgresSettings) -> Void = { _ in }, _ body: (PostgresPool) async throws -> Void
  ) async throws {
    try await withPool(try await newDatabase(), change, body)
  }

  /// The address of a new, empty database.
  static func newDatabase() async throws -> String {
    let server = try server
    let name = "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
    try await withPool(server.url()) { pool in _ = try await pool.query("CREATE DATABASE \(name)") }
    return server.url(name)
  }

  static var server: PostgresServer {
    get throws {
      guard let server = SharedPostgresServer.current else { throw ScenarioError("the suite has no server") }
      return server
    }
  }
}

/// Runs `body` with a pool for the address, and closes it.
func withPool(
  _ url: String, _ change: (inout PostgresSettings) -> Void = { _ in }, _ body: (PostgresPool) async throws -> Void
) async throws {
  let pool = try PostgresPool(try postgresSettings(url, change))
  do { try await body(pool) } catch {
    await pool.close()
    throw error
  }
  await pool.close()
}

func postgresSettings(_ url: String, _ change: (inout PostgresSettings) -> Void = { _ in }) throws -> PostgresSettings {
  var settings = try PostgresSettings(url: url)
  settings.connections = 3
  // Only tests that fail wait so long.
  settings.connectTimeout = .seconds(30)
  settings.statementTimeout = .seconds(30)
  settings.pauses = .milliseconds(5) ... .milliseconds(20)
  change(&settings)
  return settings
}

extension PostgresPool {
  /// The error of a statement.
  func failure(_ sql: String, _ parameters: [PostgresValue?] = []) async -> PostgresError? {
    do throws(PostgresError) {
      _ = try await query(sql, parameters)
      return nil
    } catch {
      return error
    }
  }
}

/// Starts a server for a suite and stops it after the last test.
struct SharedPostgresServer: SuiteTrait, TestScoping {
  @TaskLocal static var current: PostgresServer?

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let server = try await PostgresServer.start()
    do { try await Self.$current.withValue(server) { try await function() } } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }
}

extension Trait where Self == SharedPostgresServer {
  static var sharedPostgresServer: Self { SharedPostgresServer() }
}

import Foundation
import GatewayCore
import GatewayStorage
import GatewayTesting
import Testing

extension PostgresTests {
  /// What is refused at the start, and that nothing is changed then.
  @Suite struct Opening {
    private func failure(_ fixture: DatabaseFixture, _ location: DatabaseLocation? = nil) async -> StorageError? {
      do throws(StorageError) {
        _ = try await fixture.open(location)
        return nil
      } catch {
        return error
      }
    }

    private func name(_ fixture: DatabaseFixture) -> String { fixture.location.name }

    @Test func severalMayOpenANewDatabaseAtOnceWithOnePepper() async throws {
      try await DatabaseKind.postgres.with { fixture in
        let pepper = fixture.directory.path("shared.pepper")
        try Data(repeating: 7, count: 32).write(to: URL(filePath: pepper))
        try await withThrowingTaskGroup(of: Void.self) { group in
          for node in 0..<4 {
            let files = try fixture.location(of: "node\(node)").files
            let location = DatabaseLocation(fixture.location.place, files: files, pepper: .file(path: pepper))
            group.addTask { _ = try await fixture.open(location).issue(to: "app") }
          }
          try await group.waitForAll()
        }
        let location = DatabaseLocation(
          fixture.location.place, files: fixture.location.files, pepper: .bytes([UInt8](repeating: 7, count: 32)))
        #expect(try await fixture.open(location).activeKeys().count == 4)
      }
    }

    @Test func aSecondNodeWithoutThePepperIsToldWhereToGetIt() async throws {
      try await DatabaseKind.postgres.with { fixture in
        _ = try await fixture.open()
        let files = fixture.directory.path("second")
        let error = await failure(fixture, DatabaseLocation(fixture.location.place, files: files))
        #expect(error == .sharedPepperMissing(path: files + ".pepper", database: name(fixture)))
        #expect(!FileManager.default.fileExists(atPath: files + ".pepper"))
      }
    }

    @Test func thePepperOfAnotherInstallationIsRefused() async throws {
      try await DatabaseKind.postgres.with { fixture in
        _ = try await fixture.open()
        let other = DatabaseLocation(
          fixture.location.place, files: fixture.location.files, pepper: .bytes([UInt8](repeating: 1, count: 32)))
        #expect(await failure(fixture, other) == .pepperMismatch(path: name(fixture), pepper: "storage.pepper"))
      }
    }

    @Test func aPepperInHexadecimalDigitsIsTheSame() async throws {
      try await DatabaseKind.postgres.with { fixture in
        let pepper = fixture.location.files + ".pepper"
        try Data((String(repeating: "0f", count: 32) + "\n").utf8).write(to: URL(filePath: pepper))
        let hash = try await fixture.open().keyedHash(of: KeyDigest(of: "x"))
        let digits = DatabaseLocation.PepperSource.hexadecimal(String(repeating: "0F", count: 32))
        let location = DatabaseLocation(fixture.location.place, files: fixture.location.files, pepper: digits)
        #expect(try await fixture.open(location).keyedHash(of: KeyDigest(of: "x")) == hash)
      }
    }

    @Test func aDatabaseOfANewerVersionIsRefused() async throws {
      try await DatabaseKind.postgres.with { fixture in
        _ = try await fixture.open()
        try await fixture.execute("INSERT INTO sluice_migrations (version, name) VALUES (99, 'the future')")
        #expect(await failure(fixture) == .newerVersion(path: name(fixture)))
      }
    }

    @Test func aServerThatIsNotThereIsNamed() async throws {
      let port = try UnreachablePort(.refuses)
      try await DatabaseKind.postgres.with { fixture in
        let settings = try postgresSettings("postgres://u@127.0.0.1:\(port.port)/sluice")
        let error = await failure(fixture, DatabaseLocation(.postgres(settings), files: fixture.location.files))
        #expect(
          error?.description.hasPrefix("PostgreSQL at 127.0.0.1:\(port.port)/sluice cannot be reached") == true,
          "\(String(describing: error))")
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory.url.path()).isEmpty)
      }
    }

    @Test func aRoleThatMayOnlyUseRowsCanServe() async throws {
      try await DatabaseKind.postgres.with { fixture in
        _ = try await fixture.open()
        let role = "rows_\(UUID().uuidString.lowercased().filter { $0 != "-" })"
        for sql in [
          "CREATE ROLE \(role) LOGIN PASSWORD 'secret'", "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
          "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \(role)",
        ] { try await fixture.execute(sql) }
        guard case .postgres(let owner) = fixture.location.place else { return }
        let database = String(owner.server.split(separator: "/").last ?? "")
        let settings = try postgresSettings(try PostgresTests.server.url(database, user: role, password: "secret"))
        let location = DatabaseLocation(
          .postgres(settings), files: fixture.location.files, pepper: .file(path: fixture.location.files + ".pepper"))
        let store = try await fixture.open(location)
        _ = try await store.issue(to: "app")
        #expect(try await store.list().count == 1)
      }
    }
  }
}

import Foundation
import GRDB
import GatewayCore
import GatewayStorage
import Testing

@Suite struct SQLiteOpeningTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private var path: String { directory.path("sluice.db") }

  private func failure() throws -> StorageError {
    try #require(throws: StorageError.self) { try DatabaseStore(sqlite: path) }
  }

  @Test func allFilesAreForTheOwnerOnly() async throws {
    let store = try DatabaseStore(sqlite: path)
    _ = try await store.issue(to: "app")
    for name in ["sluice.db", "sluice.db-wal", "sluice.db-shm", "sluice.db.pepper"] {
      #expect(try directory.permissions(of: name) == 0o600, "\(name)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.url.path())
    #expect(names.count == 4, "\(names)")
  }

  @Test func aFileThatOthersMayReadIsClosedToThem() async throws {
    try await DatabaseStore(sqlite: path).close()
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    try await DatabaseStore(sqlite: path).close()
    #expect(try directory.permissions(of: "sluice.db") == 0o600)
  }

  @Test func aMissingDirectoryIsNamed() throws {
    let path = directory.path("none/sluice.db")
    let error = #expect(throws: StorageError.self) { try DatabaseStore(sqlite: path) }
    #expect(
      error?.description
        == "the directory of the database '\(path)' does not exist; create it or change storage.database")
  }

  @Test func aFileOfAnotherKindIsLeftAlone() throws {
    let text = Data(String(repeating: "this is no database\n", count: 100).utf8)
    try text.write(to: URL(filePath: path))
    #expect(try failure() == .notADatabase(path: path))
    #expect(try Data(contentsOf: URL(filePath: path)) == text)
  }

  @Test func aDirectoryIsNoDatabase() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(try failure() == .notADatabase(path: path))
  }

  @Test func aDatabaseOfANewerVersionIsRefused() async throws {
    try await DatabaseStore(sqlite: path).close()
    let database = try DatabaseQueue(path: path)
    try await database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 the future')") }
    try database.close()
    #expect(try failure() == .newerVersion(path: path))
  }

  @Test func aLostPepperIsNotReplacedInSilence() async throws {
    try await DatabaseStore(sqlite: path).close()
    try FileManager.default.removeItem(atPath: path + ".pepper")
    #expect(try failure() == .pepperMissing(path: path + ".pepper"))
  }

  @Test func thePepperOfAnotherInstallationIsRefused() async throws {
    try await DatabaseStore(sqlite: path).close()
    try await DatabaseStore(sqlite: directory.path("other.db")).close()
    try FileManager.default.removeItem(atPath: path + ".pepper")
    try FileManager.default.moveItem(atPath: directory.path("other.db.pepper"), toPath: path + ".pepper")
    #expect(try failure() == .pepperMismatch(path: path, pepper: path + ".pepper"))
  }

  @Test func aPepperThatWasCutShortIsRefused() async throws {
    try await DatabaseStore(sqlite: path).close()
    try Data("short".utf8).write(to: URL(filePath: path + ".pepper"))
    #expect(
      try failure() == .pepperUnusable(path: path + ".pepper", reason: "it does not hold 32 bytes"))
  }

  @Test func aDatabaseThatWasLeftEmptyByACrashIsFilled() async throws {
    try Data().write(to: URL(filePath: path))
    try await DatabaseStore(sqlite: path).close()
    #expect(try directory.permissions(of: "sluice.db") == 0o600)
  }

  @Test func severalMayOpenANewFileAtOnce() async throws {
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { _ = try await DatabaseStore(sqlite: path).issue(to: "app") } }
      try await group.waitForAll()
    }
    #expect(try await DatabaseStore(sqlite: path).activeKeys().count == 8)
  }
}

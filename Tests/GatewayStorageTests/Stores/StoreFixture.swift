import Foundation
import GRDB
import GatewayCore
import GatewayTesting
import Synchronization
import Testing

@testable import GatewayStorage

/// The stores that every contract is tested with.
enum DatabaseKind: CaseIterable, CustomTestStringConvertible {
  case sqlite, postgres

  var testDescription: String { self == .sqlite ? "SQLite" : "PostgreSQL" }

  /// Runs `body` with a new, empty database.
  func with(_ body: (DatabaseFixture) async throws -> Void) async throws {
    let fixture = try await DatabaseFixture(self)
    do { try await body(fixture) } catch {
      await fixture.close()
      throw error
    }
    await fixture.close()
  }
}

/// A database of one test. What is opened here is closed with it.
final class DatabaseFixture: Sendable {
  let kind: DatabaseKind
  let directory: TemporaryDirectory
  let location: DatabaseLocation
  private let opened = Mutex<[DatabaseStore]>([])

  init(_ kind: DatabaseKind) async throws {
    self.kind = kind
    directory = try TemporaryDirectory()
    switch kind {
    case .sqlite: location = .sqlite(path: directory.path("sluice.db"))
    case .postgres:
      let settings = try postgresSettings(try await PostgresTests.newDatabase())
      location = DatabaseLocation(.postgres(settings), files: directory.path("sluice"))
    }
  }

  /// The same database seen by another machine that has the pepper.
  func location(of node: String) throws -> DatabaseLocation {
    guard case .postgres = location.place else { return location }
    let folder = directory.path(node)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return DatabaseLocation(location.place, files: folder + "/sluice", pepper: .file(path: location.files + ".pepper"))
  }

  /// A store as a gateway opens it.
  func open(
    _ location: DatabaseLocation? = nil, serves: Bool = true, onEvent: (@Sendable (StoreEvent) -> Void)? = nil
  ) async throws(StorageError) -> DatabaseStore {
    let store = try await DatabaseStore.open(location ?? self.location, serves: serves, onEvent: onEvent)
    opened.withLock { $0.append(store) }
    return store
  }

  /// Runs a statement beside the store.
  func execute(_ sql: String, _ values: [String] = []) async throws {
    switch location.place {
    case .sqlite(let path):
      try await DatabaseQueue(path: path).write { database in
        try database.execute(sql: sql, arguments: StatementArguments(values))
      }
    case .postgres(let settings):
      let pool = try PostgresPool(settings)
      var numbered = sql
      for number in values.indices {
        guard let place = numbered.firstIndex(of: "?") else { break }
        numbered.replaceSubrange(place...place, with: "$\(number + 1)")
      }
      let result: Result<PostgresRows, PostgresError>
      do throws(PostgresError) { result = .success(try await pool.query(numbered, values.map { .text($0) })) } catch {
        result = .failure(error)
      }
      await pool.close()
      _ = try result.get()
    }
  }

  func close() async {
    for store in opened.withLock({ $0 }) { try? await store.close() }
  }
}

extension DatabaseStore {
  func page(_ query: ObjectPageQuery) async throws -> ObjectPage {
    try await withCheckedThrowingContinuation { continuation in
      page(query) { continuation.resume(with: $0) }
    }
  }
}

extension DatabaseKind {
  /// Runs `body`, which blocks, with the ledger of a new, empty database.
  func withLedger(_ body: @escaping @Sendable (LedgerFixture) throws -> Void) async throws {
    try await with { fixture in
      try await onThread { try body(LedgerFixture(fixture.directory, fixture.location)) }
    }
  }
}

/// Runs `body`, which blocks, on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
    Thread { continuation.resume(with: Result { try body() }) }.start()
  }
}

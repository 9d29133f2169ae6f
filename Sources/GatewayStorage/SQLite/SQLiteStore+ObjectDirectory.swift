import Foundation
import GRDB
package import GatewayCore
import Synchronization

extension SQLiteStore: ObjectDirectory {
  package var proofKey: KeyDigest { pepper.keyedHash(of: KeyDigest(of: "sluice object proofs")) }

  package func keep(_ object: KeptObject) { note(.keep(object, at: Int64(Date().timeIntervalSince1970 * 1000))) }

  package func forget(id: String, provider: String) { note(.forget(id: id, provider: provider)) }

  private func note(_ change: ObjectChanges.Change) {
    guard objectChanges.withLock({ $0.add(change) }) else { return }
    // What comes while this waits or runs goes with the next transaction.
    database.asyncWrite { database in
      for change in self.objectChanges.withLock({ $0.take() }) { try Self.write(change, to: database) }
    } completion: { _, result in
      if case .failure(let error) = result { self.onFailure?(StorageError(error, path: self.path)) }
    }
  }

  private static func write(_ change: ObjectChanges.Change, to database: Database) throws {
    switch change {
    case .keep(let object, let time):
      try database.execute(
        sql: """
          INSERT INTO kept_object (provider, id, kind, consumer, purpose, created_at) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT DO NOTHING
          """,
        arguments: [object.provider, object.id, object.kind.rawValue, object.consumer, object.purpose, time])
    case .forget(let id, let provider):
      try database.execute(
        sql: "DELETE FROM kept_object WHERE provider = ? AND id = ?", arguments: [provider, id])
    }
  }

  package func page(
    _ query: ObjectPageQuery, completion: @escaping @Sendable (Result<ObjectPage, any Error>) -> Void
  ) {
    // On the one queue of the store: behind all that was noted before.
    database.asyncRead { [path] database in
      do {
        completion(.success(try Self.page(query, in: database.get())))
      } catch {
        completion(.failure(StorageError(error, path: path)))
      }
    }
  }

  private static func page(_ query: ObjectPageQuery, in database: Database) throws -> ObjectPage {
    let places = Array(repeating: "?", count: query.providers.count).joined(separator: ", ")
    var conditions = ["consumer = ?", "kind = ?", "provider IN (\(places))"]
    var arguments = StatementArguments([query.consumer, query.kind.rawValue])
    arguments += StatementArguments(query.providers)
    if let purpose = query.purpose {
      conditions.append("purpose = ?")
      arguments += [purpose]
    }
    for (place, isAfter) in [(query.after, true), (query.before, false)] {
      guard let place else { continue }
      let comparison = isAfter == query.isAscending ? ">" : "<"
      // Of a place that is nobody's there is nothing before or behind.
      conditions.append(
        "number \(comparison) (SELECT number FROM kept_object WHERE provider = ? AND id = ? AND consumer = ?)")
      arguments += [place.provider, place.id, query.consumer]
    }
    arguments += [query.limit + 1]
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT provider, id FROM kept_object WHERE \(conditions.joined(separator: " AND "))
        ORDER BY number \(query.isAscending ? "ASC" : "DESC") LIMIT ?
        """, arguments: arguments)
    return ObjectPage(
      places: rows.prefix(query.limit).map { ObjectPageQuery.Place(id: $0["id"], provider: $0["provider"]) },
      hasMore: rows.count > query.limit)
  }
}

/// What was noted of objects and is not written yet.
struct ObjectChanges: Sendable {
  enum Change: Sendable {
    case keep(KeptObject, at: Int64)
    case forget(id: String, provider: String)
  }

  // Objects that were seen lately are not written again each time that they are seen.
  private static let memory = 10_000

  private var waiting: [Change] = []
  private var known: Set<ObjectPageQuery.Place> = []

  /// - Returns: whether a transaction must be asked for: none is on its way.
  mutating func add(_ change: Change) -> Bool {
    switch change {
    case .keep(let object, _):
      if known.count >= Self.memory { known = [] }
      guard known.insert(ObjectPageQuery.Place(id: object.id, provider: object.provider)).inserted else { return false }
    case .forget(let id, let provider): known.remove(ObjectPageQuery.Place(id: id, provider: provider))
    }
    waiting.append(change)
    return waiting.count == 1
  }

  mutating func take() -> [Change] {
    defer { waiting = [] }
    return waiting
  }
}

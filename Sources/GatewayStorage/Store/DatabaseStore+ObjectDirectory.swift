import Foundation
package import GatewayCore
import Synchronization

extension DatabaseStore: ObjectDirectory {
  package var proofKey: KeyDigest { pepper.keyedHash(of: KeyDigest(of: "sluice object proofs")) }

  package func keep(_ object: KeptObject) { note(.keep(object, at: Int64(Date().timeIntervalSince1970 * 1000))) }

  package func forget(id: String, provider: String) { note(.forget(id: id, provider: provider)) }

  private func note(_ change: ObjectChanges.Change) {
    if objectChanges.withLock({ $0.add(change) }) { writeObjects() }
  }

  /// Writes what was noted. What comes while this waits or runs goes with the next transaction.
  func writeObjects() {
    database.submit { session in
      for change in self.objectChanges.withLock({ $0.take() }) { try Self.write(change, in: session) }
    } completion: { result in
      guard case .failure(let error) = result else { return self.objectChanges.withLock { $0.written() } }
      // Tried again with the next change, and when the database is back.
      if error.isOutage { return self.objectChanges.withLock { $0.giveBack() } }
      let remains = self.objectChanges.withLock { $0.failed(mayPass: error.mayPass) }
      self.onEvent?(.notWritten(error))
      guard remains else { return }
      DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(1)) { [weak self] in
        guard let self, self.objectChanges.withLock({ $0.ask() }) else { return }
        self.writeObjects()
      }
    }
  }

  private static func write(_ change: ObjectChanges.Change, in session: any SQLSession) throws {
    switch change {
    case .keep(let object, let time): try write(object, at: time, in: session)
    case .forget(let id, let provider): try forget(id, provider, in: session)
    }
  }

  package func page(
    _ query: ObjectPageQuery, completion: @escaping @Sendable (Result<ObjectPage, any Error>) -> Void
  ) {
    // In the order of the calls: behind all that was noted before.
    database.submit {
      try Self.page(query, in: $0)
    } completion: { result in
      completion(result.mapError { $0 })
    }
  }

  private static func page(_ query: ObjectPageQuery, in session: any SQLSession) throws -> ObjectPage {
    // An empty list is no SQL.
    guard !query.providers.isEmpty else { return ObjectPage(places: [], hasMore: false) }
    let places = Array(repeating: "?", count: query.providers.count).joined(separator: ", ")
    var conditions = ["consumer = ?", "kind = ?", "provider IN (\(places))"]
    var values: [SQLValue] = [.text(query.consumer), .text(query.kind.rawValue)]
    values += query.providers.map { .text($0) }
    if let purpose = query.purpose {
      conditions.append("purpose = ?")
      values.append(.text(purpose))
    }
    for (place, isAfter) in [(query.after, true), (query.before, false)] {
      guard let place else { continue }
      let comparison = isAfter == query.isAscending ? ">" : "<"
      // Of a place that is nobody's there is nothing before or behind.
      conditions.append(
        "number \(comparison) (SELECT number FROM kept_object WHERE provider = ? AND id = ? AND consumer = ?)")
      values += [.text(place.provider), .text(place.id), .text(query.consumer)]
    }
    values.append(.integer(Int64(query.limit + 1)))
    let rows = try session.all(
      """
      SELECT provider, id FROM kept_object WHERE \(conditions.joined(separator: " AND "))
      ORDER BY number \(query.isAscending ? "ASC" : "DESC") LIMIT ?
      """, values
    ) { ObjectPageQuery.Place(id: $0.text(1) ?? "", provider: $0.text(0) ?? "") }
    return ObjectPage(places: Array(rows.prefix(query.limit)), hasMore: rows.count > query.limit)
  }
}

/// What was noted of objects and is not written yet.
struct ObjectChanges: Sendable {
  enum Change: Sendable {
    case keep(KeptObject, at: Int64)
    case forget(id: String, provider: String)
  }

  // Objects that were seen lately are not written again each time that they are seen. As many changes wait for a database
  // that does not answer.
  private static let memory = 10_000

  private var waiting: [Change] = []
  /// Taken, and not known to be written.
  private var underWay: [Change] = []
  /// A transaction that will take what waits was asked for.
  private var isAsked = false
  /// Whether their sizes are written, or on their way.
  private var known: [ObjectPageQuery.Place: Bool] = [:]

  /// - Returns: whether a transaction must be asked for: none is on its way.
  mutating func add(_ change: Change) -> Bool {
    switch change {
    case .keep(let object, _):
      if known.count >= Self.memory { known = [:] }
      let place = ObjectPageQuery.Place(id: object.id, provider: object.provider)
      let hasSize = object.bytes != nil
      // What is seen again is news where its size was not known, or where room was taken for it.
      if let knew = known[place], knew || !hasSize, object.claim == nil { return false }
      known[place] = hasSize || known[place] ?? false
    case .forget(let id, let provider): known[ObjectPageQuery.Place(id: id, provider: provider)] = nil
    }
    if waiting.count >= 2 * Self.memory { waiting.removeFirst(Self.memory) }
    waiting.append(change)
    return ask()
  }

  /// - Returns: whether a transaction must be asked for now.
  mutating func ask() -> Bool {
    guard !isAsked, !waiting.isEmpty else { return false }
    isAsked = true
    return true
  }

  /// A transaction that is tried again takes what it had taken, too.
  mutating func take() -> [Change] {
    underWay += waiting
    waiting = []
    isAsked = false
    return underWay
  }

  mutating func written() { underWay = [] }

  /// The transaction that was asked for has failed, perhaps before it could take anything.
  ///
  /// - Parameter mayPass: whether what it had taken is to be tried again.
  /// - Returns: whether something waits.
  mutating func failed(mayPass: Bool) -> Bool {
    if mayPass { giveBack() } else { underWay = [] }
    isAsked = false
    return !waiting.isEmpty
  }

  mutating func giveBack() {
    waiting = Array((underWay + waiting).suffix(Self.memory))
    underWay = []
    isAsked = false
  }
}

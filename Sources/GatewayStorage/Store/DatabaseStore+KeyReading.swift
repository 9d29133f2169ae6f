package import GatewayCore
import Synchronization

/// Keys as gateways follow them: all at once, and then by their changes.
extension DatabaseStore {
  // So many rows at once lie in the memory of libpq.
  private static let page = 10_000
  // With more, reading all keys is hardly longer.
  private static let mostChanges = 10_000

  package func activeKeys() async throws -> [ActiveKey] {
    try await database.transaction { session in
      var keys: [ActiveKey] = []
      try Self.eachActiveKey(in: session) { keys.append($0) }
      return keys
    }
  }

  package func keyTable() async throws -> (table: KeyTable, number: Int64) {
    try await database.transaction { session in
      // First: what is changed while rows are read is read once more as a change.
      let number = try Self.number(in: session)
      let count = try session.first("SELECT count(*) \(Self.live)") { $0.integer(0) ?? 0 } ?? 0
      var builder = KeyTable.Builder(capacity: Int(count))
      try Self.eachActiveKey(in: session) { builder.append($0) }
      return (builder.table(), number)
    }
  }

  package func changes(since number: Int64) async throws -> KeyChanges? {
    try await database.transaction { session in
      let last = try Self.number(in: session)
      guard last >= number else { return nil }
      var (keys, gone): ([ActiveKey], [KeyDigest]) = ([], [])
      guard last > number else { return KeyChanges(number: last) }
      var texts = RulesTexts()
      try session.each(
        "SELECT \(KeyRow.activeColumns), revoked_at FROM gateway_key WHERE changed > ? LIMIT \(Self.mostChanges + 1)",
        [.integer(number)]
      ) { row in
        if row.integer(KeyRow.activeCount) == nil, let key = KeyRow.activeKey(row, &texts) {
          keys.append(key)
        } else if let hash = KeyRow.hash(row) {
          gone.append(hash)
        }
      }
      let changes = KeyChanges(number: last, keys: keys, gone: gone)
      return changes.count > Self.mostChanges ? nil : changes
    }
  }

  package func version() async throws -> KeyDirectoryVersion {
    let (changes, breaks) = try await database.foreignVersion()
    return KeyDirectoryVersion(
      foreign: changes, own: ownChanges.load(ordering: .sequentiallyConsistent), breaks: breaks)
  }

  private static let live = "FROM gateway_key WHERE revoked_at IS NULL"

  /// Of the last change.
  private static func number(in session: any SQLSession) throws -> Int64 {
    try session.first("SELECT key_changes FROM installation") { $0.integer(0) ?? 0 } ?? 0
  }

  private static func eachActiveKey(in session: any SQLSession, _ body: (ActiveKey) -> Void) throws {
    var texts = RulesTexts()
    var last = Int64.min
    while true {
      var count = 0
      try session.each(
        "SELECT \(KeyRow.activeColumns) \(live) AND id > ? ORDER BY id LIMIT \(page)", [.integer(last)]
      ) { row in
        count += 1
        last = row.integer(0) ?? last
        if let key = KeyRow.activeKey(row, &texts) { body(key) }
      }
      guard count == page else { return }
    }
  }
}

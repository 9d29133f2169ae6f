import GatewayCore
import GatewayStorage
import Synchronization

/// Finds issued keys that will soon work no more, and keeps the answer for a while: overviews are asked for every few seconds.
final class KeyEndings: Sendable {
  private static let most = 10
  // A week before its end a key is told of.
  private static let notice: Int64 = 7 * 86_400_000
  // 5 min: it looks at every key.
  private static let keeping: Int64 = 300_000
  // Answers of teams.
  private static let mostKept = 64

  private struct Kept {
    let keys: [IssuedKey]
    let at: WallTime
  }

  private let store: DatabaseStore
  private let kept = Mutex<[String?: Kept]>([:])

  init(_ store: DatabaseStore) { self.store = store }

  /// Those that nothing replaces; none where the database does not answer.
  ///
  /// - Parameter consumers: whose keys; nil: all.
  func keys(team: String?, consumers: [String]?, now: WallTime) async -> [IssuedKey] {
    let known = kept.withLock { $0[team] }
    if let known, now.milliseconds - known.at.milliseconds < Self.keeping { return known.keys }
    var query = KeyQuery(limit: Self.most)
    query.state = .active
    query.consumers = consumers
    query.expiresUntil = WallTime(milliseconds: now.milliseconds + Self.notice)
    query.isWithoutSuccessor = true
    guard let found = try? await store.keys(query, now: now).keys else { return known?.keys ?? [] }
    kept.withLock { kept in
      if kept.count >= Self.mostKept { kept = [:] }
      kept[team] = Kept(keys: found, at: now)
    }
    return found
  }
}

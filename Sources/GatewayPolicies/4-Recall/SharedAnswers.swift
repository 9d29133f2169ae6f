package import GatewayCore
import Synchronization

/// The answers of this node, shared by its loops. What is done under the lock takes about a microsecond.
package final class SharedAnswers: AnswerStore, Sendable {
  private let table: Mutex<AnswerTable>

  /// - Parameter capacity: bytes.
  package init(capacity: Int) { table = Mutex(AnswerTable(capacity: capacity)) }

  package func findNow(_ key: AnswerKey, now: WallTime) -> Recollection? {
    table.withLock { table in
      Recollection(answer: table.find(key, now: now), mark: .number(table.generation))
    }
  }

  package func find(_ key: AnswerKey, now: WallTime, then: @escaping (Recollection) -> Void) {
    if let found = findNow(key, now: now) { then(found) }
  }

  package func keep(_ answer: KeptAnswer, under key: AnswerKey, since seen: AnswerMark, now: WallTime) {
    guard case .number(let generation) = seen else { return }
    table.withLock { $0.keep(answer, under: key, of: generation, now: now) }
  }

  /// - Returns: how many there were.
  @discardableResult
  package func forget(_ selection: AnswerSelection) -> Int { table.withLock { $0.forget(selection) } }

  package func adopt(_ settings: CacheSettings) {
    table.withLock { if $0.capacity != settings.memory { $0.resize(to: settings.memory) } }
  }

  package var readings: (entries: Int, bytes: Int, evictions: Int) {
    table.withLock { ($0.count, $0.bytes, $0.evictions) }
  }
}

import Dispatch
import Foundation
import Synchronization

/// Asks the ledger beside the gateway that writes it: one question after the other, on a thread of its own, over one connection
/// that is kept.
package final class LedgerDesk: Sendable {
  /// Why a question was not asked.
  package enum Refusal: Error, Hashable {
    /// Too many wait already.
    case crowded
    /// Whoever asked has gone.
    case cancelled
  }

  // Some seconds of questions; who comes later had better ask again.
  private static let mostWaiting = 32

  private let location: DatabaseLocation
  private let queue = DispatchQueue(label: "sluice.ledger.desk")
  private let connection = Mutex<LedgerReader?>(nil)
  private let waiting = Atomic<Int>(0)

  package init(_ location: DatabaseLocation) { self.location = location }

  /// - Parameter nothing: the answer while there is no ledger, since nothing has happened yet.
  /// - Throws: `StorageError`, `Refusal`.
  package func ask<Answer: Sendable>(
    or nothing: Answer, _ question: @escaping @Sendable (LedgerReader) throws -> Answer
  ) async throws -> Answer {
    guard waiting.add(1, ordering: .relaxed).newValue <= Self.mostWaiting else {
      waiting.subtract(1, ordering: .relaxed)
      throw Refusal.crowded
    }
    let isCancelled = Atomic<Bool>(false)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Answer, any Error>) in
        queue.async { [self] in
          defer { waiting.subtract(1, ordering: .relaxed) }
          if isCancelled.load(ordering: .relaxed) { return continuation.resume(throwing: Refusal.cancelled) }
          continuation.resume(with: Result { try answer(or: nothing, question) })
        }
      }
    } onCancel: {
      isCancelled.store(true, ordering: .relaxed)
    }
  }

  /// Closes the connection when the questions that wait are answered.
  package func close() {
    queue.async { [self] in
      connection.withLock { reader in
        reader?.close()
        reader = nil
      }
    }
  }

  private func answer<Answer: Sendable>(
    or nothing: Answer, _ question: @Sendable (LedgerReader) throws -> Answer
  ) throws -> Answer {
    // The lock is never waited for: only the queue comes here.
    try connection.withLock { reader in
      do {
        let open: LedgerReader
        if let reader { open = reader } else { open = try LedgerReader(location) }
        reader = open
        return try question(open)
      } catch StorageError.noLedger {
        return nothing
      } catch {
        // A new connection may see an end of it.
        reader?.close()
        reader = nil
        throw error
      }
    }
  }
}

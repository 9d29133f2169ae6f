import Dispatch
import Synchronization

/// Hashes and compares passwords, one at a time on a thread of its own: each takes 32 MiB and about 100 ms, and whoever sends many
/// must not take the memory and the cores from calls.
package final class PasswordHasher: Sendable {
  /// More wait than are worth waiting for.
  package struct Busy: Error { package init() {} }

  private static let capacity = 16

  private let queue = DispatchQueue(label: "sluice.passwords", qos: .utility)
  private let waiting = Mutex(0)
  private let cost: PasswordHash.Cost
  /// What a password of nobody is compared with, so that it takes as long as one of somebody.
  private let nobody = Mutex<PasswordHash?>(nil)

  package convenience init() { self.init(cost: .standard) }

  init(cost: PasswordHash.Cost) { self.cost = cost }

  /// For tests that do not guess: a fraction of the work.
  package static func cheap() -> PasswordHasher { PasswordHasher(cost: .init(rounds: 4, blockSize: 8, parallelism: 1)) }

  /// - Throws: `Busy`.
  package func hash(_ password: String) async throws -> PasswordHash {
    try await perform { [cost] in try PasswordHash(of: password, cost: cost) }
  }

  /// - Parameter hash: nil: there is no such user; the answer is false, and takes as long.
  /// - Throws: `Busy`.
  package func matches(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
    try await perform { [self] in
      if let hash { return try hash.matches(password) }
      _ = try standIn().matches(password)
      return false
    }
  }

  private func standIn() throws -> PasswordHash {
    if let known = nobody.withLock({ $0 }) { return known }
    let made = try PasswordHash(of: "", cost: cost)
    nobody.withLock { $0 = made }
    return made
  }

  private func perform<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    let isAdmitted = waiting.withLock { waiting in
      guard waiting < Self.capacity else { return false }
      waiting += 1
      return true
    }
    guard isAdmitted else { throw Busy() }
    defer { waiting.withLock { $0 -= 1 } }
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try work() }) }
    }
  }
}

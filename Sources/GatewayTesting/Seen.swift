import Synchronization

/// The frames that a scripted provider has seen.
package final class Seen: Sendable {
  private let list = Mutex<[SocketFrame]>([])

  package init() {}

  package var frames: [SocketFrame] { list.withLock { $0 } }

  package func note(_ frame: SocketFrame) { list.withLock { $0.append(frame) } }
}

/// Counts what a scripted peer has done.
package final class Counter: Sendable {
  private let count = Atomic(0)

  package init() {}

  package var value: Int { count.load(ordering: .acquiring) }

  package func add() { count.add(1, ordering: .acquiringAndReleasing) }
}

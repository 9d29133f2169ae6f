import Synchronization

/// What a callback has reported, for a test to read in order.
package final class EventLog<Event: Sendable>: Sendable {
  private let events = Mutex<(all: [Event], read: Int)>(([], 0))

  package init() {}

  package func add(_ event: Event) { events.withLock { $0.all.append(event) } }

  /// The oldest event that has not been read, waited for.
  package func next() async throws -> Event {
    try await eventually("another event comes") {
      self.events.withLock { events in
        guard events.read < events.all.count else { return nil }
        events.read += 1
        return events.all[events.read - 1]
      }
    }
  }
}

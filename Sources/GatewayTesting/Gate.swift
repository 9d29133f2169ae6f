import Synchronization

/// Holds a script at one step until the test lets it go on.
package final class Gate: Sendable {
  private let opened = Atomic(false)

  package init() {}

  package var isOpen: Bool { opened.load(ordering: .acquiring) }

  package func open() { opened.store(true, ordering: .releasing) }
}

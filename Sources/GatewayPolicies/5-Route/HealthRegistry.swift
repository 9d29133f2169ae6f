package import GatewayCore
import Synchronization

/// The health cells of the process by name. A target or key that is still there after a reload keeps its cell, so that a new
/// configuration does not send traffic back to what was just set aside.
package final class HealthRegistry: Sendable {
  private let cells = Mutex<[String: LockedHealthCell]>([:])

  package init() {}

  /// The cell of that name, the same one every time.
  ///
  /// - Parameter policy: of a new cell. One that is there keeps its own until `settle`: the configuration that asks may yet
  ///   be refused.
  package func cell(for name: String, policy: HealthPolicy) -> LockedHealthCell {
    cells.withLock { cells in
      if let known = cells[name] { return known }
      let new = LockedHealthCell(policy: policy)
      cells[name] = new
      return new
    }
  }

  /// A configuration runs: its policy reaches every cell, and cells that it does not name are forgotten.
  package func settle(on names: Set<String>, policy: HealthPolicy) {
    let kept = cells.withLock { cells in
      cells = cells.filter { names.contains($0.key) }
      return Array(cells.values)
    }
    for cell in kept { cell.adopt(policy) }
  }

  /// All cells, sorted by name.
  package func snapshot(now: Instant) -> [(name: String, status: Health.Status)] {
    let cells = cells.withLock { $0 }
    return cells.map { (name: $0.key, status: $0.value.status(now: now)) }.sorted { $0.name < $1.name }
  }
}

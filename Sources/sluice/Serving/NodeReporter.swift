import Foundation
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayStorage
import GatewayTelemetry
import Logging
import ServiceLifecycle

/// Tells the other gateways of a database which revision this one runs, and reads what they tell.
struct NodeReporter: Service, NodeListing {
  private static let interval: Duration = .milliseconds(500)
  /// Without a change.
  private static let heartbeat: Duration = .seconds(15)
  /// Who has said nothing for so long is gone: four heartbeats.
  private static let patience: Int64 = 60_000

  let store: DatabaseStore
  let shown: RunningConfiguration
  private let startedAt = Date().formatted(.iso8601)
  // Asked once: it may look the name up.
  private let host = ProcessInfo.processInfo.hostName

  init(store: DatabaseStore, shown: RunningConfiguration) {
    self.store = store
    self.shown = shown
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { await report() }
  }

  private func report() async {
    // Of an SQLite file this is the only gateway.
    guard store.node != nil else { return await waitForTheEnd() }
    let clock = ContinuousClock()
    var last = (state: "", at: clock.now - Self.heartbeat)
    repeat {
      guard let text = try? String(decoding: JSONEncoder().encode(state), as: UTF8.self) else { continue }
      guard text != last.state || clock.now - last.at >= Self.heartbeat else { continue }
      do {
        try await store.reportNode(state: text)
        last = (text, clock.now)
      } catch { continue }
    } while (try? await Task.sleep(for: Self.interval)) != nil
  }

  /// A service that ends by itself would end the others.
  private func waitForTheEnd() async {
    while (try? await Task.sleep(for: .seconds(3600))) != nil {}
  }

  private var state: NodeState {
    NodeState(
      host: host, version: Version.current, startedAt: startedAt, revision: shown.storedRevision,
      problems: shown.refused)
  }

  func nodes() async throws -> [ShownNode] {
    let latest = try await store.latestRevision()
    let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    let own = ShownNode(
      name: store.node ?? host, isSelf: true, state: state, storedRevision: latest, seenAt: now)
    let others = try await store.nodes().filter {
      $0.id != store.node && now.milliseconds - $0.seenAt.milliseconds < Self.patience
    }.compactMap { node -> ShownNode? in
      guard let state = try? JSONDecoder().decode(NodeState.self, from: Data(node.state.utf8)) else { return nil }
      return ShownNode(name: node.id, isSelf: false, state: state, storedRevision: latest, seenAt: node.seenAt)
    }
    return [own] + others
  }
}

package import GatewayCore
package import NIOCore
import Synchronization

/// The limits of a node that shares them with others through Redis: makes a store for each event loop, knows how many nodes live,
/// and counts for itself while Redis does not answer.
package final class RedisLimits: Sendable {
  package struct Settings: Sendable {
    /// Gateways with the same name count together: 1…64 letters, digits, `.`, `_` and `-`.
    package var installation = "default"
    /// For how long a call under way keeps its slot unless its node renews it.
    package var lease: Duration = .seconds(30)
    /// How often the node says that it lives, and looks whether Redis does.
    package var heartbeat: Duration = .seconds(1)
    /// Heartbeats without which a node counts as gone.
    package var patience = 10
    /// Counters of the node itself, while Redis does not answer.
    package var capacity = 1_000_000

    package init() {}
  }

  package enum Event: Sendable {
    /// Redis does not answer one of the event loops, at least.
    case lost(RedisError)
    /// It answers, and refuses what the settings say; told again from time to time.
    case misconfigured(RedisError, fault: String)
    /// Redis answers all event loops.
    case back
  }

  private struct State {
    var table: CounterTable
    var parts: [ObjectIdentifier: (limit: Limit, part: Limit)] = [:]
    var nodes = 1
    var rank = 0
    /// Event loops that Redis does not answer.
    var away: Set<ObjectIdentifier> = []
    var outage = RedisOutage()
    var clients: [RedisClient] = []
  }

  let settings: Settings
  let node: String
  /// Begins every key; in a cluster all of them are in one slot.
  let prefix: [UInt8]
  private let dialer: RedisDialer
  private let state: Mutex<State>
  private let errorCount = Atomic<Int>(0)
  private let onEvent: @Sendable (Event) -> Void

  /// - Parameter onEvent: called on an event loop, once for each change and as `RedisOutage` says.
  package init(_ dialer: RedisDialer, _ settings: Settings, onEvent: @escaping @Sendable (Event) -> Void) {
    self.dialer = dialer
    self.settings = settings
    self.onEvent = onEvent
    node = String(UInt64.random(in: .min ... .max), radix: 36)
    prefix = Self.prefix(of: settings.installation)
    state = Mutex(State(table: CounterTable(capacity: settings.capacity)))
  }

  /// The store of an event loop, which connects at once. Called on that loop.
  ///
  /// - Parameter onBudget: is told, on that loop, of budgets of which a call has used a part that is worth a word.
  package func store(
    on eventLoop: any EventLoop, onBudget: @escaping (BudgetNotice) -> Void
  ) -> RedisCounterStore {
    let client = RedisClient(dialer, on: eventLoop, scripts: RedisLimitScripts.all)
    state.withLock { $0.clients.append(client) }
    return RedisCounterStore(client, self, onBudget: onBudget)
  }

  /// Whether Redis answers every event loop.
  package var isUp: Bool { state.withLock { $0.away.isEmpty } }

  /// Whether Redis refuses what the settings say.
  package var isMisconfigured: Bool { state.withLock { $0.outage.isMisconfigured } }

  /// What was asked of Redis and not answered, or with an error.
  package var errors: Int { errorCount.load(ordering: .relaxed) }

  /// Nodes that lived when Redis last said so, this one among them.
  package var nodes: Int { state.withLock { $0.nodes } }

  /// The node leaves: its part of the limits goes to the others at once.
  package func stop() async {
    let clients = state.withLock { $0.clients }
    if let client = clients.first {
      let key = nodesKey
      _ = try? await client.evaluate(
        RedisLimitScripts.announce, keys: [key], arguments: [Array(node.utf8), [UInt8(ascii: "0")]])
    }
    close()
  }

  /// Ends the connections without a word, as a crash does.
  package func close() { for client in state.withLock({ $0.clients }) { client.close() } }

  static func prefix(of installation: String) -> [UInt8] { Array("{sluice:\(installation)}:".utf8) }

  var nodesKey: [UInt8] { prefix + Array("nodes".utf8) }

  // MARK: How Redis is

  func failed(_ loop: ObjectIdentifier, _ error: RedisError) {
    errorCount.add(1, ordering: .relaxed)
    let tells = state.withLock { state in
      state.away.insert(loop)
      return state.outage.failed(error, now: .now())
    }
    guard tells else { return }
    onEvent(error.fault.map { .misconfigured(error, fault: $0) } ?? .lost(error))
  }

  func answered(_ loop: ObjectIdentifier) {
    let isLast = state.withLock { state in
      guard state.away.remove(loop) != nil, state.away.isEmpty else { return false }
      state.outage.ended()
      return true
    }
    if isLast { onEvent(.back) }
  }

  func counted(nodes: Int, rank: Int) {
    state.withLock { state in
      guard nodes > 0, state.nodes != nodes || state.rank != rank else { return }
      state.nodes = nodes
      state.rank = rank
      state.parts = [:]
    }
  }

  // MARK: Without Redis

  /// Counts what this node may let in for itself.
  ///
  /// - Parameter demands: of limits that are shared out; the reservation's parts are in their order.
  func reserve(_ demands: [Demand], now: WallTime) -> Result<Reservation, LimitRefusal> {
    state.withLock { state in
      let parts = demands.map { Demand(limit: Self.part($0.limit, &state), subject: $0.subject, amount: $0.amount) }
      do throws(LimitRefusal) {
        return .success(try state.table.reserve(parts, now: now))
      } catch {
        let whole = demands.first { $0.limit.id == error.limit.id }?.limit ?? error.limit
        return .failure(
          LimitRefusal(
            limit: whole, subject: error.subject, used: error.used, amount: error.amount,
            // More than the part: when Redis is back it may fit.
            wait: error.wait ?? (error.amount <= whole.amount ? settings.heartbeat : nil), standings: error.standings))
      }
    }
  }

  private static func part(_ limit: Limit, _ state: inout State) -> Limit {
    if let known = state.parts[ObjectIdentifier(limit)], known.limit === limit { return known.part }
    // Limits of earlier configurations.
    if state.parts.count > 10_000 { state.parts = [:] }
    let part = limit.part(state.rank, of: state.nodes)
    state.parts[ObjectIdentifier(limit)] = (limit, part)
    return part
  }

  func settle(_ reservation: Reservation, spent: Spent, now: WallTime) {
    // Parts of limits do not warn.
    _ = state.withLock { $0.table.settle(reservation, spent: spent, now: now) }
  }

  /// Forgets, by and by, counters that count nothing.
  func tidy(now: WallTime) {
    state.withLock { state in
      // Nothing of it is stored.
      _ = state.table.takeChanges(now: now)
      state.table.sweep(256, now: now)
    }
  }
}

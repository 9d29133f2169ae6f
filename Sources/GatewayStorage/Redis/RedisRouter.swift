import NIOCore

/// Sends each command to the node that has its key. With a single server there is one node and no map; a cluster shows itself
/// by its first redirection. Lives on its event loop.
final class RedisRouter {
  typealias Answer = Result<RedisValue, RedisError>

  /// A command follows at most this many redirections, as in the reference clients.
  private static let maximumRedirections = 5

  private let dialer: RedisDialer
  private let scripts: [RedisScript]
  private let counters: RedisCounters
  private let home: RedisNode
  private var nodes: [RedisAddress: RedisNode]
  /// The node of each slot, once it is known that there is a cluster.
  private var slots: [RedisNode?]?
  private var isAskingForSlots = false
  private var nextAsking = NIODeadline.now()

  init(_ dialer: RedisDialer, on eventLoop: any EventLoop, scripts: [RedisScript], counters: RedisCounters) {
    self.dialer = dialer
    self.scripts = scripts
    self.counters = counters
    home = RedisNode(dialer, dialer.settings.address, on: eventLoop, scripts: scripts, counters: counters)
    nodes = [home.address: home]
  }

  func start() { home.start() }

  func close() { for node in nodes.values { node.close() } }

  func whenSettled(_ then: @escaping (RedisError?) -> Void) { home.whenSettled(then) }

  func send(_ command: RedisCommand, then: @escaping (Answer) -> Void) {
    counters.began()
    let node = node(for: command)
    send(command, to: node, redirections: 0) { [counters] answer in
      counters.ended(answer)
      then(answer)
    }
  }

  private func node(for command: RedisCommand) -> RedisNode {
    guard let slots else { return home }
    guard let key = command.key else {
      return home.connection == nil ? nodes.values.first { $0.connection != nil } ?? home : home
    }
    return slots[RedisSlot.of(key)] ?? home
  }

  private func send(
    _ command: RedisCommand, to node: RedisNode, redirections: Int, then: @escaping (Answer) -> Void
  ) {
    node.send(command) { [weak self] answer in
      guard case .failure(let error) = answer, let self else { return then(answer) }
      guard let redirection = RedisRedirection(error, from: node.address), redirections < Self.maximumRedirections
      else {
        // Its slots may have gone to another node.
        if case .unreachable = error { askForSlots() }
        return then(answer)
      }
      let target = self.node(at: redirection.address)
      if !redirection.isAsk { moved(redirection.slot, to: target) }
      target.whenSettled { failure in
        if let failure { return then(.failure(failure)) }
        if redirection.isAsk { target.send(RedisCommand("ASKING")) { _ in } }
        self.send(command, to: target, redirections: redirections + 1, then: then)
      }
    }
  }

  private func node(at address: RedisAddress) -> RedisNode {
    if let node = nodes[address] { return node }
    let node = RedisNode(dialer, address, on: home.eventLoop, scripts: scripts, counters: counters)
    nodes[address] = node
    node.start()
    return node
  }

  private func moved(_ slot: Int, to node: RedisNode) {
    if slots == nil { slots = Array(repeating: nil, count: RedisSlot.count) }
    slots?[slot] = node
    askForSlots()
  }

  /// Reads the whole map from any node that answers, once at a time.
  private func askForSlots() {
    guard slots != nil, !isAskingForSlots, nextAsking <= .now(),
      let node = nodes.values.first(where: { $0.connection != nil })
    else { return }
    isAskingForSlots = true
    // Every command to a node that is away asks; the map does not change so often.
    nextAsking = .now() + .milliseconds(100)
    node.send(RedisCommand("CLUSTER", "SLOTS")) { [weak self] answer in
      guard let self else { return }
      isAskingForSlots = false
      if case .success(.array(let ranges)) = answer, !ranges.isEmpty { adopt(ranges, from: node.address) }
    }
  }

  /// - Parameter ranges: `[first, last, [host, port, …], replicas…]` each.
  private func adopt(_ ranges: [RedisValue], from source: RedisAddress) {
    var map = [RedisNode?](repeating: nil, count: RedisSlot.count)
    for range in ranges {
      guard let parts = range.elements, parts.count >= 3, let primary = parts[2].elements, primary.count >= 2,
        let first = parts[0].integer, let last = parts[1].integer, let port = primary[1].integer,
        first >= 0, first <= last, last < Int64(RedisSlot.count), (1...65535).contains(port)
      else { continue }
      let host = primary[0].text ?? ""
      let node = node(at: RedisAddress(host: host.isEmpty ? source.host : host, port: Int(port)))
      for slot in Int(first)...Int(last) { map[slot] = node }
    }
    slots = map
    let used = Set(map.compactMap(\.?.address)).union([home.address])
    for (address, node) in nodes where !used.contains(address) {
      node.close()
      nodes[address] = nil
    }
  }
}

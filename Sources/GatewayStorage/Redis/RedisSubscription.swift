package import NIOCore

/// Messages of channels, on a connection of its own that is made again when it is lost.
package final class RedisSubscription: Sendable {
  package enum Event: Hashable, Sendable {
    /// Messages come from now on. What was published before, also during a break, is lost: read the present state.
    case began
    case message(channel: String, payload: [UInt8])
    /// No messages come until the next `began`. Comes again for each attempt that fails.
    case lost(RedisError)
  }

  package let eventLoop: any EventLoop
  package let counters = RedisCounters()
  private let listener: NIOLoopBoundBox<Listener>

  /// Starts to connect.
  /// - Parameters:
  ///   - heartbeat: how often the server is asked whether it is still there.
  ///   - onEvent: called on the event loop.
  package init(
    _ dialer: RedisDialer, on eventLoop: any EventLoop, channels: [String], heartbeat: TimeAmount = .seconds(5),
    onEvent: @escaping @Sendable (Event) -> Void
  ) {
    self.eventLoop = eventLoop
    let node = RedisNode(dialer, dialer.settings.address, on: eventLoop, scripts: [], counters: counters)
    listener = .makeBoxSendingValue(
      Listener(node, channels: channels, heartbeat: heartbeat, onEvent: onEvent), eventLoop: eventLoop)
    onLoop { $0.start() }
  }

  package func close() { onLoop { $0.close() } }

  private func onLoop(_ body: @escaping @Sendable (Listener) -> Void) {
    if eventLoop.inEventLoop { return body(listener.value) }
    eventLoop.execute { body(self.listener.value) }
  }

  /// Its part on the event loop.
  private final class Listener {
    private let node: RedisNode
    private let channels: [String]
    private let heartbeat: TimeAmount
    private let onEvent: @Sendable (Event) -> Void
    private var confirmed = 0
    private var hasHeard = false
    private var timer: Scheduled<Void>?

    init(
      _ node: RedisNode, channels: [String], heartbeat: TimeAmount, onEvent: @escaping @Sendable (Event) -> Void
    ) {
      self.node = node
      self.channels = channels
      self.heartbeat = heartbeat
      self.onEvent = onEvent
    }

    func start() {
      node.onReady = { [weak self] in self?.subscribe($0) }
      node.onLost = { [weak self] in self?.onEvent(.lost($0)) }
      node.start()
      beat()
    }

    func close() {
      timer?.cancel()
      node.close()
    }

    private func subscribe(_ connection: RedisConnection) {
      confirmed = 0
      hasHeard = true
      connection.onPush = { [weak self, weak connection] in self?.received($0, on: connection) }
      connection.write(RedisCommand(["SUBSCRIBE"] + channels))
    }

    private func received(_ value: RedisValue, on connection: RedisConnection?) {
      hasHeard = true
      if case .error(let message) = value { connection?.fail(.refused(message: message)) }
      guard let parts = value.elements, let kind = parts.first?.text else { return }
      switch (kind, parts.count) {
      case ("subscribe", _):
        confirmed += 1
        if confirmed == channels.count { onEvent(.began) }
      case ("message", 3):
        guard let channel = parts[1].text, let payload = parts[2].bytes else { return }
        onEvent(.message(channel: channel, payload: payload))
      default: break
      }
    }

    private func beat() {
      timer = node.eventLoop.assumeIsolated().scheduleTask(in: heartbeat) { [weak self] in self?.beat() }
      ask()
    }

    /// A connection on which nothing has come since the last question is dead.
    private func ask() {
      guard let connection = node.connection else { return }
      guard hasHeard else { return connection.fail(.timedOut) }
      hasHeard = false
      connection.write(RedisCommand("PING"))
    }
  }
}

import GatewayCore
import NIOCore

/// The connection to one server, made again whenever it is lost, after pauses that grow. Lives on its event loop.
final class RedisNode {
  private enum State {
    /// → `dialing`, `closed`
    case idle
    /// → `ready`, `pausing`, `closed`
    case dialing
    /// → `pausing`, `closed`
    case ready(RedisConnection)
    /// → `dialing`, `closed`
    case pausing(Scheduled<Void>)
    case closed
  }

  let address: RedisAddress
  let eventLoop: any EventLoop
  /// Called with each new connection, before anything else is sent on it.
  var onReady: ((RedisConnection) -> Void)?
  /// Called for each loss and each failed attempt.
  var onLost: ((RedisError) -> Void)?

  private let dialer: RedisDialer
  private let scripts: [RedisScript]
  private let counters: RedisCounters
  private var state = State.idle
  private var lastError = RedisError.unreachable(reason: "not connected yet")
  /// Failures since the last connection.
  private var failures = 0
  private var wasConnected = false
  private var settling: [(RedisError?) -> Void] = []

  init(
    _ dialer: RedisDialer, _ address: RedisAddress, on eventLoop: any EventLoop, scripts: [RedisScript],
    counters: RedisCounters
  ) {
    self.dialer = dialer
    self.address = address
    self.eventLoop = eventLoop
    self.scripts = scripts
    self.counters = counters
  }

  var connection: RedisConnection? { if case .ready(let connection) = state { connection } else { nil } }

  /// Sends a command; without a connection it fails at once with the reason of the break.
  func send(_ command: RedisCommand, then: @escaping (Result<RedisValue, RedisError>) -> Void) {
    guard let connection else { return then(.failure(lastError)) }
    connection.send(command, timeout: dialer.settings.commandTimeout, then: then)
  }

  /// Calls `then` when there is a connection or the attempt that is under way, or comes next, has failed.
  func whenSettled(_ then: @escaping (RedisError?) -> Void) {
    switch state {
    case .ready: then(nil)
    case .closed: then(.closed)
    case .idle, .dialing, .pausing:
      guard settling.count < dialer.settings.maximumPending else { return then(.overloaded) }
      settling.append(then)
    }
  }

  func start() {
    guard case .idle = state else { return }
    dial()
  }

  func close() {
    let before = state
    state = .closed
    lastError = .closed
    switch before {
    case .ready(let connection):
      counters.disconnected()
      connection.onEnd = nil
      connection.fail(.closed)
    case .pausing(let pause): pause.cancel()
    case .idle, .dialing, .closed: break
    }
    settle(.closed)
  }

  private func dial() {
    state = .dialing
    dialer.dial(address, on: eventLoop, scripts: scripts) { [self] result in
      guard case .dialing = state else {
        if case .success(let connection) = result { connection.fail(.closed) }
        return
      }
      switch result {
      case .success(let connection): became(connection)
      case .failure(let error): lost(error)
      }
    }
  }

  private func became(_ connection: RedisConnection) {
    state = .ready(connection)
    counters.connected(again: wasConnected)
    wasConnected = true
    failures = 0
    connection.onEnd = { [weak self] error in
      guard let self, case .ready = state else { return }
      counters.disconnected()
      lost(error)
    }
    onReady?(connection)
    settle(nil)
  }

  private func lost(_ error: RedisError) {
    // A time-out of one command is, to those who come later, a server that is away.
    lastError = error == .timedOut ? .unreachable(reason: error.description) : error
    let pause = eventLoop.assumeIsolated().scheduleTask(in: nextPause()) { [weak self] in
      guard let self, case .pausing = state else { return }
      dial()
    }
    state = .pausing(pause)
    settle(lastError)
    onLost?(lastError)
  }

  private func nextPause() -> TimeAmount {
    var policy = RetryPolicy()
    policy.backoff = dialer.settings.pauses.lowerBound
    policy.maximum = dialer.settings.pauses.upperBound
    let pause = Backoff.jittered(policy, retry: failures, random: .random(in: 0 ... .max))
    failures += 1
    return TimeAmount(pause)
  }

  private func settle(_ error: RedisError?) {
    let waiting = settling
    settling = []
    for then in waiting { then(error) }
  }
}

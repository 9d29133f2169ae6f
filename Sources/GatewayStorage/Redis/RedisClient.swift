package import NIOCore

/// A client of one event loop: pipelined, with one connection, or one for each node of a cluster. Commands during a break fail at
/// once, and no command that may have been carried out is sent again. Its connections end with `close`.
package final class RedisClient: Sendable {
  package let eventLoop: any EventLoop
  package let counters = RedisCounters()
  private let router: NIOLoopBoundBox<RedisRouter>

  /// Starts to connect.
  /// - Parameter scripts: are loaded into every server that it connects to.
  package init(_ dialer: RedisDialer, on eventLoop: any EventLoop, scripts: [RedisScript] = []) {
    self.eventLoop = eventLoop
    router = .makeBoxSendingValue(
      RedisRouter(dialer, on: eventLoop, scripts: scripts, counters: counters), eventLoop: eventLoop)
    onLoop { $0.start() }
  }

  /// Sends a command and calls `then` on the event loop, at once if it cannot be sent. For callers on the event loop.
  package func send(_ command: RedisCommand, then: @escaping (Result<RedisValue, RedisError>) -> Void) {
    router.value.send(command, then: then)
  }

  /// Calls a script by its digest; a server that has forgotten it gets its source.
  /// - Parameter keys: in a cluster all with the same `{tag}`.
  package func evaluate(
    _ script: RedisScript, keys: [[UInt8]], arguments: [[UInt8]],
    then: @escaping (Result<RedisValue, RedisError>) -> Void
  ) {
    var operands = RedisCommand()
    for key in keys { operands.append(key) }
    for argument in arguments { operands.append(argument) }
    evaluate(script, keys: keys.count, operands, then: then)
  }

  /// Calls a script by its digest; a server that has forgotten it gets its source.
  /// - Parameters:
  ///   - keys: how many of the operands are keys.
  ///   - operands: the keys, then the arguments.
  package func evaluate(
    _ script: RedisScript, keys: Int, _ operands: RedisCommand, then: @escaping (Result<RedisValue, RedisError>) -> Void
  ) {
    send(script.call(keys: keys, operands, bySource: false)) { [router] answer in
      // It has not run.
      guard case .failure(let error) = answer, error.code == "NOSCRIPT" else { return then(answer) }
      router.value.send(script.call(keys: keys, operands, bySource: true), then: then)
    }
  }

  /// Calls `then` once there is a connection, or the attempt that is under way or comes next has failed. For callers on the
  /// event loop.
  package func whenSettled(_ then: @escaping (RedisError?) -> Void) { router.value.whenSettled(then) }

  /// Sends a command from anywhere.
  package func send(_ command: RedisCommand) async throws(RedisError) -> RedisValue {
    let answer = await withCheckedContinuation { continuation in
      onLoop { $0.send(command) { continuation.resume(returning: $0) } }
    }
    return try answer.get()
  }

  /// Calls a script from anywhere.
  package func evaluate(
    _ script: RedisScript, keys: [[UInt8]], arguments: [[UInt8]]
  ) async throws(RedisError) -> RedisValue {
    let answer = await withCheckedContinuation { continuation in
      onLoop { _ in self.evaluate(script, keys: keys, arguments: arguments) { continuation.resume(returning: $0) } }
    }
    return try answer.get()
  }

  /// Waits until there is a connection, or the attempt that is under way or comes next has failed.
  package func connected() async throws(RedisError) {
    let failure = await withCheckedContinuation { continuation in
      onLoop { $0.whenSettled { continuation.resume(returning: $0) } }
    }
    if let failure { throw failure }
  }

  /// Fails what waits and ends the connections.
  package func close() { onLoop { $0.close() } }

  private func onLoop(_ body: @escaping @Sendable (RedisRouter) -> Void) {
    if eventLoop.inEventLoop { return body(router.value) }
    eventLoop.execute { body(self.router.value) }
  }
}

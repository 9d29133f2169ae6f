package import GatewayCore

/// Nonces of signed requests, which one of several gateways takes.
extension RedisCounterStore: NonceStore {
  package var nonces: (any NonceStore)? { self }

  package func take(
    nonce: String, of key: String, life: Duration, then: @escaping (NonceAnswer) -> Void
  ) {
    var command = RedisCommand("SET")
    command.append(node.prefix + Array("nonce:\(key):\(nonce)".utf8))
    for word in ["1", "NX", "PX"] { command.append(word) }
    command.append(life.wholeNanoseconds / 1_000_000)
    // Before the first attempt to connect there is nothing that could have failed.
    guard hasTried else { return client.whenSettled { _ in self.send(command, then) } }
    send(command, then)
  }

  private func send(_ command: RedisCommand, _ then: @escaping (NonceAnswer) -> Void) {
    client.send(command) { [self] answer in
      switch answer {
      case .success(let value):
        answered()
        then(value == .null ? .seen : .fresh)
      // It may have been carried out: the caller signs anew.
      case .failure(let error):
        failed(error)
        then(.unknown)
      }
    }
  }
}

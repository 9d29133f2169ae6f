import Synchronization

/// What stands between a gateway and its providers in a scenario.
package final class Network: Sendable {
  let listeners = Mutex<[WireListener]>([])

  fileprivate init() {}

  /// A port before `upstream`, at another address of this machine or with TLS.
  package func front(
    of upstream: ScriptedUpstream, host: String = "127.0.0.1", port: Int = 0,
    identity: CertificateAuthority.Identity? = nil, ending: Front.Ending = .orderly
  ) async throws -> Front {
    let front = try await Front.start(
      host: host, port: port, identity: identity, ending: ending, upstream: upstream.port)
    listeners.withLock { $0.append(front.listener) }
    return front
  }

  /// An HTTP forward proxy.
  package func proxy(
    _ behaviour: ForwardProxy.Behaviour = .forward(), host: String = "127.0.0.1"
  ) async throws -> ForwardProxy {
    let proxy = try await ForwardProxy.start(behaviour, host: host)
    listeners.withLock { $0.append(proxy.listener) }
    return proxy
  }

  /// A port on which somebody answers the first bytes of each connection with `text`, whatever they are.
  package func server(saying text: String) async throws -> Int {
    let listener = try await WireListener.start(host: "127.0.0.1", port: 0, identity: nil) { accepted in
      guard (try? await accepted.wire.read(within: .seconds(600))) != nil else { return }
      try? await accepted.wire.write(Array(text.utf8))
      // Until the peer has had enough of it.
      while (try? await accepted.wire.read(within: .seconds(600))) != nil {}
    }
    listeners.withLock { $0.append(listener) }
    return listener.port
  }

  fileprivate func takeDown() async {
    for listener in listeners.withLock({ $0 }) { await listener.stop() }
  }
}

/// Runs a scenario with a network of its own.
package func scenario(_ body: (Scenario, Network) async throws -> Void) async throws {
  try await scenario { scenario in
    let network = Network()
    do {
      try await body(scenario, network)
    } catch {
      await network.takeDown()
      throw error
    }
    await network.takeDown()
  }
}

extension Configuration {
  /// The model `m` that goes to the model `up` of the providers `p0`, `p1` … in order, without retries.
  /// - Parameters:
  ///   - providers: the members of each, in flow style; their kind is `openai-compatible`.
  ///   - model: further lines of the model, at no indentation.
  ///   - top: further sections of the file.
  package static func text(
    providers: String..., model: String = "retry: { attempts: 0 }", top: String = ""
  ) -> String {
    let targets = providers.indices.map { "p\($0)/up" }.joined(separator: ", ")
    return
      (["providers:"]
      + providers.enumerated().map { "  p\($0.offset): { kind: openai-compatible, \($0.element) }" }
      + ["models:", "  m:", "    targets: [\(targets)]"]
      + model.split(separator: "\n").map { "    \($0)" }
      + [top, ""]).joined(separator: "\n")
  }
}

package import GatewayCore
package import GatewayPolicies
package import GatewayTelemetry
package import Logging
package import NIOCore
import NIOPosix

/// The data plane: one event loop a core, each with a `Loop` of its own, and the listener that hands them connections.
package final class GatewayServer: Sendable {
  /// Makes the store of an event loop, and is called on it; the store tells of budgets that are nearly used up.
  package typealias CounterStoreMaker =
    @Sendable (any EventLoop, @escaping @Sendable (BudgetNotice) -> Void) -> any CounterStore

  /// Makes where the answers of an event loop are kept, and is called on it.
  package typealias AnswerStoreMaker = @Sendable (any EventLoop) -> any AnswerStore

  package struct Settings: Sendable {
    package var host: String
    package var port: Int
    /// Event loops.
    package var loops: Int

    package init(host: String, port: Int, loops: Int) {
      self.host = host
      self.port = port
      self.loops = loops
    }
  }

  private let group: MultiThreadedEventLoopGroup
  private let loops: [LoopConfined<Loop>]
  private let listener: any Channel
  private let shared: SharedState

  /// The address that it listens on, with the port that the system chose for port 0.
  package var address: SocketAddress? { listener.localAddress }

  private init(
    group: MultiThreadedEventLoopGroup, loops: [LoopConfined<Loop>], listener: any Channel, shared: SharedState
  ) {
    self.group = group
    self.loops = loops
    self.listener = listener
    self.shared = shared
  }

  /// Starts to listen.
  package static func start(
    _ settings: Settings, snapshot: GatewaySnapshot, retryBudget: SharedRetryBudget,
    counters: @escaping CounterStoreMaker, answers: @escaping AnswerStoreMaker, objects: any ObjectDirectory,
    conversations: (any ConversationSink)? = nil,
    telemetry: Telemetry, logger: Logger
  ) async throws -> GatewayServer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.loops)
    let shared = SharedState(
      retryBudget: retryBudget, objects: objects, conversations: conversations, logger: logger)
    var loops: [LoopConfined<Loop>] = []
    for eventLoop in group.makeIterator() {
      let shard = telemetry.makeShard()
      loops.append(
        try await eventLoop.submit {
          let store = counters(eventLoop) { shared.budgetReached($0) }
          return LoopConfined(
            try Loop(
              eventLoop: eventLoop, shared: shared, counters: store, answers: answers(eventLoop), snapshot: snapshot,
              shard: shard))
        }.get())
    }
    let byEventLoop = Dictionary(uniqueKeysWithValues: loops.map { (ObjectIdentifier($0.value.eventLoop), $0) })
    let listener = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let loop = byEventLoop[ObjectIdentifier(channel.eventLoop)]?.value else { return }
          try loop.addHandlers(to: channel.pipeline.syncOperations)
        }
      }
      .bind(host: settings.host, port: settings.port).get()
    if let first = loops.first {
      first.value.eventLoop.execute { shared.keySets.adopt(snapshot, on: first.value) }
    }
    return GatewayServer(group: group, loops: loops, listener: listener, shared: shared)
  }

  /// Reads the certificates that a snapshot needs, before it reaches the loops: that takes tens of milliseconds.
  package func prepare(_ snapshot: GatewaySnapshot) throws {
    if let tls = snapshot.server.tls { _ = try shared.listenerContexts.context(for: tls) }
    for provider in snapshot.providers where provider.endpoint.isTLS || provider.tokenGrant?.endpoint.isTLS == true {
      _ = try shared.tlsContexts.context(privateCA: provider.privateCA)
    }
    for server in snapshot.authentication.servers where server.endpoint.isTLS {
      _ = try shared.tlsContexts.context(privateCA: server.privateCA)
    }
  }

  /// Every exchange that starts from now on reads `snapshot`; running ones keep theirs.
  package func adopt(_ snapshot: GatewaySnapshot) async {
    shared.retryBudget.adopt(snapshot.server.retryBudget)
    for loop in loops { await on(loop) { $0.adopt(snapshot) } }
    if let first = loops.first { await on(first) { [shared] in shared.keySets.adopt(snapshot, on: $0) } }
    shared.tlsContexts.adopt(snapshot)
    shared.tokens.adopt(snapshot)
  }

  /// The same for a snapshot that differs in its issued keys only.
  package func adopt(keysOf snapshot: GatewaySnapshot) async {
    for loop in loops { await on(loop) { $0.adopt(keysOf: snapshot) } }
  }

  /// Stops listening, lets running exchanges finish for up to `limit`, cuts the rest, and ends.
  ///
  /// - Returns: how many exchanges were cut.
  package func drain(within limit: Duration) async -> Int {
    try? await listener.close()
    for loop in loops { await on(loop) { $0.drain() } }
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while clock.now < deadline {
      if await areQuiet() { break }
      try? await Task.sleep(for: .milliseconds(20))
    }
    var cut = 0
    for loop in loops { cut += await on(loop) { $0.cut() } }
    // Time for the last bytes of what was cut to leave.
    let grace = clock.now + .milliseconds(500)
    while clock.now < grace {
      if await areQuiet() { break }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return cut
  }

  package func shutDown() async throws { try await group.shutdownGracefully() }

  private func areQuiet() async -> Bool {
    for loop in loops {
      let isQuiet = await on(loop) { $0.isQuiet }
      if !isQuiet { return false }
    }
    return true
  }

  private func on<Result: Sendable>(
    _ loop: LoopConfined<Loop>, _ body: @escaping @Sendable (Loop) -> Result
  ) async -> Result {
    await withCheckedContinuation { continuation in
      loop.value.eventLoop.execute { continuation.resume(returning: body(loop.value)) }
    }
  }
}

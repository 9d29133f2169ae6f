import GatewayCore
import GatewayTelemetry
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import GatewayProxy

/// Connections to a provider whose name has several addresses, over real sockets.
@Suite struct UpstreamPoolTests {
  private let loop = MultiThreadedEventLoopGroup.singleton.next()
  private let gauges = LoopGauges()

  /// Counts the connections to a port of 127.0.0.1, where alone somebody listens.
  private final class Provider: Sendable {
    let accepted = Atomic(0)
    let open = Atomic(0)
    private let listener = Mutex<(any Channel)?>(nil)

    static func start() async throws -> Self {
      let provider = Self()
      let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .childChannelInitializer { channel in
          provider.accepted.add(1, ordering: .relaxed)
          provider.open.add(1, ordering: .relaxed)
          channel.closeFuture.whenComplete { _ in provider.open.subtract(1, ordering: .relaxed) }
          return channel.eventLoop.makeSucceededVoidFuture()
        }
        .bind(host: "127.0.0.1", port: 0).get()
      provider.listener.withLock { $0 = listener }
      return provider
    }

    var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }

    func stop() async { try? await listener.withLock { $0 }?.close().get() }
  }

  private func pool(_ addresses: [String], port: Int) async throws -> LoopConfined<UpstreamPool> {
    let names = NameResolver { _ in Result { try addresses.map { try SocketAddress(ipAddress: $0, port: 0) } } }
    let origin = UpstreamOrigin(
      GatewayCore.Provider(
        name: "p", kind: "openai-compatible",
        endpoint: .init(isTLS: false, host: "provider.test", port: port, basePath: "/v1")))
    return try await loop.submit { [loop, gauges] in
      let clock = LoopClock()
      return LoopConfined(
        UpstreamPool(
          origin: origin, eventLoop: loop, gauges: gauges,
          sweep: Sweep(eventLoop: loop, clock: clock, interval: .milliseconds(20)), tlsContexts: TLSContexts(),
          names: names, clock: clock, outbox: Outbox(eventLoop: loop)))
    }.get()
  }

  private func connect(_ pool: LoopConfined<UpstreamPool>) async throws -> LoopConfined<UpstreamConnection> {
    let ready = loop.makePromise(of: LoopConfined<UpstreamConnection>.self)
    loop.execute {
      _ = pool.value.connect(timeout: .seconds(5), now: .current) { ready.completeWith($0.map(LoopConfined.init)) }
    }
    return try await ready.futureResult.get()
  }

  private var busy: Int { gauges.upstreamBusy.load(ordering: .relaxed) }

  @Test(arguments: [["::1", "127.0.0.1"], ["127.0.0.1", "::1"], ["127.0.0.1"], ["::1", "127.0.0.2", "127.0.0.1"]])
  func anAddressOnWhichSomebodyListensIsFoundAndNothingIsLeftOver(_ addresses: [String]) async throws {
    let provider = try await Provider.start()
    let pool = try await pool(addresses, port: provider.port)
    for round in 1...5 {
      let connection = try await connect(pool)
      #expect(busy == 1)
      try await eventually("it is accepted") { provider.accepted.load(ordering: .relaxed) == round }
      try await loop.submit { connection.value.close() }.get()
      try await eventually("it is no longer counted") { busy == 0 }
      try await eventually("its socket is closed") { provider.open.load(ordering: .relaxed) == 0 }
    }
    #expect(gauges.upstreamIdle.load(ordering: .relaxed) == 0)
    await provider.stop()
  }

  @Test func whereNobodyListensIsAFailureAndNothingIsCounted() async throws {
    let provider = try await Provider.start()
    // The provider holds the port, so that nobody else can; it listens on another address.
    let pool = try await pool(["::1", "127.0.0.2"], port: provider.port)
    await #expect(throws: (any Error).self) { _ = try await connect(pool) }
    #expect(busy == 0)
    #expect(provider.accepted.load(ordering: .relaxed) == 0)
    await provider.stop()
  }

  @Test func aNameWithoutAnAddressIsAFailure() async throws {
    let pool = try await pool([], port: 1)
    await #expect(throws: (any Error).self) { _ = try await connect(pool) }
    #expect(busy == 0)
  }

  @Test func aConnectionThatIsGivenUpWhileItOpensIsClosedAndReportedOnce() async throws {
    let provider = try await Provider.start()
    let pool = try await pool(["::1", "127.0.0.1"], port: provider.port)
    let reports = Atomic(0)
    for round in 1...5 {
      try await loop.submit {
        pool.value.connect(timeout: .seconds(5), now: .current) { _ in reports.add(1, ordering: .relaxed) }.close()
      }.get()
      #expect(reports.load(ordering: .relaxed) == round)
    }
    // A later one is opened behind them.
    let connection = try await connect(pool)
    try await loop.submit { connection.value.close() }.get()
    try await eventually("all sockets are closed") {
      provider.accepted.load(ordering: .relaxed) == 6 && provider.open.load(ordering: .relaxed) == 0
    }
    try await eventually("none is counted") { busy == 0 }
    #expect(reports.load(ordering: .relaxed) == 5)
    await provider.stop()
  }
}

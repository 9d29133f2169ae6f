import GatewayCore
import GatewayTelemetry
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The connections of one loop to one origin. The last one used is the first one used again, so that the rest may age out.
final class UpstreamPool {
  /// Shorter than the 60–75 s after which servers usually close an idle connection.
  static let idleLimit: Duration = .seconds(50)
  /// A connection ends after this long, so that a change in DNS is followed.
  static let ageLimit: Duration = .seconds(300)
  private static let idleCapacity = 512

  private let origin: UpstreamOrigin
  private let eventLoop: any EventLoop
  private let gauges: LoopGauges
  private let sweep: Sweep
  private let tlsContexts: TLSContexts
  private var idle: [UpstreamConnection] = []
  private var isClosed = false

  init(
    origin: UpstreamOrigin, eventLoop: any EventLoop, gauges: LoopGauges, sweep: Sweep, tlsContexts: TLSContexts
  ) {
    self.origin = origin
    self.eventLoop = eventLoop
    self.gauges = gauges
    self.sweep = sweep
    self.tlsContexts = tlsContexts
  }

  var host: String { origin.host }

  func takeIdle(now: Instant) -> UpstreamConnection? {
    while let connection = idle.popLast() {
      gauges.upstreamIdle.subtract(1, ordering: .relaxed)
      sweep.remove(connection)
      gauges.upstreamBusy.add(1, ordering: .relaxed)
      guard connection.isUsable, connection.age(now: now) < Self.ageLimit else {
        connection.close()
        continue
      }
      gauges.upstreamReuses.add(1, ordering: .relaxed)
      return connection
    }
    return nil
  }

  /// Opens a connection; `onReady` is called on the loop when a request can be sent: proxy tunnel and TLS are done. The name
  /// is resolved anew each time.
  ///
  /// - Returns: the connection to be; closing it gives it up.
  func connect(
    timeout: Duration, now: Instant, onReady: @escaping (Result<UpstreamConnection, any Error>) -> Void
  ) -> UpstreamConnection {
    gauges.upstreamConnects.add(1, ordering: .relaxed)
    let connection = UpstreamConnection(pool: self, isTLS: origin.isTLS, now: now) { result in
      if case .success = result { self.gauges.upstreamBusy.add(1, ordering: .relaxed) }
      onReady(result)
    }
    let confined = LoopConfined((self, connection))
    ClientBootstrap(group: eventLoop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      // The attempt's own timer, which also covers the proxy and TLS, comes first; this one only ends the socket.
      .connectTimeout(.nanoseconds((timeout + .seconds(1)).wholeNanoseconds))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let (pool, connection) = confined.value
          try pool.configure(channel.pipeline.syncOperations, connection)
        }
      }
      .connect(host: origin.proxy?.host ?? origin.host, port: origin.proxy?.port ?? origin.port)
      .whenFailure { confined.value.1.connectFailed($0) }
    return connection
  }

  private func configure(
    _ pipeline: ChannelPipeline.SynchronousOperations, _ connection: UpstreamConnection
  ) throws {
    guard origin.isTLS else { return try pipeline.addHandler(connection) }
    let context = try tlsContexts.context(privateCA: origin.privateCA)
    // An IP address has no server name (RFC 6066 §3); its certificate is checked against the address.
    let isAddress = (try? SocketAddress(ipAddress: origin.host, port: origin.port)) != nil
    let serverName = isAddress ? nil : origin.host
    if origin.needsTunnel, let proxy = origin.proxy {
      try pipeline.addHandler(ProxyTunnel(authority: origin.authority, proxy: proxy))
    }
    try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: serverName))
    try pipeline.addHandler(connection)
  }

  func returned(_ connection: UpstreamConnection) {
    guard !isClosed, idle.count < Self.idleCapacity else { return connection.close() }
    gauges.upstreamBusy.subtract(1, ordering: .relaxed)
    gauges.upstreamIdle.add(1, ordering: .relaxed)
    idle.append(connection)
    sweep.add(connection)
  }

  /// The channel is gone: an idle one leaves the list; a busy one is no longer counted.
  func closed(_ connection: UpstreamConnection, wasReady: Bool) {
    if connection.sweepIndex >= 0 {
      sweep.remove(connection)
      idle.removeAll { $0 === connection }
      gauges.upstreamIdle.subtract(1, ordering: .relaxed)
    } else if wasReady {
      gauges.upstreamBusy.subtract(1, ordering: .relaxed)
    }
  }

  func close() {
    isClosed = true
    for connection in idle { connection.close() }
  }
}

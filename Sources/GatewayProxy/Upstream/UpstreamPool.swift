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
  private let names: NameResolver
  let clock: LoopClock
  let outbox: Outbox
  /// Which addresses of the host are connected to; `nil`: all.
  private let admits: (@Sendable (SocketAddress) -> Bool)?
  private var idle: [UpstreamConnection] = []
  private var isClosed = false

  init(
    origin: UpstreamOrigin, eventLoop: any EventLoop, gauges: LoopGauges, sweep: Sweep, tlsContexts: TLSContexts,
    names: NameResolver, clock: LoopClock, outbox: Outbox, admits: (@Sendable (SocketAddress) -> Bool)? = nil
  ) {
    self.origin = origin
    self.eventLoop = eventLoop
    self.gauges = gauges
    self.sweep = sweep
    self.tlsContexts = tlsContexts
    self.names = names
    self.clock = clock
    self.outbox = outbox
    self.admits = admits
  }

  var host: String { origin.host }

  func takeIdle(now: Instant) -> UpstreamConnection? {
    while let connection = idle.popLast() {
      gauges.upstreamIdle.subtract(1, ordering: .relaxed)
      sweep.remove(connection)
      connection.isPooled = false
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
    let connection = UpstreamConnection(pool: self, now: now) { result in
      if case .success = result { self.gauges.upstreamBusy.add(1, ordering: .relaxed) }
      onReady(result)
    }
    let bootstrap = ClientBootstrap(group: eventLoop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      // The attempt's own timer, which also covers names, the proxy and TLS, comes first; this one only ends the socket.
      .connectTimeout(.nanoseconds((timeout + .seconds(1)).wholeNanoseconds))
    let host = origin.proxy?.host ?? origin.host
    let port = origin.proxy?.port ?? origin.port
    let address = try? SocketAddress(ipAddress: host, port: port)
    if let address, let admits, !admits(address) {
      connection.connectFailed(PrivateAddress())
      return connection
    }
    // An address needs no look-up.
    let connected =
      address.map { bootstrap.connect(to: $0) }
      ?? bootstrap.resolver(NameLookup(names, eventLoop: eventLoop, admits: admits)).connect(host: host, port: port)
    connected.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let channel): self.establish(connection, over: channel)
      case .failure(let error): connection.connectFailed(error)
      }
    }
    return connection
  }

  /// Only the channel that won gets handlers: where a name has several addresses, NIO tries more than one.
  private func establish(_ connection: UpstreamConnection, over channel: any Channel) {
    guard connection.begin(over: channel) else { return channel.close(promise: nil) }
    guard let proxy = origin.proxy, origin.needsTunnel else { return secure(connection, over: channel) }
    let tunnel = ProxyTunnel(authority: origin.authority, proxy: proxy) { result in
      switch result {
      case .success: self.secure(connection, over: channel)
      case .failure(let error): connection.connectFailed(error)
      }
    }
    do {
      try channel.pipeline.syncOperations.addHandler(tunnel)
    } catch {
      connection.connectFailed(error)
    }
  }

  private func secure(_ connection: UpstreamConnection, over channel: any Channel) {
    do {
      if origin.isTLS {
        let context = try tlsContexts.context(privateCA: origin.privateCA)
        // An IP address is no server name (RFC 6066 §3).
        let isAddress = (try? SocketAddress(ipAddress: origin.host, port: origin.port)) != nil
        let tls = try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : origin.host)
        try channel.pipeline.syncOperations.addHandler(tls)
      }
      try channel.pipeline.syncOperations.addHandler(connection)
      if !origin.isTLS { connection.becameReady() }
    } catch {
      connection.connectFailed(error)
    }
  }

  func returned(_ connection: UpstreamConnection) {
    guard !isClosed, idle.count < Self.idleCapacity else { return connection.close() }
    gauges.upstreamBusy.subtract(1, ordering: .relaxed)
    gauges.upstreamIdle.add(1, ordering: .relaxed)
    connection.isPooled = true
    idle.append(connection)
    if connection.sweepIndex < 0 { sweep.add(connection) }
  }

  /// The rest of its answer is awaited by nobody but the sweep.
  func detached(_ connection: UpstreamConnection) {
    if connection.sweepIndex < 0 { sweep.add(connection) }
  }

  /// The channel is gone: an idle one leaves the list; a busy one is no longer counted.
  func closed(_ connection: UpstreamConnection, wasReady: Bool) {
    sweep.remove(connection)
    if connection.isPooled {
      connection.isPooled = false
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

import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Listens on a port of this machine and serves each connection in a task of its own.
final class WireListener: Sendable {
  /// A connection that was accepted.
  struct Accepted: Sendable {
    let wire: Wire
    fileprivate let channel: any Channel

    /// Closes TCP without the `close_notify` of TLS.
    func closeAbruptly() async {
      let closed = channel.eventLoop.makePromise(of: Void.self)
      channel.eventLoop.execute {
        // Beginning at the TLS handler leaves it out.
        if let context = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self) {
          context.close(promise: closed)
        } else {
          channel.close(promise: closed)
        }
      }
      try? await closed.futureResult.get()
    }
  }

  typealias Serve = @Sendable (Accepted) async -> Void

  private struct State {
    var connections = 0
    var open: [Int: Wire] = [:]
    var tasks: [Task<Void, Never>] = []
  }

  let port: Int
  private let channel: any Channel
  private let state: Mutex<State>

  private init(channel: any Channel, port: Int, state: consuming Mutex<State>) {
    self.channel = channel
    self.port = port
    self.state = state
  }

  /// - Parameters:
  ///   - port: 0 for a free one.
  ///   - readsAhead: whether what arrives is taken before the test asks for it.
  ///   - serve: the connection is closed when it returns.
  static func start(
    host: String, port: Int, identity: CertificateAuthority.Identity?, readsAhead: Bool = true,
    serve: @escaping Serve
  ) async throws -> WireListener {
    let context = try identity.map(Self.context)
    let owner = Mutex<WireListener?>(nil)
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.autoRead, value: false)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.autoRead, value: readsAhead)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context)) }
          let accepted = Accepted(wire: try Wire(channel), channel: channel)
          owner.withLock { $0 }?.accepted(accepted, serve)
        }
      }
      .bind(host: host, port: port).get()
    guard let port = channel.localAddress?.port else { throw ScenarioError("a listener without a port") }
    let listener = WireListener(channel: channel, port: port, state: Mutex(State()))
    owner.withLock { $0 = listener }
    // Nothing is accepted before the listener exists.
    try await channel.setOption(.autoRead, value: true).get()
    channel.read()
    return listener
  }

  /// Connections accepted so far.
  var connectionCount: Int { state.withLock { $0.connections } }

  var openConnectionCount: Int { state.withLock { $0.open.count } }

  /// Stops listening and ends every connection.
  func stop() async {
    try? await channel.close().get()
    let (wires, tasks) = state.withLock { (Array($0.open.values), $0.tasks) }
    for task in tasks { task.cancel() }
    for wire in wires { await wire.close() }
    for task in tasks { await task.value }
  }

  private func accepted(_ accepted: Accepted, _ serve: @escaping Serve) {
    state.withLock { state in
      let number = state.connections
      state.connections += 1
      state.open[number] = accepted.wire
      state.tasks.append(
        Task {
          await serve(accepted)
          await accepted.wire.close()
          self.state.withLock { $0.open[number] = nil }
        })
    }
  }

  private static func context(of identity: CertificateAuthority.Identity) throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMFile(identity.certificate.path)
    let key = try NIOSSLPrivateKey(file: identity.key.path, format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
  }
}

extension Wire {
  /// Carries what arrives here to `other`, until this side ends.
  func pump(to other: Wire, seeing see: (_ bytes: [UInt8]) -> Void = { _ in }) async {
    while let bytes = try? await read(within: .seconds(600)) {
      see(bytes)
      guard (try? await other.write(bytes)) != nil else { return }
    }
  }
}

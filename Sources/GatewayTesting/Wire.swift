import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// One TCP connection of a test, as bytes.
package final class Wire: Sendable {
  private let channel: any Channel
  private let inbox: NIOLoopBound<Inbox>
  private let closed = Atomic(false)

  /// Wraps a channel that was made with `autoRead` off. Called on the channel's event loop.
  init(_ channel: any Channel) throws {
    let inbox = Inbox()
    try channel.pipeline.syncOperations.addHandler(inbox)
    self.channel = channel
    self.inbox = NIOLoopBound(inbox, eventLoop: channel.eventLoop)
    channel.closeFuture.whenComplete { [weak self] _ in self?.closed.store(true, ordering: .releasing) }
  }

  /// Connects to a port of this machine.
  /// - Parameter receiveBuffer: bytes the kernel may hold for a reader that does not read; `nil`: its own choice.
  package static func connect(port: Int, receiveBuffer: Int? = nil) async throws -> Wire {
    var bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.autoRead, value: false)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connectTimeout(.seconds(10))
    if let receiveBuffer { bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: receiveBuffer) }
    return try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
      channel.eventLoop.makeCompletedFuture { try Wire(channel) }
    }
  }

  /// Connects with TLS.
  package static func connect(port: Int, tls: ClientTLS) async throws -> Wire {
    let context = try tls.context()
    return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.autoRead, value: false)
      .connectTimeout(.seconds(10))
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: context, serverHostname: "localhost"))
          return try Wire(channel)
        }
      }
  }

  /// Whether the connection is over, whoever ended it.
  package var isClosed: Bool { closed.load(ordering: .acquiring) }

  /// The bytes that have arrived, or the next ones; `nil` when the peer has ended the connection.
  package func read(within limit: Duration = patience) async throws -> [UInt8]? {
    try await channel.eventLoop.flatSubmit { [inbox, loop = channel.eventLoop] in
      inbox.value.next(on: loop, within: limit)
    }.get()
  }

  /// How the peer ended the connection; `nil` while it is open.
  package func end() async throws -> WireEnd? {
    try await channel.eventLoop.submit { [inbox] in inbox.value.end }.get()
  }

  /// Returns once the kernel has taken all the bytes.
  package func write(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
  }

  /// Starts a write and does not wait for it; a failure shows when reading.
  package func send(_ bytes: [UInt8]) {
    channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
  }

  package func send(_ text: String) { send(Array(text.utf8)) }

  package func close() async { try? await channel.close().get() }

  /// Ends the connection with a TCP reset.
  package func reset() async {
    if let options = channel as? any SocketOptionProvider {
      try? await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    }
    await close()
  }
}

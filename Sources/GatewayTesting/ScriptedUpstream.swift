import NIOCore
import NIOPosix
import Synchronization

/// A provider that does exactly what its scripts say, over real sockets, and records what it received.
package final class ScriptedUpstream: Sendable {
  private struct State {
    var requests: [ReceivedRequest] = []
    var connections = 0
    var open: [Int: Wire] = [:]
    var idle: Set<Int> = []
    /// The answer of the request that each connection worked on ended with the peer's closing.
    var abandoned = 0
    var bytesAccepted = 0
    var tasks: [Task<Void, Never>] = []
    var isStopped = false
  }

  /// Chooses the script of a request.
  package typealias Director = @Sendable (ReceivedRequest) -> Script

  package let port: Int
  private let listener: any Channel
  private let director: Director
  private let state: Mutex<State>

  private init(listener: any Channel, port: Int, director: @escaping Director) {
    self.listener = listener
    self.port = port
    self.director = director
    state = Mutex(State())
  }

  /// - Parameter sendBuffer: bytes the kernel may take of an answer that nobody reads; `nil`: its own choice.
  package static func start(sendBuffer: Int? = nil, director: @escaping Director) async throws -> ScriptedUpstream {
    let owner = Mutex<ScriptedUpstream?>(nil)
    var bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.autoRead, value: false)
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let wire = try Wire(channel)
          owner.withLock { $0 }?.accepted(wire)
        }
      }
    if let sendBuffer { bootstrap = bootstrap.childChannelOption(.socketOption(.so_sndbuf), value: sendBuffer) }
    let listener = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
    guard let port = listener.localAddress?.port else { throw ScenarioError("a listener without a port") }
    let upstream = ScriptedUpstream(listener: listener, port: port, director: director)
    owner.withLock { $0 = upstream }
    // Nothing is accepted before the upstream exists.
    try await listener.setOption(.autoRead, value: true).get()
    listener.read()
    return upstream
  }

  /// The base URL of an OpenAI-compatible provider.
  package var url: String { "http://127.0.0.1:\(port)/v1" }

  package var requests: [ReceivedRequest] { state.withLock { $0.requests } }

  /// Connections accepted so far.
  package var connectionCount: Int { state.withLock { $0.connections } }

  package var openConnectionCount: Int { state.withLock { $0.open.count } }

  /// Connections that wait for a request.
  package var idleConnectionCount: Int { state.withLock { $0.idle.count } }

  /// Answers whose receiver went away before the script was through.
  package var abandonedCount: Int { state.withLock { $0.abandoned } }

  /// Bytes of answers that the kernel has taken.
  package var bytesAccepted: Int { state.withLock { $0.bytesAccepted } }

  /// Waits for the request with this number, from 0.
  package func request(_ index: Int = 0) async throws -> ReceivedRequest {
    try await eventually("request \(index) at the upstream") {
      let requests = self.requests
      return requests.indices.contains(index) ? requests[index] : nil
    }
  }

  /// Ends the connections that wait for a request, as providers do with idle ones.
  package func closeIdleConnections() async {
    let wires = state.withLock { state in state.idle.compactMap { state.open[$0] } }
    for wire in wires { await wire.close() }
  }

  /// Stops listening and ends every connection.
  package func stop() async {
    let (wires, tasks) = state.withLock { state in
      state.isStopped = true
      return (Array(state.open.values), state.tasks)
    }
    try? await listener.close().get()
    for task in tasks { task.cancel() }
    for wire in wires { await wire.close() }
    for task in tasks { await task.value }
  }

  private func accepted(_ wire: Wire) {
    state.withLock { state in
      let number = state.connections
      state.connections += 1
      state.open[number] = wire
      state.tasks.append(Task { await self.serve(wire, number) })
    }
  }

  private func serve(_ wire: Wire, _ number: Int) async {
    var reader = RequestReader(wire)
    var count = 0
    while !wire.isClosed {
      state.withLock { _ = $0.idle.insert(number) }
      guard let message = try? await reader.next() else { break }
      let request = state.withLock { state in
        state.idle.remove(number)
        let request = ReceivedRequest(
          method: message.method, target: message.target, headers: message.headers, body: message.body,
          index: state.requests.count, connection: number, indexOnConnection: count)
        state.requests.append(request)
        return request
      }
      count += 1
      do {
        for step in director(request).steps { try await perform(step, on: wire) }
      } catch {
        state.withLock { $0.abandoned += 1 }
        break
      }
    }
    await wire.close()
    state.withLock { state in
      state.open[number] = nil
      state.idle.remove(number)
    }
  }

  /// - Throws: when the peer ended the connection before the step was through.
  private func perform(_ step: Script.Step, on wire: Wire) async throws {
    switch step {
    case .send(let bytes):
      try await write(bytes, to: wire)
    case .sendByteByByte(let bytes):
      for byte in bytes { try await write([byte], to: wire) }
    case .sendRepeatedly(let bytes, let times):
      for _ in 0..<times { try await write(bytes, to: wire) }
    case .wait(let gate):
      try await eventually("the gate opens", within: .seconds(60)) {
        if wire.isClosed { throw ScenarioError("the peer left") }
        return gate.isOpen
      }
    case .hang:
      while try await wire.read(within: .seconds(60)) != nil {}
      throw ScenarioError("the peer left")
    case .close:
      await wire.close()
    case .reset:
      await wire.reset()
    }
  }

  private func write(_ bytes: [UInt8], to wire: Wire) async throws {
    try await wire.write(bytes)
    state.withLock { $0.bytesAccepted += bytes.count }
  }
}

import Synchronization

/// An HTTP forward proxy that records what it was asked. Whatever the name in a request, it connects to this machine.
package final class ForwardProxy: Sendable {
  package enum Behaviour: Sendable {
    /// Does its work.
    /// - Parameter established: the head of the answer to CONNECT; it is sent byte by byte.
    case forward(established: String = "HTTP/1.1 200 Connection established\r\n\r\n")
    /// Answers every request with these bytes and closes.
    case answer(String)
    /// Takes requests and never answers.
    case hang
  }

  private final class Journal: Sendable {
    let requests = Mutex<[ReceivedRequest]>([])
  }

  let listener: WireListener
  private let journal: Journal

  private init(listener: WireListener, journal: Journal) {
    self.listener = listener
    self.journal = journal
  }

  static func start(_ behaviour: Behaviour, host: String) async throws -> ForwardProxy {
    let journal = Journal()
    let listener = try await WireListener.start(host: host, port: 0, identity: nil) { accepted in
      var connection = ProxiedConnection(client: accepted.wire, behaviour: behaviour)
      try? await connection.serve { request in journal.requests.withLock { $0.append(request($0.count)) } }
    }
    return ForwardProxy(listener: listener, journal: journal)
  }

  package var port: Int { listener.port }

  package var openConnectionCount: Int { listener.openConnectionCount }

  /// Every CONNECT and every forwarded request, as it came. What is inside a tunnel is not among them.
  package var requests: [ReceivedRequest] { journal.requests.withLock { $0 } }
}

/// One connection of a client to a forward proxy.
private struct ProxiedConnection {
  let client: Wire
  let behaviour: ForwardProxy.Behaviour
  private var reader: RequestReader

  init(client: Wire, behaviour: ForwardProxy.Behaviour) {
    self.client = client
    self.behaviour = behaviour
    reader = RequestReader(client)
  }

  /// - Parameter record: is given a request that lacks its number.
  mutating func serve(record: (_ request: (_ index: Int) -> ReceivedRequest) -> Void) async throws {
    var count = 0
    var server: Wire?
    while let message = try await reader.next() {
      record { index in
        ReceivedRequest(
          method: message.method, target: message.target, headers: message.headers, body: message.body,
          index: index, connection: 0, indexOnConnection: count)
      }
      count += 1
      switch behaviour {
      case .hang: continue
      case .answer(let text): return try await client.write(Array(text.utf8))
      case .forward(let established):
        if message.method == "CONNECT" { return try await tunnel(to: message.target, established) }
        server = try await forward(message, over: server)
      }
    }
    await server?.close()
  }

  private func tunnel(to authority: String, _ established: String) async throws {
    let server = try await Wire.connect(port: try Self.port(of: authority))
    for byte in established.utf8 { try await client.write([byte]) }
    await join(client, server)
  }

  /// Sends a request on, with its path alone and without the fields that were meant for the proxy.
  private func forward(_ message: RequestReader.Message, over known: Wire?) async throws -> Wire {
    guard message.target.hasPrefix("http://") else { throw ScenarioError("not for a proxy: \(message.target)") }
    let rest = message.target.dropFirst("http://".count)
    let authority = rest.prefix { $0 != "/" }
    let server: Wire
    if let known {
      server = known
    } else {
      server = try await Wire.connect(port: try Self.port(of: String(authority)))
      Task { [client] in
        await server.pump(to: client)
        await client.close()
      }
    }
    let fields = HeaderList(message.headers.fields.filter { $0.name.lowercased() != "proxy-authorization" })
    let head = "\(message.method) \(rest.dropFirst(authority.count)) HTTP/1.1\r\n\(fields.text)\r\n"
    try await server.write(Array(head.utf8) + message.body)
    return server
  }

  private func join(_ one: Wire, _ other: Wire) async {
    async let back: Void = {
      await other.pump(to: one)
      await one.close()
    }()
    await one.pump(to: other)
    await other.close()
    await back
  }

  private static func port(of authority: String) throws -> Int {
    guard let port = authority.split(separator: ":").last.flatMap({ Int($0) }) else {
      throw ScenarioError("an authority without a port: \(authority)")
    }
    return port
  }
}

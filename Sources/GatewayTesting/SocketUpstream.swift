import Crypto
import Foundation
import Synchronization

/// A provider of realtime sessions: it answers every handshake with 101, then does what the test says.
package final class SocketUpstream: Sendable {
  /// What it does in a session; the connection is closed when it returns or throws.
  package typealias Session = @Sendable (ReceivedRequest, FrameWire) async throws -> Void

  let listener: WireListener
  private let requestList: Mutex<[ReceivedRequest]>
  private let finished = Atomic(0)

  private init(_ listener: WireListener, _ requests: consuming Mutex<[ReceivedRequest]>) {
    self.listener = listener
    requestList = requests
  }

  package var port: Int { listener.port }

  /// The base URL of an OpenAI-compatible provider.
  package var url: String { "http://127.0.0.1:\(port)/v1" }

  package var requests: [ReceivedRequest] { requestList.withLock { $0 } }

  /// Sessions that are over.
  package var finishedCount: Int { finished.load(ordering: .acquiring) }

  static func start(
    _ identity: CertificateAuthority.Identity?, fields: HeaderList, _ session: @escaping Session
  ) async throws -> SocketUpstream {
    let owner = Mutex<SocketUpstream?>(nil)
    let listener = try await WireListener.start(
      host: "127.0.0.1", port: 0, identity: identity, readsAhead: identity != nil
    ) { accepted in
      await owner.withLock { $0 }?.serve(accepted.wire, fields, session)
    }
    let upstream = SocketUpstream(listener, Mutex([]))
    owner.withLock { $0 = upstream }
    return upstream
  }

  private func serve(_ wire: Wire, _ fields: HeaderList, _ session: Session) async {
    var reader = RequestReader(wire)
    guard let message = try? await reader.next() else { return }
    let request = requestList.withLock { requests in
      let request = ReceivedRequest(
        method: message.method, target: message.target, headers: message.headers, body: message.body,
        index: requests.count, connection: requests.count, indexOnConnection: 0)
      requests.append(request)
      return request
    }
    let accept = Self.accept(of: request.headers["sec-websocket-key"] ?? "")
    var answer = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
    if fields["sec-websocket-accept"] == nil { answer += "sec-websocket-accept: \(accept)\r\n" }
    answer += fields.text + "\r\n"
    do {
      // The head leaves with the first bytes of the session, as it may.
      let frames = FrameWire(wire, masks: false)
      wire.send(answer)
      try await session(request, frames)
    } catch {}
    finished.add(1, ordering: .releasing)
  }

  /// `sec-websocket-accept` for a key (RFC 6455 §4.2.2).
  package static func accept(of key: String) -> String {
    Data(Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))).base64EncodedString()
  }

  /// Sends every frame back, and answers pings and the close frame.
  package static let echo: Session = { _, frames in
    while let frame = try await frames.next(within: .seconds(60)) {
      switch frame.opcode {
      case .ping: frames.send(SocketFrame(.pong, frame.payload))
      case .pong: break
      case .close:
        try await frames.write(frame)
        return
      case .text, .binary, .continuation: frames.send(frame)
      }
    }
  }
}

extension Network {
  /// - Parameter fields: further fields of the answer to the handshake.
  package func socketUpstream(
    identity: CertificateAuthority.Identity? = nil, fields: HeaderList = [:],
    _ session: @escaping SocketUpstream.Session = SocketUpstream.echo
  ) async throws -> SocketUpstream {
    let upstream = try await SocketUpstream.start(identity, fields: fields, session)
    listeners.withLock { $0.append(upstream.listener) }
    return upstream
  }
}

extension GatewayProcess {
  /// A valid handshake's fields.
  package static let handshake: HeaderList = [
    "connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  ]

  /// Asks for a WebSocket and reads the head of the answer.
  package func socket(
    _ path: String = "/v1/realtime?model=m", headers: HeaderList = [:], receiveBuffer: Int? = nil
  ) async throws -> (head: AnswerHead, frames: FrameWire) {
    let client = try await connect(receiveBuffer: receiveBuffer)
    client.request("GET", path, headers: HeaderList(Self.handshake.fields + headers.fields))
    let head = try await client.head()
    return (head, FrameWire(client.wire, masks: true, rest: client.takeRest()))
  }

  /// The answer to a handshake that is to be refused.
  package func refusedSocket(
    _ path: String = "/v1/realtime?model=m", headers: HeaderList = [:]
  ) async throws -> Answer {
    try await call("GET", path, headers: HeaderList(Self.handshake.fields + headers.fields))
  }
}

import GatewayCore
import NIOCore

/// Exchanges that go on as WebSockets.
extension Exchange {
  /// The key among the subprotocols of a handshake; see `WebSocketHandshake.key(in:)`.
  var protocolKey: [UInt8]? {
    guard case .socket = endpoint else { return nil }
    return WebSocketHandshake.key(in: WebSocketHandshake.protocols(of: head, headBytes)).map { Array($0.utf8) }
  }

  func open(_ socket: SocketEndpoint) {
    do throws(GatewayError) {
      let handshake = try WebSocketHandshake(head, headBytes)
      try checkOrigin()
      switch socket {
      case .realtime: admit(try RealtimeCall(exchange: self, handshake: handshake))
      case .chat: openChat(handshake)
      }
    } catch {
      answer(error)
    }
  }

  private func openChat(_ handshake: WebSocketHandshake) {
    guard let connection = connection as? ClientConnection else {
      return answer(GatewayError(.internalError, "a message cannot become a WebSocket"))
    }
    let socket = ChatSocket(
      of: connection, loop: loop,
      template: ChatTemplate(head, headBytes, key: protocolKey, signedBy: signedBy))
    switchProtocols(handshake, to: .chat)
    let limit = snapshot.server.limits.body
    socket.begin(on: connection, limit: limit)
    ended(.success)
  }

  /// Browsers open WebSockets to any site without asking, so a page gets here only where it could read an answer, too.
  private func checkOrigin() throws(GatewayError) {
    guard let field = head.first(.origin) else { return }
    let origin = string(field.value)
    if snapshot.server.cors.contains(where: { $0 == "*" || $0 == origin }) { return }
    let host = head.first(.host).map { string($0.value) } ?? ""
    if origin == "http://\(host)" || origin == "https://\(host)" { return }
    throw GatewayError(
      .originNotAllowed, "pages of this origin may not open a WebSocket here; name it in server.gateway.cors")
  }

  /// Answers 101: from here on the connection speaks WebSocket.
  func switchProtocols(_ handshake: WebSocketHandshake, to socket: SocketEndpoint) {
    var out = beginHead(101, contentType: nil, capacity: 0)
    out.writeString(
      "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: \(handshake.accept)\r\n")
    if handshake.protocols.contains(socket.subprotocol) {
      out.writeString("sec-websocket-protocol: \(socket.subprotocol)\r\n")
    }
    if record.target != nil { writeTargetFields(into: &out) }
    HeadWriter.writeEnd(into: &out)
    send(out)
  }
}

extension WebSocketHandshake {
  /// What an answer with 426 says (RFC 9110 §15.5.22, RFC 6455 §4.4).
  static func writeRequirement(into out: inout ByteBuffer) {
    HeadWriter.writeField("upgrade", "websocket", into: &out)
    HeadWriter.writeField("sec-websocket-version", "13", into: &out)
  }
}

import GatewayCore

/// What can be spoken over WebSocket.
enum SocketEndpoint: Equatable {
  /// A session with one provider, passed on frame by frame.
  case realtime
  /// Each message is a chat call of its own.
  case chat

  /// `GET` of a path that can be upgraded; of chat only where the client asks for WebSocket.
  static func match(_ head: RequestHead, _ bytes: UnsafeRawBufferPointer) -> SocketEndpoint? {
    guard head.method == .get else { return nil }
    let path = head.path.bytes(in: bytes)
    if Endpoint.equals(path, Surface.realtime.path) { return .realtime }
    guard let upgrade = head.first(.upgrade),
      Endpoint.equals(path, Surface.chatCompletions.path),
      String(decoding: upgrade.value.bytes(in: bytes), as: UTF8.self).lowercased().contains("websocket")
    else { return nil }
    return .chat
  }

  var surface: Surface {
    switch self {
    case .realtime: .realtime
    case .chat: .chatCompletions
    }
  }

  /// The subprotocol that is agreed on when the client offers it.
  var subprotocol: String {
    switch self {
    case .realtime: "realtime"
    case .chat: "chat"
    }
  }
}

import GatewayCore
import NIOCore

/// The head of every call that comes over one WebSocket: made once, of the handshake that opened it.
struct ChatTemplate {
  private let bytes: ByteBuffer
  private let head: RequestHead?
  private let signedBy: String?

  /// - Parameters:
  ///   - key: the credential among the subprotocols; it takes the place of one in a header.
  ///   - signedBy: the key that signed the handshake; what follows is its sender's.
  init(_ handshake: RequestHead, _ handshakeBytes: ByteBuffer, key: [UInt8]?, signedBy: String?) {
    self.signedBy = signedBy
    // HTTP/1.0, where an answer has no framing of its own: what follows its head is its body.
    var out = ByteBuffer(string: "POST \(Surface.chatCompletions.path)")
    if handshake.query.count > 0 {
      out.writeStaticString("?")
      out.writeImmutableBuffer(handshakeBytes.slice(handshake.query))
    }
    out.writeStaticString(" HTTP/1.0\r\n")
    var presentsKey = false
    handshakeBytes.withUnsafeReadableBytes { bytes in
      for field in handshake.fields where Self.isCarried(field, handshakeBytes) {
        switch field.known {
        case .authorization, .xAPIKey, .apiKey: presentsKey = true
        default: break
        }
        HeadWriter.writeField(field, of: bytes, into: &out)
      }
    }
    if let key, !presentsKey {
      try? HeadWriter.writeField(
        "authorization", validated: "Bearer " + String(decoding: key, as: UTF8.self), into: &out)
    }
    HeadWriter.writeEnd(into: &out)
    bytes = out
    var parser = RequestHeadParser(limit: out.readableBytes)
    head = out.withUnsafeReadableBytes { try? parser.parse($0) }
  }

  /// What was said of the connection, or of the handshake alone, is not said of the calls.
  private static func isCarried(_ field: HeaderField, _ bytes: ByteBuffer) -> Bool {
    switch field.known {
    case .connection, .upgrade, .keepAlive, .host, .http2Settings, .te, .trailer, .expect, .accept, .acceptEncoding,
      .contentType, .contentEncoding, .contentLength, .transferEncoding, .origin:
      false
    default: !bytes.slice(field.name).startsIgnoringCase("sec-websocket-")
    }
  }

  /// The exchange of one call.
  func exchange(for client: any ExchangeClient, on loop: Loop) -> Exchange {
    guard let head else {
      return Exchange(
        connection: client, loop: loop, malformed: GatewayError(.malformedRequest, "the handshake cannot be carried on")
      )
    }
    let exchange = Exchange(connection: client, loop: loop, head: head, headBytes: bytes)
    exchange.signedBy = signedBy
    return exchange
  }
}

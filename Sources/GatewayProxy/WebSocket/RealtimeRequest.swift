import GatewayCore
import GatewayProviders
import NIOCore

/// The handshake with a provider (RFC 6455 §4.1).
struct RealtimeRequest {
  /// Parameters of the caller's query that a provider gets, beside the model.
  private static let parameters = ["intent"]

  let exchange: Exchange
  let handshake: WebSocketHandshake
  let provider: Provider
  let credential: Int?
  /// Where the provider's credential is a token; set before the head is made.
  var token: AccessToken?
  /// `sec-websocket-key`.
  let key = WebSocketHandshake.randomKey()

  /// The request.
  /// - Parameter target: its path and query.
  func head(target: String) -> ByteBuffer {
    var head = ByteBuffer(string: "GET \(target) HTTP/1.1\r\nhost: \(provider.endpoint.authority)\r\n")
    if let token { head.writeString("authorization: Bearer \(token.secret.reveal { $0 })\r\n") }
    ProviderLink.writeIdentity(of: provider, credential: credential, into: &head)
    writeFields(into: &head)
    head.writeString(
      "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: \(key)\r\n")
    if handshake.protocols.contains(SocketEndpoint.realtime.subprotocol) {
      head.writeString("sec-websocket-protocol: \(SocketEndpoint.realtime.subprotocol)\r\n")
    }
    HeadWriter.writeEnd(into: &head)
    return head
  }

  private func writeFields(into head: inout ByteBuffer) {
    exchange.headBytes.withUnsafeReadableBytes { bytes in
      for field in exchange.head.fields {
        switch field.known {
        case .accept, .contentType, .contentLength, .connection, .authorization: continue
        case .traceparent, .tracestate: if exchange.record.trace != nil { continue }
        default: break
        }
        if ForwardedHeaders.goesUpstream(
          field.name.bytes(in: bytes), dialect: .openAIChat, also: provider.forwardHeaders)
        {
          HeadWriter.writeField(field, of: bytes, into: &head)
        }
      }
    }
    if let trace = exchange.record.trace { exchange.writeTrace(trace, into: &head) }
    // A browser's way to say `openai-beta: realtime=v1`.
    let isBeta = handshake.protocols.contains("openai-beta.realtime-v1")
    if isBeta && exchange.fieldValue(named: "openai-beta") == nil {
      HeadWriter.writeField("openai-beta", "realtime=v1", into: &head)
    }
  }

  /// Why an answer with 101 is none to this request; `nil` when it is one.
  func fault(in answer: AnswerHead) -> String? {
    func values(_ name: String) -> [String] {
      answer.fields.compactMap { field in
        answer.bytes.slice(field.name).equalsIgnoringCase(name) ? String(buffer: answer.bytes.slice(field.value)) : nil
      }
    }
    guard values("upgrade").map({ $0.lowercased() }) == ["websocket"],
      values("connection").flatMap(WebSocketHandshake.elements).contains(where: { $0.lowercased() == "upgrade" })
    else { return "it switched to another protocol than WebSocket" }
    guard values("sec-websocket-accept") == [WebSocketHandshake.accept(of: key)] else {
      return "its 'sec-websocket-accept' does not fit the key"
    }
    if !values("sec-websocket-extensions").isEmpty { return "it chose an extension that was not offered" }
    let offered = handshake.protocols.filter { $0 == SocketEndpoint.realtime.subprotocol }
    return values("sec-websocket-protocol").allSatisfy(offered.contains)
      ? nil : "it chose a subprotocol that was not offered"
  }

  /// Parameters of the caller's query, percent-decoded.
  static func query(_ exchange: Exchange) -> [(name: String, value: String)] {
    exchange.headBytes.withUnsafeReadableBytes { bytes in
      exchange.head.query.bytes(in: bytes).split(separator: UInt8(ascii: "&")).compactMap { parameter in
        let equals = parameter.firstIndex(of: UInt8(ascii: "=")) ?? parameter.endIndex
        guard let name = Endpoint.percentDecoded(UnsafeRawBufferPointer(rebasing: parameter[..<equals])),
          let value = Endpoint.percentDecoded(UnsafeRawBufferPointer(rebasing: parameter[equals...].dropFirst()))
        else { return nil }
        return (name, value)
      }
    }
  }

  /// Those that go on to the provider.
  static func passed(_ query: [(name: String, value: String)]) -> [(name: String, value: String)] {
    query.filter { parameters.contains($0.name) }
  }
}

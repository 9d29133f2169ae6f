import Crypto
import Foundation
import GatewayCore
import NIOCore

/// A client's request to go on with WebSocket, checked as RFC 6455 §4.2.1 demands.
struct WebSocketHandshake {
  /// `sec-websocket-key`.
  let key: String
  /// The subprotocols that the client offers, in its order.
  let protocols: [String]

  /// `sec-websocket-accept` of the answer.
  var accept: String { Self.accept(of: key) }

  /// RFC 6455 §4.2.2: the key and a fixed text, hashed.
  static func accept(of key: String) -> String {
    let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
    return Data(digest).base64EncodedString()
  }

  /// A key of our own.
  static func randomKey() -> String {
    Data((0..<16).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
  }

  /// - Throws: 400, or 426 when the client does not ask for version 13 of WebSocket.
  init(_ head: RequestHead, _ bytes: ByteBuffer) throws(GatewayError) {
    func values(_ name: String) -> [String] {
      head.fields.compactMap { field in
        bytes.slice(field.name).equalsIgnoringCase(name) ? String(buffer: bytes.slice(field.value)) : nil
      }
    }
    func holds(_ name: String, _ token: String) -> Bool {
      values(name).flatMap(Self.elements).contains { $0.lowercased() == token }
    }
    guard holds("upgrade", "websocket"), holds("connection", "upgrade") else {
      throw GatewayError(
        .upgradeRequired, "this path speaks WebSocket: send 'connection: upgrade' and 'upgrade: websocket'")
    }
    guard head.isHTTP11 else { throw Self.malformed("a WebSocket handshake needs HTTP/1.1") }
    guard head.framing == .none else { throw Self.malformed("a WebSocket handshake has no body") }
    let versions = values("sec-websocket-version")
    guard versions == ["13"] else {
      throw GatewayError(.upgradeRequired, "'sec-websocket-version' must be given once and be 13")
    }
    let keys = values("sec-websocket-key")
    guard keys.count == 1, let key = keys.first, Data(base64Encoded: key)?.count == 16 else {
      throw Self.malformed("'sec-websocket-key' must be given once and be 16 bytes in base64")
    }
    self.key = key
    protocols = Self.protocols(of: head, bytes)
    guard Set(protocols).count == protocols.count, protocols.allSatisfy(Self.isToken) else {
      throw Self.malformed("'sec-websocket-protocol' must be a list of different names")
    }
  }

  /// The names of `sec-websocket-protocol`.
  static func protocols(of head: RequestHead, _ bytes: ByteBuffer) -> [String] {
    head.fields.flatMap { field in
      bytes.slice(field.name).equalsIgnoringCase("sec-websocket-protocol")
        ? elements(of: String(buffer: bytes.slice(field.value))) : []
    }
  }

  /// The key that a browser, which can set no header, puts among the subprotocols (OpenAI's form).
  static func key(in protocols: [String]) -> String? {
    let prefix = "openai-insecure-api-key."
    return protocols.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.utf8.count)) }
  }

  /// RFC 9110 §5.6.1: a comma-separated list.
  static func elements(of value: String) -> [String] {
    value.split(separator: ",").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t")) }
      .filter { !$0.isEmpty }
  }

  private static func isToken(_ text: String) -> Bool { text.utf8.allSatisfy(ASCII.isToken) }

  private static func malformed(_ message: String) -> GatewayError { GatewayError(.malformedRequest, message) }
}

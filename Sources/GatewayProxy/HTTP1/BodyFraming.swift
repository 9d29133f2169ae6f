/// How the end of a message body is found (RFC 9112 §6.3).
package enum BodyFraming: Equatable, Sendable {
  /// The message has no body.
  case none
  /// The body is this many bytes long, possibly zero.
  case length(Int)
  /// The body is a series of chunks; see `ChunkedDecoder`.
  case chunked
  /// The body ends when the peer closes the connection. Responses only.
  case untilClose
}

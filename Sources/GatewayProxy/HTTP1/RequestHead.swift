/// A request head that passed every check. It holds offsets only; the bytes stay where they arrived.
package struct RequestHead: Sendable {
  /// The method, as far as the gateway tells methods apart.
  package internal(set) var method: Method
  /// The method as it was written.
  package internal(set) var methodRange: ByteRange
  /// The whole request target.
  package internal(set) var target: ByteRange
  /// The path of the target, with its leading `/`; `*` for OPTIONS; empty for a URL without a path (it means `/`).
  package internal(set) var path: ByteRange
  /// The query of the target without its `?`; empty if there is none.
  package internal(set) var query: ByteRange
  /// HTTP/1.1; otherwise HTTP/1.0.
  package internal(set) var isHTTP11: Bool
  /// The fields, in their order.
  package internal(set) var fields: [HeaderField]
  /// How many bytes the head takes, with a skipped leading CR LF and with the blank line.
  package internal(set) var length: Int
  /// How the body is framed; never `.untilClose`.
  package internal(set) var framing: BodyFraming
  /// Whether the client lets the connection be used again.
  package internal(set) var keepsAlive: Bool
  /// Whether the client waits for `100 Continue`. Never in HTTP/1.0 (RFC 9110 §10.1.1).
  package internal(set) var expectsContinue: Bool
  var known: KnownFields

  /// The first field of this kind, if there is one.
  package func first(_ field: KnownField) -> HeaderField? {
    guard self.known.contains(field) else { return nil }
    return self.fields.first { $0.known == field }
  }
}

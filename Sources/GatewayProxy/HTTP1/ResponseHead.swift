/// A response head that passed every check. It holds offsets only; the bytes stay where they arrived.
package struct ResponseHead: Sendable {
  /// The status code, 100 to 599.
  package internal(set) var status: Int
  /// The reason phrase; may be empty.
  package internal(set) var reason: ByteRange
  /// HTTP/1.1; otherwise HTTP/1.0.
  package internal(set) var isHTTP11: Bool
  /// The fields, in their order.
  package internal(set) var fields: [HeaderField]
  /// How many bytes the head takes with its blank line.
  package internal(set) var length: Int
  /// How the body is framed. An informational response (1xx) has none and another head follows it.
  package internal(set) var framing: BodyFraming
  /// Whether the connection can carry another request once the body was read.
  package internal(set) var keepsAlive: Bool
  var known: KnownFields

  /// The first field of this kind, if there is one.
  package func first(_ field: KnownField) -> HeaderField? {
    guard self.known.contains(field) else { return nil }
    return self.fields.first { $0.known == field }
  }
}

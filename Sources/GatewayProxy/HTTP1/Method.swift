/// A request method, as far as the gateway tells methods apart.
package enum Method: UInt8, Equatable, Sendable {
  case get, head, post, put, patch, delete, options, connect, trace
  /// Any other token; its spelling is in `RequestHead.methodRange`.
  case other

  /// Recognises a method; names are case-sensitive (RFC 9110 §9.1).
  @inline(__always)
  init(_ start: UnsafePointer<UInt8>, count: Int) {
    func matches(_ name: StaticString) -> Bool { ASCII.equals(start, name) }
    switch count {
    case 3: self = matches("GET") ? .get : matches("PUT") ? .put : .other
    case 4: self = matches("POST") ? .post : matches("HEAD") ? .head : .other
    case 5: self = matches("PATCH") ? .patch : matches("TRACE") ? .trace : .other
    case 6: self = matches("DELETE") ? .delete : .other
    case 7: self = matches("OPTIONS") ? .options : matches("CONNECT") ? .connect : .other
    default: self = .other
    }
  }
}

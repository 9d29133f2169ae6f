/// What the gateway accepts and NIOHTTP1 does not, or understands in another way. Every rule says why.
enum WiderThanNIO {
  /// Methods that NIOHTTP1 knows. Others are tokens too (RFC 9110 §9.1); the gateway answers them with 405, not 400.
  private static let methods: Set<String> = [
    "DELETE", "GET", "HEAD", "POST", "PUT", "CONNECT", "OPTIONS", "TRACE", "COPY", "LOCK", "MKCOL", "MOVE", "PROPFIND",
    "PROPPATCH", "SEARCH", "UNLOCK", "BIND", "REBIND", "UNBIND", "ACL", "REPORT", "MKACTIVITY", "CHECKOUT", "MERGE",
    "M-SEARCH", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE", "PATCH", "PURGE", "MKCALENDAR", "LINK", "UNLINK", "SOURCE",
  ]

  /// Whether NIOHTTP1 refuses a head that the gateway rightly accepts.
  static func refuses(_ head: Head) -> Bool {
    guard let separator = head.start.firstIndex(of: " ") else { return false }
    return !self.methods.contains(String(head.start[..<separator]))
  }

  /// Whether NIOHTTP1 expects no final response after this informational one: it looks at its Connection field and
  /// version, which concern the final one only (RFC 9110 §15.2: a client reads on).
  static func endsComparison(afterInformational head: Head) -> Bool {
    !head.keepsAlive || head.value(of: "proxy-connection") != nil
  }

  /// Whether NIOHTTP1 understands a head in a way that differs in nothing but the life of the connection, where
  ///
  /// - it honours Proxy-Connection, which no standard knows, or lets keep-alive win over close;
  /// - it says that a response without a length closes the connection, before it knows that there is no body.
  static func understandsDifferently(_ ours: Head, _ theirs: Head) -> Bool {
    var changed = theirs
    changed.keepsAlive = ours.keepsAlive
    guard changed == ours else { return false }
    return ours.keepsAlive == self.keepsAlive(ours)
  }

  /// Whether what follows a message like this cannot be compared.
  ///
  /// NIOHTTP1 leaves HTTP after an upgrade request, which the gateway may ignore (RFC 9110 §7.8), and after a message
  /// that it takes for the last one; see `understandsDifferently`.
  static func endsComparison(after ours: Head, _ theirs: Head) -> Bool {
    ours.value(of: "upgrade") != nil || ours.keepsAlive != theirs.keepsAlive
  }

  /// RFC 9112 §9.3, to the letter.
  private static func keepsAlive(_ head: Head) -> Bool {
    let options = zip(head.names, head.values).filter { $0.0.lowercased() == "connection" }
      .flatMap { $0.1.lowercased().split(separator: ",") }
      .map { $0.drop { " \t".contains($0) }.reversed().drop { " \t".contains($0) }.reversed() }
      .map { String($0) }
    if options.contains("close") { return false }
    return head.isHTTP11 || options.contains("keep-alive")
  }
}

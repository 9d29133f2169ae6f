package import GatewayCore

/// Reads the base URL of a provider. Strict, because what is read here decides where credentials are sent.
package enum UpstreamURL {
  /// Why a text is not a base URL, as a sentence that says what to write instead. Never quotes the URL: it may hold a
  /// password.
  package struct Problem: Error, Hashable, CustomStringConvertible {
    package let sentence: String

    package init(_ sentence: String) { self.sentence = sentence }

    package var description: String { sentence }
  }

  /// - Parameter url: `http` or `https`, a host, perhaps a port and a path; with or without a `/` at its end.
  package static func parse(_ url: String) throws(Problem) -> Provider.Endpoint {
    guard !url.isEmpty else { throw Problem("the URL is empty") }
    let bytes = Array(url.utf8)
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
      throw Problem(
        "the URL has a blank, a control character, `\\` or a letter outside ASCII: "
          + "write international host names in their `xn--` form")
    }
    let (isTLS, rest) = try scheme(of: url)
    guard !rest.contains("#") else { throw Problem("the URL has a `#` part: leave it out") }
    guard !rest.contains("?") else {
      throw Problem("the URL has a `?` part: leave it out (Azure's version goes into `apiVersion:`)")
    }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let authority = rest[..<slash]
    guard !authority.contains("@") else {
      throw Problem("the URL holds a user name or password: leave it out and write the key into `keys:`")
    }
    let (host, port) = try hostAndPort(authority, defaultPort: isTLS ? 443 : 80)
    return Provider.Endpoint(isTLS: isTLS, host: host, port: port, basePath: try path(rest[slash...]))
  }

  private static func scheme(of url: String) throws(Problem) -> (isTLS: Bool, rest: Substring) {
    let lower = url.lowercased()
    if lower.hasPrefix("https://") { return (true, url.dropFirst(8)) }
    if lower.hasPrefix("http://") { return (false, url.dropFirst(7)) }
    throw lower.contains("://")
      ? Problem("the URL's scheme is neither `http` nor `https`")
      : Problem("the URL has no scheme: write `https://` or `http://` before the host")
  }

  private static func hostAndPort(
    _ authority: Substring, defaultPort: Int
  ) throws(Problem) -> (host: String, port: Int) {
    let host: String
    let tail: Substring
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { throw Problem("the URL's IPv6 address has no `]`") }
      host = try HostName.ipv6(authority[authority.index(after: authority.startIndex)..<end])
      tail = authority[authority.index(after: end)...]
    } else {
      let colon = authority.firstIndex(of: ":") ?? authority.endIndex
      guard !authority[colon...].dropFirst().contains(":") else {
        throw Problem("the URL's host has more than one `:`: put an IPv6 address into `[…]`")
      }
      host = try HostName.name(authority[..<colon])
      tail = authority[colon...]
    }
    if tail.isEmpty { return (host, defaultPort) }
    let digits = tail.dropFirst()
    guard tail.hasPrefix(":"), (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
      let port = Int(digits), 1...65535 ~= port
    else { throw Problem("the URL's port is not a number from 1 to 65535") }
    return (host, port)
  }

  /// Operations that people copy together with the base URL.
  private static let operations = [
    "/chat/completions", "/completions", "/embeddings", "/responses", "/messages", "/v2/chat", "/models",
  ]

  private static func path(_ text: Substring) throws(Problem) -> String {
    var path = String(text)
    while path.hasSuffix("/") { path.removeLast() }
    guard path.utf8.allSatisfy(isPathByte), hasValidEscapes(path) else {
      throw Problem("the URL's path has a character that must be written as `%XX`")
    }
    let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    guard path.isEmpty || !segments.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
      throw Problem("the URL's path has an empty part, `.` or `..`")
    }
    if let operation = operations.first(where: path.hasSuffix) {
      throw Problem("the URL ends in `\(operation)`: write the base URL, without the operation")
    }
    return path
  }

  // RFC 3986 §3.3: unreserved, sub-delims, `:`, `@`; and `%` and `/`.
  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-._~!$&'()*+,;=:@%/".utf8.contains(byte)
    }
  }

  private static func hasValidEscapes(_ path: String) -> Bool {
    path.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
      part.utf8.count >= 2 && part.utf8.prefix(2).allSatisfy(isHexDigit)
    }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }
}

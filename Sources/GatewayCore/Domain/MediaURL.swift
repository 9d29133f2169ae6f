/// A URL in a request, taken apart so far that it can be fetched.
package struct MediaURL: Hashable, Sendable {
  /// Longer than any signed URL of a storage service.
  private static let maximumLength = 8192

  package let endpoint: Provider.Endpoint
  /// Path and query, percent-encoded: fit for a request line.
  package let target: String

  /// For messages: nothing of the path or the query, which may hold a signature.
  package var host: String { endpoint.host }

  package init(_ text: String) throws(MediaFailure) {
    guard text.utf8.count <= Self.maximumLength else {
      throw MediaFailure(.url, "its URL is longer than \(Self.maximumLength) bytes")
    }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw MediaFailure(.url, "its URL has control characters")
    }
    let lower = text.prefix(8).lowercased()
    let isTLS = lower.hasPrefix("https://")
    guard isTLS || lower.hasPrefix("http://") else { throw MediaFailure(.url, "its URL is not an https URL") }
    let rest = text.dropFirst(isTLS ? 8 : 7)
    let end = rest.firstIndex { "/?#\\".contains($0) } ?? rest.endIndex
    let authority = rest[..<end]
    guard !authority.utf8.contains(UInt8(ascii: "@")) else {
      throw MediaFailure(.url, "its URL has a user or password; put the access right into the query, as signed URLs do")
    }
    let (host, port) = try Self.split(authority)
    endpoint = Provider.Endpoint(isTLS: isTLS, host: host, port: port ?? (isTLS ? 443 : 80), basePath: "")
    target = Self.target(rest[end...])
  }

  /// - Returns: the host in lower case, without brackets and the dot of the root.
  private static func split(_ authority: Substring) throws(MediaFailure) -> (host: String, port: Int?) {
    var host = authority
    var digits: Substring?
    if authority.hasPrefix("[") {
      guard let close = authority.firstIndex(of: "]") else { throw noHost }
      host = authority[authority.index(after: authority.startIndex)..<close]
      let rest = authority[authority.index(after: close)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { throw noHost }
      digits = rest.isEmpty ? nil : rest.dropFirst()
      guard host.contains(":"), host.utf8.allSatisfy({ isHex($0) || $0 == 0x3A || $0 == 0x2E }) else { throw noHost }
    } else {
      if let colon = authority.firstIndex(of: ":") {
        host = authority[..<colon]
        digits = authority[authority.index(after: colon)...]
      }
      if host.hasSuffix(".") { host = host.dropLast() }
      guard host.utf8.allSatisfy(isLabelByte) else {
        throw MediaFailure(.url, "the host of its URL has other characters than letters, digits, '-' and '.'")
      }
    }
    guard !host.isEmpty, host.utf8.count <= 253 else { throw noHost }
    return (host.lowercased(), try port(digits))
  }

  private static var noHost: MediaFailure { MediaFailure(.url, "its URL names no host") }

  private static func port(_ digits: Substring?) throws(MediaFailure) -> Int? {
    guard let digits, !digits.isEmpty else { return nil }
    guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
      (1...65535).contains(port)
    else { throw MediaFailure(.url, "the port of its URL is none") }
    return port
  }

  /// Without the fragment, which is the client's own; what cannot stand in a request line is encoded (RFC 3986 §2.1).
  private static func target(_ text: Substring) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = text.hasPrefix("/") ? [] : [UInt8(ascii: "/")]
    for byte in text.utf8 {
      if byte == UInt8(ascii: "#") { break }
      if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "\\"), byte != UInt8(ascii: "\"") {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }

  // Underscores are no host names, but container networks use them.
  private static func isLabelByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }
}

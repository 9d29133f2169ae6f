/// Names and addresses of `Host` and `Origin` headers.
enum HostName {
  /// Without the port and without the brackets of an IPv6 literal, in lower case.
  static func withoutPort(_ authority: String) -> String {
    let authority = authority.lowercased()
    if authority.hasPrefix("[") {
      return String(authority.dropFirst().prefix { $0 != "]" })
    }
    guard let colon = authority.firstIndex(of: ":"), authority.lastIndex(of: ":") == colon else { return authority }
    return String(authority[..<colon])
  }

  /// As it stands in a URL.
  static func authority(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

  /// Whether `host` can only mean this machine: `localhost`, names below it (RFC 6761 §6.3), 127.0.0.0/8 and ::1.
  static func isLoopback(_ host: String) -> Bool {
    let host = host.lowercased()
    if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

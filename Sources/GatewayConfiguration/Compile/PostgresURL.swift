import GatewayCore

/// `postgres://user:password@host:5432/database?option=value`, also with several hosts between commas. libpq reads it; this only
/// finds mistakes before it does.
struct PostgresURL {
  private static let schemes = ["postgres://", "postgresql://"]
  private static let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

  /// Without user, password and options.
  let address: String
  let hasPassword: Bool
  /// `sslmode`.
  let encryption: String?
  private let hosts: [String]

  static func isOne(_ text: String) -> Bool { schemes.contains { text.hasPrefix($0) } }

  /// Errors complete the words "the URL of PostgreSQL", and hold no part of it that may be secret.
  init(_ text: String) throws(LiteralFault) {
    let advice = "write postgres://user@host:5432/database"
    guard let scheme = Self.schemes.first(where: { text.hasPrefix($0) }) else {
      throw LiteralFault("is malformed", advice: advice)
    }
    let rest = text.dropFirst(scheme.count)
    let halves = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let authority = parts[0].split(separator: "@", omittingEmptySubsequences: false)
    guard authority.count <= 2, !text.contains(where: { $0.isWhitespace || $0 == "#" }),
      parts.count < 2 || !parts[1].contains("/")
    else {
      throw LiteralFault("is malformed", advice: "\(advice); special characters are percent-encoded")
    }
    hasPassword = authority.count == 2 && authority[0].contains(":")
    hosts = authority[authority.count - 1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for host in hosts { try Self.check(host, advice) }
    encryption = try Self.encryption(halves.count == 2 ? String(halves[1]) : "")
    let database = parts.count == 2 ? "/\(parts[1])" : ""
    address = "postgres://\(hosts.joined(separator: ","))\(database)"
  }

  /// The server is another machine, and nothing asks for TLS.
  var mayBeUnencrypted: Bool {
    let isRemote = hosts.contains { host in
      !(host.isEmpty || host.hasPrefix("127.") || host.hasPrefix("[::1]") || host.hasPrefix("localhost")
        || host.hasPrefix("%2F") || host.hasPrefix("%2f"))
    }
    return isRemote && (encryption ?? "prefer") != "verify-full" && encryption != "verify-ca" && encryption != "require"
  }

  private static func check(_ host: String, _ advice: String) throws(LiteralFault) {
    var port: Substring?
    if host.hasPrefix("[") {
      guard let end = host.lastIndex(of: "]") else { throw LiteralFault("is malformed", advice: advice) }
      let behind = host[host.index(after: end)...]
      port = behind.isEmpty ? nil : behind.dropFirst()
    } else if let colon = host.firstIndex(of: ":") {
      port = host[host.index(after: colon)...]
    }
    guard let port else { return }
    guard let number = Int(port), (1...65535).contains(number) else {
      throw LiteralFault("has a port that is none", advice: advice)
    }
  }

  private static func encryption(_ query: String) throws(LiteralFault) -> String? {
    var mode: String?
    for option in query.split(separator: "&") {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw LiteralFault("has an option without a value", advice: "write ?option=value") }
      if parts[0] == "sslmode" { mode = String(parts[1]) }
    }
    guard let mode, !modes.contains(mode) else { return mode }
    let near = nearestNames(to: mode, among: modes, limit: 1).first
    throw LiteralFault(
      "has an unknown sslmode '\(mode)'", advice: near.map { "did you mean '\($0)'?" } ?? "write sslmode=verify-full")
  }
}

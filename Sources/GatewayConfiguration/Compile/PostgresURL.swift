import GatewayCore

/// `postgres://user:password@host:5432/database?option=value`, also with several hosts between commas. libpq reads it; this only
/// finds mistakes before it does.
struct PostgresURL {
  private static let schemes = ["postgres://", "postgresql://"]
  private static let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

  /// Of libpq 15 to 18 (PostgreSQL documentation, "Parameter Key Words").
  private static let known: Set<String> = [
    "host", "hostaddr", "port", "dbname", "user", "password", "passfile", "require_auth", "channel_binding",
    "connect_timeout", "client_encoding", "options", "application_name", "fallback_application_name", "keepalives",
    "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "replication", "gssencmode",
    "sslmode", "requiressl", "sslnegotiation", "sslcompression", "sslcert", "sslkey", "sslpassword", "sslcertmode",
    "sslrootcert", "sslcrl", "sslcrldir", "sslsni", "sslkeylogfile", "requirepeer", "ssl_min_protocol_version",
    "ssl_max_protocol_version", "min_protocol_version", "max_protocol_version", "krbsrvname", "gsslib",
    "gssdelegation", "scram_client_key", "scram_server_key", "service", "servicefile", "target_session_attrs",
    "load_balance_hosts", "oauth_issuer", "oauth_client_id", "oauth_client_secret", "oauth_scope",
  ]

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
    let options = try Self.options(halves.count == 2 ? String(halves[1]) : "")
    let namesHost = options.keys.contains { ["host", "hostaddr", "service"].contains($0) }
    if hosts.contains(""), !(hosts.count == 1 && namesHost) { throw LiteralFault("names no host", advice: advice) }
    encryption = try Self.encryption(options["sslmode"])
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

  private static func options(_ query: String) throws(LiteralFault) -> [Substring: String] {
    var options: [Substring: String] = [:]
    for option in query.split(separator: "&") {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw LiteralFault("has an option without a value", advice: "write ?option=value") }
      guard known.contains(String(parts[0])) else {
        let near = nearestNames(to: String(parts[0]), among: known, limit: 1).first
        throw LiteralFault(
          "has an unknown option '\(parts[0])'",
          advice: near.map { "did you mean '\($0)'?" } ?? "options are those of libpq, such as sslmode")
      }
      guard options.updateValue(String(parts[1]), forKey: parts[0]) == nil else {
        throw LiteralFault("has the option '\(parts[0])' twice", advice: "remove one of them")
      }
    }
    return options
  }

  private static func encryption(_ mode: String?) throws(LiteralFault) -> String? {
    guard let mode, !modes.contains(mode) else { return mode }
    let near = nearestNames(to: mode, among: modes, limit: 1).first
    throw LiteralFault(
      "has an unknown sslmode '\(mode)'", advice: near.map { "did you mean '\($0)'?" } ?? "write sslmode=verify-full")
  }
}

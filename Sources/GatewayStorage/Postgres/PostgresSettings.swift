import CLibPQ
package import GatewayCore

/// Where a PostgreSQL server is and how long it may take.
package struct PostgresSettings: Sendable {
  /// With its password; libpq reads it.
  let url: Secret
  private let namesEncryption: Bool
  /// Host, port and database, for messages.
  package let server: String
  /// In the place of one in the URL.
  package var password: Secret?
  /// Path of certificate authorities in PEM. With it the server's certificate and name are verified, unless the URL has an `sslmode`.
  package var certificateAuthority: String?
  /// Connections of a pool, each with a thread of its own.
  package var connections = 8
  /// For name, connection, TLS and login together.
  package var connectTimeout: Duration = .seconds(5)
  /// For one statement, on the server; a second later a server that hangs is given up.
  package var statementTimeout: Duration = .seconds(10)
  /// Statements that may wait for a connection; more are refused at once.
  package var maximumWaiting = 10_000
  /// Pauses after failed attempts to connect, in which statements fail at once: the first and the longest. They double, and are
  /// jittered.
  package var pauses: ClosedRange<Duration> = .milliseconds(100) ... .seconds(5)

  /// - Parameter url: `postgres://user:password@host:5432/database?sslmode=verify-full`, with the options of libpq.
  package init(url: String) throws(PostgresError) {
    guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
      throw .invalidAddress(reason: "write postgres://user:password@host:5432/database")
    }
    let library = try PostgresLibrary.load().functions
    var message: UnsafeMutablePointer<CChar>?
    guard let options = library.PQconninfoParse(url, &message) else {
      defer { library.PQfreemem(message) }
      throw .invalidAddress(reason: Self.problem(message.map { String(cString: $0) } ?? ""))
    }
    defer { library.PQconninfoFree(options) }
    self.url = Secret(url)
    let mode = Self.value(of: "sslmode", in: options)
    namesEncryption = mode != nil
    server = Self.server(options)
  }

  /// Words of libpq may quote a part of the address that is a password; those about an option do not.
  private static func problem(_ message: String) -> String {
    guard message.hasPrefix("invalid URI query parameter") else {
      return "libpq cannot read it; special characters of user and password must be percent-encoded"
    }
    return message.split(separator: "\n").first.map(String.init) ?? message
  }

  /// What takes precedence over the URL, and over what libpq finds in the environment.
  var overrides: [(keyword: String, value: String)] {
    var overrides: [(String, String)] = []
    if let password { overrides.append(("password", password.reveal { $0 })) }
    if let certificateAuthority {
      overrides.append(("sslrootcert", certificateAuthority))
      if !namesEncryption { overrides.append(("sslmode", "verify-full")) }
    }
    return overrides
  }

  private static func value(of keyword: String, in options: UnsafeMutablePointer<_PQconninfoOption>) -> String? {
    var option = options
    while let name = option.pointee.keyword {
      if String(cString: name) == keyword { return option.pointee.val.map { String(cString: $0) } }
      option += 1
    }
    return nil
  }

  private static func server(_ options: UnsafeMutablePointer<_PQconninfoOption>) -> String {
    var found: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { found[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    let host = found["host"] ?? found["hostaddr"] ?? "localhost"
    return "\(host):\(found["port"] ?? "5432")/\(found["dbname"] ?? found["user"] ?? "")"
  }
}

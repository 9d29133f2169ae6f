import Foundation
package import GatewayCore
package import NIOCore

/// Where a Redis server is and how long it may take.
package struct RedisSettings: Sendable {
  package let address: RedisAddress
  /// A name of the server's access list; `nil`: its default user.
  package let user: String?
  package let password: Secret?
  /// Number of the database; a cluster has only 0.
  package let database: Int
  package let isTLS: Bool
  /// PEM text of the authorities that are trusted; `nil`: the system's.
  package var certificateAuthority: String?
  /// For name, connection, TLS and login together.
  package var connectTimeout: TimeAmount = .seconds(2)
  package var commandTimeout: TimeAmount = .seconds(1)
  /// Commands that may wait for their answers on one connection; more are refused at once.
  package var maximumPending = 10_000
  /// Bytes of such commands.
  package var maximumPendingBytes = 64 << 20
  /// Pauses between attempts to connect: the first and the longest. They double, and are jittered.
  package var pauses: ClosedRange<Duration> = .milliseconds(100) ... .seconds(5)

  /// - Parameter url: `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS. User and password are
  ///   percent-encoded.
  package init(url: String) throws(RedisError) {
    guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased() else {
      throw .invalidAddress(reason: "it is no URL; write redis://host:6379")
    }
    guard scheme == "redis" || scheme == "rediss" else {
      throw .invalidAddress(reason: "unknown scheme '\(scheme)'; there are redis:// and rediss:// (TLS)")
    }
    let host = (parts.host ?? "").trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    guard !host.isEmpty else { throw .invalidAddress(reason: "it names no host; write \(scheme)://host:6379") }
    guard parts.query == nil, parts.fragment == nil else {
      throw .invalidAddress(reason: "it ends with the number of a database; options after '?' or '#' are unknown")
    }
    guard let port = UInt16(exactly: parts.port ?? 6379), port > 0 else {
      throw .invalidAddress(reason: "its port is not between 1 and 65535")
    }
    let path = parts.path.drop { $0 == "/" }
    guard path.isEmpty || path.allSatisfy(\.isASCIIDigit), let database = Int(path.isEmpty ? "0" : String(path)) else {
      throw .invalidAddress(reason: "'\(path)' is not the number of a database")
    }
    address = RedisAddress(host: host, port: Int(port))
    user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
    password = parts.password.flatMap { $0.isEmpty ? nil : Secret($0) }
    guard user == nil || password != nil else { throw .invalidAddress(reason: "it names a user but no password") }
    self.database = database
    isTLS = scheme == "rediss"
  }
}

/// Host and port of a server.
package struct RedisAddress: Hashable, Sendable, CustomStringConvertible {
  package let host: String
  package let port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}

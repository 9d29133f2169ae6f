package import GatewayCore

/// The database that keeps keys, counters, objects and the ledger, and where the files of this node are.
package struct DatabaseStorage: Sendable, Equatable {
  package enum Place: Sendable, Equatable {
    case sqlite(path: String)
    case postgres(PostgresStorage)
  }

  /// The secret under which issued keys are hashed.
  package enum Pepper: Sendable, Equatable {
    case file(path: String)
    /// 64 hexadecimal digits.
    case value(Secret)

    package static func == (a: Pepper, b: Pepper) -> Bool {
      switch (a, b) {
      case (.file(let a), .file(let b)): a == b
      case (.value(let a), .value(let b)): a.digest == b.digest
      default: false
      }
    }
  }

  package var place: Place
  /// What the names of this node's own files begin with: the path of an SQLite database, or `sluice` beside the configuration.
  package var files: String
  /// nil: the file beside the others.
  package var pepper: Pepper?

  package init(_ place: Place, files: String, pepper: Pepper? = nil) {
    self.place = place
    self.files = files
    self.pepper = pepper
  }

  /// For messages: without user and password.
  package var address: String {
    switch place {
    case .sqlite(let path): "sqlite:\(path)"
    case .postgres(let storage): storage.address
    }
  }
}

/// A PostgreSQL that several gateways may share.
package struct PostgresStorage: Sendable, Equatable {
  /// `postgres://…`, with the options of libpq.
  package var url: Secret
  /// The same without user, password and options.
  package var address: String
  /// In the place of one in the URL.
  package var password: Secret?
  /// Path of certificate authorities in PEM; nil: libpq's own.
  package var certificateAuthority: String?
  /// Connections of this node for keys, counters and objects; one more listens, and one is for the ledger.
  package var pool = 4
  /// For an answer, and for a connection.
  package var timeout: Duration = .seconds(5)

  package init(url: Secret, address: String) {
    self.url = url
    self.address = address
  }

  package static func == (a: PostgresStorage, b: PostgresStorage) -> Bool {
    a.url.digest == b.url.digest && a.password?.digest == b.password?.digest
      && a.certificateAuthority == b.certificateAuthority && a.pool == b.pool && a.timeout == b.timeout
  }
}

extension Secret {
  /// For comparisons.
  fileprivate var digest: KeyDigest { reveal { KeyDigest.sha256(of: $0) } }
}

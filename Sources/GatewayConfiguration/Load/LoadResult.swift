package import GatewayCore

/// What came of a configuration.
package struct LoadResult: Sendable {
  /// `nil` when any problem is an error.
  package let snapshot: GatewaySnapshot?
  /// `nil` when any problem is an error.
  package let start: StartSettings?
  /// The database, also where another part of the configuration is wrong.
  package let database: DatabaseStorage?
  /// How the secrets of the database are opened; `nil`: none is.
  package var masterKey: MasterKeySettings?
  /// Every model and pattern of the snapshot.
  package let routes: [ModelRoute]
  /// In the order of the file.
  package let problems: [Problem]
  /// The file; `nil` in no-file mode.
  package let source: String?
  /// The objects that stand in the file, without their plain secrets.
  package var fileObjects = StoredObjects()
  /// What was found in the environment.
  package var foundObjects = StoredObjects()
  /// Further files whose changes matter to the running gateway: those of `server.tls`.
  package var watched: [String] = []
  /// Where it names which secrets of the database.
  package var storedSecrets: [String: [SecretPlace]] = [:]

  package var hasErrors: Bool { problems.contains { $0.severity == .error } }
}

/// What takes effect when the process starts.
package struct StartSettings: Sendable {
  package var gateway: ListenAddress
  package var admin: ListenAddress
  /// Of `server.admin.token`.
  package var adminToken: Secret?
  package var database: DatabaseStorage
  /// nil: what limits count is kept in memory.
  package var shared: SharedStorage?
  package var ledger = LedgerSettings()

  private var tokenDigest: KeyDigest? { adminToken?.reveal { KeyDigest.sha256(of: $0) } }

  /// Settings that differ from those of a running process, each as `server.gateway.address: a → b`.
  package func restarts(from running: StartSettings) -> [String] {
    [
      ("server.gateway.address", running.gateway.description, gateway.description),
      ("server.admin.address", running.admin.description, admin.description),
      ("storage.ledger", "\(running.ledger.isOn)", "\(ledger.isOn)"),
      ("storage.journal", "\(running.ledger.journal) bytes", "\(ledger.journal) bytes"),
      ("storage.retention", running.ledger.retention.words, ledger.retention.words),
    ].filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1) → \($0.2)" }
      + (database == running.database
        ? [] : ["storage.database: \(running.database.address) → \(database.address)"])
      + (shared == running.shared
        ? [] : ["storage.shared: \(running.shared?.address ?? "memory") → \(shared?.address ?? "memory")"])
      + (tokenDigest == running.tokenDigest ? [] : ["server.admin.token: another one"])
  }
}

extension LedgerSettings.Retention {
  fileprivate var words: String {
    "exchanges \(DurationLiteral.format(exchanges)), hours \(DurationLiteral.format(hours)), "
      + "days \(DurationLiteral.format(days))"
  }
}

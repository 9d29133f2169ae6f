package import GatewayCore

/// What came of a configuration.
package struct LoadResult: Sendable {
  /// `nil` when any problem is an error.
  package private(set) var snapshot: GatewaySnapshot?
  /// `nil` when any problem is an error.
  package let start: StartSettings?
  /// The database, also where another part of the configuration is wrong.
  package let database: DatabaseStorage?
  /// How the secrets of the database are opened; `nil`: none is.
  package var masterKey: MasterKeySettings?
  /// Every model and pattern of the snapshot.
  package let routes: [ModelRoute]
  /// In the order of the file.
  package private(set) var problems: [Problem]
  /// The file; `nil` in no-file mode.
  package let source: String?
  /// The objects that stand in the file, without their plain secrets.
  package var fileObjects = StoredObjects()
  /// What was found in the environment.
  package var foundObjects = StoredObjects()
  /// How people come into the console.
  package var entrance = AdminEntrance()
  /// Further files whose changes matter to the running gateway: those of `server.tls` and `server.admin.tls`.
  package var watched: [String] = []
  /// Where it names which secrets of the database.
  package var storedSecrets: [String: [SecretPlace]] = [:]

  /// Whatever the keys of the database are.
  private let ownProblems: [Problem]
  private let findings: IssuedKeyFindings

  init(
    snapshot: GatewaySnapshot?, start: StartSettings?, database: DatabaseStorage?, routes: [ModelRoute],
    problems: [Problem], source: String?, findings: IssuedKeyFindings = IssuedKeyFindings(),
    keys: StoredKeySet = .empty
  ) {
    self.snapshot = snapshot
    self.start = start
    self.database = database
    self.routes = routes
    self.source = source
    self.findings = findings
    ownProblems = problems
    self.problems = Self.inOrder(problems, findings.problems(for: keys))
  }

  /// Puts further problems among those of a file, which are in its order: what has no place before what has one.
  private static func inOrder(_ problems: [Problem], _ others: [Problem]) -> [Problem] {
    others.reduce(into: problems) { problems, other in
      let place = problems.firstIndex { problem in
        guard let there = problem.position else { return false }
        return other.position.map { $0 < there } ?? true
      }
      problems.insert(other, at: place ?? problems.endIndex)
    }
  }

  package var hasErrors: Bool { problems.contains { $0.severity == .error } }

  /// The same configuration with other keys of the database, at little cost. It stays as it is where nothing is compiled.
  package func with(
    _ keys: StoredKeySet, keyedHash: @escaping @Sendable (KeyDigest) -> KeyDigest
  ) -> LoadResult {
    guard let snapshot, let issued = snapshot.issuedKeys else { return self }
    var result = self
    result.snapshot = snapshot.with(issuedKeys: issued.replaced(by: keys, keyedHash: keyedHash))
    result.problems = Self.inOrder(ownProblems, findings.problems(for: keys))
    return result
  }

  /// Whether `with` is not enough for these keys: where others than the consumers that are defined may have keys, each that has
  /// one is a consumer.
  package func mustBeCompiled(for keys: StoredKeySet) -> Bool {
    guard findings.admitsOthers else { return false }
    return findings.others(keys) != Set(snapshot?.consumers.map(\.name) ?? []).subtracting(findings.consumers)
  }
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
  package var audit: AuditSettings

  private var tokenDigest: KeyDigest? { adminToken?.reveal { KeyDigest.sha256(of: $0) } }

  /// Settings that differ from those of a running process, each as `server.gateway.address: a → b`.
  package func restarts(from running: StartSettings) -> [String] {
    [
      ("server.gateway.address", running.gateway.description, gateway.description),
      ("server.admin.address", running.admin.description, admin.description),
      ("storage.ledger", "\(running.ledger.isOn)", "\(ledger.isOn)"),
      ("storage.journal", "\(running.ledger.journal) bytes", "\(ledger.journal) bytes"),
      ("audit", running.auditWords, auditWords),
      ("storage.retention", running.ledger.retention.words, ledger.retention.words),
    ].filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1) → \($0.2)" }
      + (database == running.database
        ? [] : ["storage.database: \(running.database.address) → \(database.address)"])
      + (shared == running.shared
        ? [] : ["storage.shared: \(running.shared?.address ?? "memory") → \(shared?.address ?? "memory")"])
      + (tokenDigest == running.tokenDigest ? [] : ["server.admin.token: another one"])
  }
}

extension StartSettings {
  fileprivate var auditWords: String {
    var words = ["exchanges \(audit.exchanges)"]
    // That of the default goes with the database, of which is told by itself.
    if audit.directory != AuditSettings.directory(beside: database.files) {
      words.append("directory \(audit.directory)")
    }
    if let age = audit.archiveAfter { words.append("archiveAfter \(DurationLiteral.format(age))") }
    if let age = audit.retention { words.append("retention \(DurationLiteral.format(age))") }
    return words.joined(separator: ", ")
  }
}

extension LedgerSettings.Retention {
  fileprivate var words: String {
    "exchanges \(DurationLiteral.format(exchanges)), hours \(DurationLiteral.format(hours)), "
      + "days \(DurationLiteral.format(days))"
  }
}

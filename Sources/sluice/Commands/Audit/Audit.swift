import ArgumentParser
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice audit`
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prove and print the records of changes and calls.", subcommands: [AuditVerify.self, AuditExport.self])
}

/// Where the configuration keeps audit records.
struct AuditDesk {
  let store: DatabaseStore
  let start: StartSettings

  var verifier: AuditVerifier { AuditVerifier(store, directory) }
  var directory: AuditDirectory { AuditDirectory(path: start.audit.directory) }

  /// How far the ledger has taken the records of calls; nil: nobody knows.
  func taken() throws -> AuditTaken? {
    guard let reader = try? LedgerReader(try start.database.location()) else { return nil }
    defer { reader.close() }
    // A ledger that no gateway of this version has opened has no such table.
    return try? reader.recorded(of: store.node)
  }

  /// Opens the database that the configuration names, for as long as `body` runs. What it throws is said in a sentence, with 1 as
  /// the exit code.
  static func run(_ location: ConfigurationLocation, _ body: (AuditDesk) async throws -> Void) async throws {
    let source = ConfigurationSource(location, gateway: nil, admin: nil)
    try await tellingFaults {
      let result = source.load(revision: 1, stored: .none)
      guard let start = result.start else { throw StartFailure(ConfigurationSource.summary(of: result)) }
      try await source.withStore(at: start.database) { store in
        try await body(AuditDesk(store: store, start: start))
      }
    }
  }
}

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

  /// How far the ledger has taken the records of calls.
  enum Ledger {
    /// nil: it has taken none.
    case taken(AuditTaken?)
    /// There is none, or no gateway of this version has opened it yet.
    case none
  }

  /// - Throws: for a ledger that is there and cannot be read: what it would say may be that records are missing.
  func ledger() throws -> Ledger {
    let location = try start.database.location()
    do throws(StorageError) {
      let reader = try LedgerReader(location)
      defer { reader.close() }
      return .taken(try reader.recorded(of: store.node))
    } catch {
      guard case .noLedger = error else { throw error }
      return .none
    }
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

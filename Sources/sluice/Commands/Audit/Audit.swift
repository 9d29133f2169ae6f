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
    try await refusing {
      let source = ConfigurationSource(location, gateway: nil, admin: nil)
      let result = source.load(revision: 1, stored: .none)
      guard let start = result.start else { throw StartFailure(ConfigurationSource.summary(of: result)) }
      let store = try await source.openStore(at: start.database, serves: false)
      do { try await body(AuditDesk(store: store, start: start)) } catch {
        try? await store.close()
        throw error
      }
      try await store.close()
    }
  }

  static func refusing(_ body: () async throws -> Void) async throws {
    do { try await body() } catch let failure as StartFailure {
      try refuse(failure.message)
    } catch let fault as AuditVerifier.FileFault {
      try refuse("\(fault)")
    } catch let error as StorageError {
      try refuse("\(error)")
    }
  }

  private static func refuse(_ message: String) throws {
    ErrorOutput.write("sluice: \(message)\n")
    throw ExitCode(1)
  }
}

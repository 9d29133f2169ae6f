import ArgumentParser
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// An error whose description is a sentence for the person at the terminal. Others are faults of the program.
protocol TerminalFault: Error, CustomStringConvertible {}

extension StartFailure: TerminalFault {}
extension StorageError: TerminalFault {}
extension RedisError: TerminalFault {}
extension KeyRefusal: TerminalFault {}
extension KeyRuleFault: TerminalFault {}
extension MasterKeyFault: TerminalFault {}
extension SecretFault: TerminalFault {}
extension AdministratorRefusal: TerminalFault {}
extension AuditVerifier.FileFault: TerminalFault {}

/// What a command does: where it fails, the sentence is said and the command ends.
/// - Parameter code: what it ends with.
func tellingFaults(exit code: Int32 = 1, _ body: () async throws -> Void) async throws {
  do { try await body() } catch let fault as any TerminalFault {
    ErrorOutput.write("sluice: \(fault)\n")
    throw ExitCode(code)
  }
}

extension ConfigurationSource {
  /// Opens the database for as long as `body` runs.
  /// - Parameter database: nil: the one that the configuration names.
  func withStore(at database: DatabaseStorage? = nil, _ body: (DatabaseStore) async throws -> Void) async throws {
    let store = if let database { try await openStore(at: database, serves: false) } else { try await openStore() }
    do { try await body(store) } catch {
      try? await store.close()
      throw error
    }
    try await store.close()
  }
}

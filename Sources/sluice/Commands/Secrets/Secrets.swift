import ArgumentParser
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice secrets`
struct Secrets: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keep provider keys and other secrets in the database, sealed with a master key.",
    discussion: "The configuration names them as secret:NAME. A running gateway follows every change within a second.",
    subcommands: [
      SecretsGenerateKey.self, SecretsSet.self, SecretsList.self, SecretsRemove.self, SecretsRotateKey.self,
    ])
}

/// What the commands share.
struct SecretStore {
  let directory: any SecretDirectory
  let masterKey: MasterKeySettings?
  let masterKeys: MasterKeys

  /// Opens the database that the configuration names, for as long as `body` runs. What it throws is said in a sentence, with 1 as
  /// the exit code.
  static func run(_ location: ConfigurationLocation, _ body: (SecretStore) async throws -> Void) async throws {
    do {
      let source = ConfigurationSource(location, gateway: nil, admin: nil)
      let store = try await source.openStore()
      let masterKey = source.load(revision: 1, stored: .none).masterKey
      do {
        try await body(
          SecretStore(
            directory: store, masterKey: masterKey ?? source.masterKeys.ownKey(), masterKeys: source.masterKeys))
      } catch {
        try? await store.close()
        throw error
      }
      try await store.close()
    } catch let failure as StartFailure {
      try refuse(failure.message)
    } catch let error as StorageError {
      try refuse("\(error)")
    } catch let fault as MasterKeyFault {
      try refuse("\(fault)")
    } catch let fault as SecretFault {
      try refuse("\(fault)")
    }
  }

  static func refuse(_ message: String) throws {
    ErrorOutput.write("sluice: \(message)\n")
    throw ExitCode(1)
  }

  func ring() throws -> MasterKeyRing {
    guard let masterKey else {
      throw StartFailure(
        "the configuration has no storage.masterKey to seal secrets with; make one with `sluice secrets generate-key`")
    }
    return try masterKeys.ring(masterKey)
  }
}

/// The name of a command's secret.
struct SecretArgument: ParsableArguments {
  @Argument(help: "1…128 letters, digits, '.', '_', '-' and '/'.")
  var name: String

  func validate() throws {
    guard StoredSecret.isName(name) else {
      throw ValidationError("'\(name)' is no name of a secret: use 1…128 letters, digits, '.', '_', '-' and '/'")
    }
  }
}

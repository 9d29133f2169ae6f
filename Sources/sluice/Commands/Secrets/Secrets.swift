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
  /// Where the configuration names which secrets.
  let places: [String: [SecretPlace]]

  /// Opens the database that the configuration names, for as long as `body` runs. What it throws is said in a sentence, with 1 as
  /// the exit code.
  static func run(_ location: ConfigurationLocation, _ body: (SecretStore) async throws -> Void) async throws {
    let source = ConfigurationSource(location, gateway: nil, admin: nil)
    try await tellingFaults {
      try await source.withStore { store in
        let result = source.load(revision: 1, stored: try await .objects(of: store))
        try await body(
          SecretStore(
            directory: store, masterKey: result.masterKey ?? source.masterKeys.ownKey(),
            masterKeys: source.masterKeys, places: result.storedSecrets))
      }
    }
  }

  func has(_ name: String) async throws -> Bool {
    try await directory.secrets().contains { $0.name == name }
  }

  /// Tells of secrets beside `name` that no configured key opens: the configuration has another one than before.
  func warnOfOtherKeys(than ring: MasterKeyRing, besides name: String) async throws {
    let closed = try await directory.secrets().filter { $0.name != name && !ring.knows($0.sealed.keyID) }
    guard let first = closed.first else { return }
    let names = closed.prefix(3).map { "'\($0.name)'" }.joined(separator: ", ")
    let more = closed.count > 3 ? " and \(closed.count - 3) more" : ""
    ErrorOutput.write(
      "sluice: warning: storage.masterKey (\(ring.current.id)) does not open \(names)\(more), sealed with "
        + "\(first.sealed.keyID); name that key in storage.previousMasterKeys, or set them anew\n")
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

import ArgumentParser
import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice secrets generate-key`
struct SecretsGenerateKey: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate-key", abstract: "Make a master key: 32 random bytes in base64.",
    discussion: "Keep it apart from the database and from its copies: whoever has both has the secrets.")

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write it to a new file, readable by its owner only, and not to the terminal.", valueName: "FILE"))
  var output: String?

  func run() throws {
    try MasterKey.generate().reveal { key in
      guard let output else {
        print(key)
        return
      }
      let descriptor = open(output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else {
        let reason = String(cString: strerror(errno))
        return try SecretStore.refuse("cannot make the file '\(output)': \(reason)")
      }
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      try file.write(contentsOf: Data((key + "\n").utf8))
      try file.synchronize()
      print("written; write storage: { masterKey: \"file:\(output)\" } in the configuration")
    }
  }
}

/// `sluice secrets list`
struct SecretsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the names of the stored secrets, when they were set, and under which key.")

  @OptionGroup var location: ConfigurationLocation

  func run() async throws {
    try await SecretStore.run(location) { store in
      let secrets = try await store.directory.secrets().filter { StoredSecret.isName($0.name) }
      let width = secrets.map(\.name.count).max() ?? 0
      for secret in secrets {
        let name = secret.name.padding(toLength: width, withPad: " ", startingAt: 0)
        print(
          "\(name)  \(Date(timeIntervalSince1970: Double(secret.setAt.seconds)).formatted(.iso8601))  \(secret.sealed.keyID)"
        )
      }
    }
  }
}

/// `sluice secrets remove`
struct SecretsRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Delete a stored secret.",
    discussion:
      "One that the configuration names is not removed: the next start would refuse the configuration.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var secret: SecretArgument

  @Flag(
    help: "Remove it although the configuration names it. A running gateway keeps the configuration that it runs.")
  var force = false

  func run() async throws {
    try await SecretStore.run(location) { store in
      if !force, let places = store.places[secret.name], try await store.has(secret.name) {
        throw StartFailure(
          "the configuration needs the secret '\(secret.name)', at \(places.map(\.words).joined(separator: ", ")); "
            + "name another one there before, or add --force")
      }
      guard try await store.directory.removeSecret(named: secret.name, by: .terminal) else {
        throw StartFailure("there is no stored secret '\(secret.name)'; `sluice secrets list` shows them")
      }
      print("removed \(secret.name)")
    }
  }
}

/// `sluice secrets rotate-key`
struct SecretsRotateKey: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate-key", abstract: "Seal all secrets anew with storage.masterKey.",
    discussion:
      "Name the new key in storage.masterKey and the old one in storage.previousMasterKeys before, and remove the old "
      + "one after.")

  @OptionGroup var location: ConfigurationLocation

  func run() async throws {
    try await SecretStore.run(location) { store in
      let ring = try store.ring()
      let count = try await store.directory.reseal(by: .terminal) { secret in
        guard secret.sealed.keyID != ring.current.id else { return nil }
        do {
          return try ring.seal(try ring.open(secret.sealed, named: secret.name), named: secret.name)
        } catch {
          throw StartFailure("the secret '\(secret.name)' cannot be opened: \(error); nothing was changed")
        }
      }
      print("sealed \(count) anew with the master key \(ring.current.id)")
    }
  }
}

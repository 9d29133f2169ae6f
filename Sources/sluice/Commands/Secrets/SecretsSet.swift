import ArgumentParser
import GatewayCore
import GatewayStorage

/// `sluice secrets set`
struct SecretsSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Store a secret, or put another text in its place.",
    discussion: "The secret is read from standard input, so that no list of processes and no history has it.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var secret: SecretArgument

  func run() async throws {
    try await SecretStore.run(location) { store in
      let ring = try store.ring()
      let sealed = try ring.seal(try SecretInput.read(secret.name), named: secret.name)
      try await store.directory.put(StoredSecret(name: secret.name, sealed: sealed, setAt: .now), by: .terminal)
      try await store.warnOfOtherKeys(than: ring, besides: secret.name)
      print("stored; write secret:\(secret.name) in the configuration")
    }
  }
}

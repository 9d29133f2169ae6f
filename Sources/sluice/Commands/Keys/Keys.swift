import ArgumentParser
import GatewayCore
import GatewayStorage

/// `sluice keys`
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Create, change, rotate and revoke gateway keys.",
    discussion: "A running gateway follows every change within a second.",
    subcommands: [
      KeysCreate.self, KeysList.self, KeysShow.self, KeysUpdate.self, KeysDisable.self, KeysEnable.self,
      KeysRotate.self,
      KeysRevoke.self,
    ])
}

/// What the commands share.
struct KeyStore {
  let store: DatabaseStore
  let source: ConfigurationSource

  /// Opens the database that the configuration names, for as long as `body` runs. What it throws is said in a sentence, with 1 as
  /// the exit code.
  static func run(_ location: ConfigurationLocation, _ body: (KeyStore) async throws -> Void) async throws {
    let source = ConfigurationSource(location, gateway: nil, admin: nil)
    try await tellingFaults {
      try await source.withStore { store in try await body(KeyStore(store: store, source: source)) }
    }
  }

  /// What the directory answers when there is no such key is no answer.
  func found<Value>(_ value: Value?, _ id: Int64) throws -> Value {
    guard let value else { throw StartFailure("there is no key with id \(id); `sluice keys list` shows them") }
    return value
  }
}

/// The key of a command.
struct KeyArgument: ParsableArguments {
  @Argument(help: "The id that `sluice keys list` shows.")
  var id: Int64
}

import ArgumentParser
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice keys update`
struct KeysUpdate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update", abstract: "Change the note, the expiry or the rules of a key.",
    discussion: "What is named is put in the place of what was; the rest stays.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var key: KeyArgument
  @OptionGroup var rules: KeyRuleOptions

  @Option(
    help: ArgumentHelp(
      "Take something away: \(KeyChange.Part.allCases.map(\.rawValue).joined(separator: ", ")). Repeatable.",
      valueName: "PART"))
  var clear: [KeyChange.Part] = []

  func validate() throws {
    guard rules.isGiven || !clear.isEmpty else { throw ValidationError("name what is to change") }
  }

  func run() async throws {
    try await KeyStore.run(location) { keys in
      var change = try rules.change()
      try change.clear(clear)
      let old = try keys.found(try await keys.store.key(id: key.id), key.id)
      if let models = change.models { try await keys.source.check(models, of: old.consumer, in: keys.store) }
      let final = change
      let new = try keys.found(try await keys.store.update(id: key.id, by: .terminal) { final.apply(to: &$0) }, key.id)
      print(KeyText.lines(new))
    }
  }
}

/// `sluice keys disable`
struct KeysDisable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Refuse a key until it is enabled again.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var key: KeyArgument

  func run() async throws {
    try await KeyStore.run(location) { keys in
      let key = try keys.found(try await keys.store.disable(id: key.id, by: .terminal), key.id)
      print("disabled \(key.label)… of \(key.consumer)")
    }
  }
}

/// `sluice keys enable`
struct KeysEnable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "enable", abstract: "Let a disabled key in again.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var key: KeyArgument

  func run() async throws {
    try await KeyStore.run(location) { keys in
      let key = try keys.found(try await keys.store.enable(id: key.id, by: .terminal), key.id)
      print("enabled \(key.label)… of \(key.consumer)")
    }
  }
}

/// `sluice keys revoke`
struct KeysRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "End a key of the database for good; it stops working within a second.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var key: KeyArgument

  func run() async throws {
    try await KeyStore.run(location) { keys in
      let key = try keys.found(try await keys.store.revoke(id: key.id, by: .terminal), key.id)
      print("revoked \(key.label)… of \(key.consumer)")
    }
  }
}

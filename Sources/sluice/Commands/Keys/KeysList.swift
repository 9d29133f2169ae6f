import ArgumentParser
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice keys list`
struct KeysList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the keys of the database.")

  @OptionGroup var location: ConfigurationLocation

  @Flag(help: "As a JSON array.")
  var json = false

  func run() async throws {
    try await KeyStore.run(location) { keys in
      let all = try await keys.store.list()
      if json { return print(try KeyText.json(all.map { KeyDescription($0, now: .now) })) }
      for key in all { print(KeyText.line(key)) }
    }
  }
}

/// `sluice keys show`
struct KeysShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one key with its rules.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var key: KeyArgument

  @Flag(help: "As a JSON object.")
  var json = false

  func run() async throws {
    try await KeyStore.run(location) { keys in
      let key = try keys.found(try await keys.store.key(id: key.id), key.id)
      print(json ? try KeyText.json(KeyDescription(key, now: .now)) : KeyText.lines(key))
    }
  }
}

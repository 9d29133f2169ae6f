import ArgumentParser
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice keys create`
struct KeysCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Create a gateway key.",
    discussion: """
      Without --consumer, prints a key and its sha256, for the file. With --consumer, stores the key in the database; a \
      running gateway knows it within a second. The key itself is shown once and kept nowhere.
      """)

  @OptionGroup var location: ConfigurationLocation

  @Option(help: "The consumer of the configuration that owns the key.")
  var consumer: String?

  @OptionGroup var rules: KeyRuleOptions

  func validate() throws {
    if consumer == nil, rules.isGiven {
      throw ValidationError("rules are for keys of the database: name its owner with --consumer")
    }
  }

  func run() async throws {
    guard let consumer else {
      let key = GatewayKeyGenerator.make()
      print("key:    \(key)\nsha256: sha256:\(KeyDigest(of: key).hexadecimal)")
      return
    }
    try await KeyStore.run(location) { keys in
      try await keys.source.checkConsumer(consumer, in: keys.store)
      let change = try rules.change()
      var settings = KeySettings()
      change.apply(to: &settings)
      try await keys.source.check(settings.rules.models, of: consumer, in: keys.store)
      KeyText.printOnce(try await keys.store.issue(to: consumer, settings, by: .terminal))
    }
  }
}

/// `sluice keys rotate`
struct KeysRotate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Create a key in the place of another one.",
    discussion:
      "The successor has the same rules and shares the counters of limits. Both keys are good for the grace time.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var key: KeyArgument

  @Option(help: "How long the old key stays good, such as 24h; 0s ends it at once.")
  var grace = "24h"

  func run() async throws {
    try await KeyStore.run(location) { keys in
      let grace = try KeyRuleOptions.duration(grace, of: "--grace", longest: .seconds(366 * 86_400))
      KeyText.printOnce(try keys.found(try await keys.store.rotate(id: key.id, grace: grace, by: .terminal), key.id))
    }
  }
}

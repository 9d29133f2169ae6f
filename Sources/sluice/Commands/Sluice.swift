import ArgumentParser
import GatewayCore

/// The program.
@main
struct Sluice: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice",
    abstract: "An AI gateway: one OpenAI-compatible endpoint in front of any model at any provider.",
    version: Version.current,
    subcommands: [
      Serve.self, Check.self, SchemaCommand.self, Keys.self, Quotas.self, Cache.self, Secrets.self, Explain.self,
      Usage.self, Exchanges.self, Conversations.self, Storage.self, Admin.self, Audit.self, Doctor.self,
      VersionCommand.self,
    ])
}

/// `sluice version`
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

  func run() { print("sluice \(Version.current)") }
}

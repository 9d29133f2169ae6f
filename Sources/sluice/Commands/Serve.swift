import ArgumentParser
import GatewayCore
import GatewayTelemetry

/// `sluice serve`
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the gateway.",
    discussion: """
      Without --config, ./sluice.yaml is read if it exists. With no file at all, providers are found by the usual \
      environment variables and a local Ollama, a first gateway key is issued, and a cURL line that works is printed.
      """)

  @OptionGroup var location: ConfigurationLocation

  @Option(help: ArgumentHelp("Where callers connect; overrides the file.", valueName: "HOST:PORT"))
  var gateway: String?

  @Option(help: ArgumentHelp("Where the admin plane listens; overrides the file.", valueName: "HOST:PORT"))
  var admin: String?

  @Option(help: "Least severe program log line: trace, debug, info, notice, warning, error.")
  var logLevel: LogLevel = .info

  func run() async throws {
    ProgramLog.bootstrap(level: logLevel.level)
    let source = ConfigurationSource(location, gateway: gateway, admin: admin)
    do {
      try await GatewayApplication.run(source)
    } catch let failure as StartFailure {
      ErrorOutput.write("sluice: \(failure.message)\n")
      throw ExitCode(1)
    }
  }
}

/// Why the gateway did not start, or had to end: a sentence for the terminal.
struct StartFailure: Error, CustomStringConvertible {
  let message: String
  var description: String { message }

  init(_ message: String) { self.message = message }
}

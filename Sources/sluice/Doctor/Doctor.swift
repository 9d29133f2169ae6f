import ArgumentParser
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice doctor`
struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look for what makes calls fail or slow, and say what to do; exit 1 if something is broken.",
    discussion: """
      Reads the configuration with what the database adds to it, looks at this machine, at the gateway that runs on it, at the \
      database and Redis, asks each provider with each of its keys for its models, sends the collector of \
      traces an empty request, and reads the faults out of the exchanges of \
      the last hours. It calls no model, and changes nothing; like every command that opens the database, it brings \
      one of an earlier version to its own.
      """)

  @OptionGroup var location: ConfigurationLocation

  @Option(help: ArgumentHelp("As `serve` got it.", valueName: "HOST:PORT"))
  var gateway: String?

  @Option(help: ArgumentHelp("As `serve` got it.", valueName: "HOST:PORT"))
  var admin: String?

  @Option(
    help: ArgumentHelp(
      "Authorities in PEM that vouch for the certificate of `server.admin.tls`, beside the system's.", valueName: "FILE"
    ))
  var ca: String?

  @Flag(help: "Ask no provider, and nobody else over the network but the database and Redis of the configuration.")
  var offline = false

  @Option(help: ArgumentHelp("How far back exchanges are read.", valueName: "1…168"))
  var hours = 1

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard 1...168 ~= hours else { throw ValidationError("--hours is a number from 1 to 168") }
  }

  func run() async throws { try await tellingFaults { try await look() } }

  private func look() async throws {
    let authorities = try ca.map(Self.text(of:))
    let source = ConfigurationSource(location, gateway: gateway, admin: admin)
    var report = DoctorReport()
    var result = source.load(revision: 1, stored: .none)
    let database = result.database
    if let database {
      let look = await StoreCheck(source: source, database: database).look()
      report.add(look.findings)
      // Without what the database has, references to it would be told as mistakes.
      if let stored = look.stored { result = source.load(revision: 1, stored: stored) }
    }
    report.add(ConfigurationCheck.findings(of: result, file: source.file))
    report.add(MachineCheck.findings(of: result))
    if let start = result.start {
      report.add(
        try await ProcessCheck.findings(of: start, tls: result.entrance.tls, authorities: authorities))
    }
    if let shared = result.start?.shared { report.add(await RedisCheck.findings(of: shared)) }
    if let snapshot = result.snapshot, !offline {
      report.add(await ProviderCheck.findings(of: snapshot.providers, routes: result.routes))
    }
    if let traces = result.snapshot?.traces, !offline { report.add(await TraceCheck.findings(of: traces)) }
    if let database, database.isThere, result.start?.ledger.isOn != false {
      report.add(TrafficCheck.findings(of: database, hours: hours))
    }
    print(try json ? report.json() : report.text)
    if report.worst == .error { throw ExitCode(1) }
  }

  private static func text(of path: String) throws(StartFailure) -> String {
    do throws(FileFault) {
      return String(decoding: try DiskFile.readRegular(path, limit: 1 << 20), as: UTF8.self)
    } catch {
      throw StartFailure("--ca: the file '\(path)' \(error.predicate)")
    }
  }
}

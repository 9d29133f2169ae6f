import ArgumentParser
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice audit export`
struct AuditExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Print the records of a stretch of time, one JSON object a line.",
    discussion: "Changes come before calls, each in the order of their numbers. Calls are those of this gateway.")

  enum Kind: String, ExpressibleByArgument, CaseIterable { case changes, calls }

  @OptionGroup var location: ConfigurationLocation

  @Option(
    help: ArgumentHelp("First day, or an hour of UTC; the first of this month.", valueName: "2026-11-01|2026-11-01T08"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      "Last day, or the hour of UTC before which to end; today.", valueName: "2026-11-30|2026-11-30T08"))
  var to: String?

  @Option(help: "Only changes, or only calls.")
  var only: Kind?

  // 9999-01-01T00:00:00Z
  private static let lastMoment: Int64 = 253_370_764_800_000

  func run() async throws {
    try await AuditDesk.run(location) { desk in
      let span = try UsageSpan.moments(from: from, to: to, now: .now, zone: desk.start.ledger.zone)
      var output = LineOutput()
      if only != .calls {
        try await desk.verifier.each { record in
          if span.contains(record.at.milliseconds) { try output.write(record.line + "\n") }
        }
      }
      if only != .changes {
        // Later years are written with five digits, which come before those with four.
        guard span.upperBound < Self.lastMoment else { throw StartFailure("--to is before the year 9999") }
        let times = WallTime(milliseconds: span.lowerBound).text..<WallTime(milliseconds: span.upperBound).text
        try desk.directory.eachExchange(in: times) { try output.write($0 + "\n") }
      }
      try output.flush()
    }
  }
}

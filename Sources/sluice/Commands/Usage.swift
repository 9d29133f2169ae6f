import ArgumentParser
import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice usage`
struct Usage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what was used, and what it cost.",
    discussion: """
      Reads the sums of the ledger from the database, also while a gateway runs; the last second may be missing. Days are \
      those of the configuration's `timeZone`.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, json, csv }

  @OptionGroup var location: ConfigurationLocation

  @Option(
    help: ArgumentHelp("First day, or an hour of UTC; the first of this month.", valueName: "2026-11-01|2026-11-01T08"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      "Last day, or the hour of UTC before which to end; today.", valueName: "2026-11-30|2026-11-30T08"))
  var to: String?

  @Option(
    parsing: .upToNextOption,
    help:
      "What to group by: consumer, team, organisation, key, model, provider, target, version, hour, day or month; several are allowed."
  )
  var by: [UsageGrouping] = [.consumer]

  @Option(help: "table, json or csv.")
  var format: Format = .table

  func validate() throws {
    do throws(StartFailure) { try UsageGrouping.check(by) } catch { throw ValidationError(error.message) }
  }

  func run() async throws {
    try await LedgerAccess.with(location) { reader, zone in
      let byDay = by.contains(.day) || by.contains(.month)
      let span = try UsageSpan.parse(
        from: from, to: to, byHour: by.contains(.hour), byDay: byDay, now: .now, zone: zone)
      let lines = try reader.usage(UsageQuery(span: span, dimensions: by.compactMap(\.dimension)))
      let output = UsageOutput(lines: UsageGrouping.named(lines, by: by), headings: by.map(\.rawValue))
      switch format {
      case .table: print(output.table, terminator: "")
      case .json: print(try output.json)
      case .csv: print(output.csv, terminator: "")
      }
    }
  }
}

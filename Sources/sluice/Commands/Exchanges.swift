import ArgumentParser
import Foundation
import GatewayCore
import GatewayStorage

/// `sluice exchanges`
struct Exchanges: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read the ledger of exchanges.", subcommands: [Export.self])

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the exchanges that ended in a stretch of time, one a line.",
      discussion: "Rows are read a few at a time, also while a gateway runs; the last second may be missing.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case csv, jsonl }

    @OptionGroup var location: ConfigurationLocation

    @Option(
      help: ArgumentHelp(
        "First day, or an hour of UTC; the first of this month.", valueName: "2026-11-01|2026-11-01T08"))
    var from: String?

    @Option(
      help: ArgumentHelp(
        "Last day, or the hour of UTC before which to end; today.", valueName: "2026-11-30|2026-11-30T08"))
    var to: String?

    @Option(help: "csv or jsonl.")
    var format: Format = .jsonl

    func run() async throws {
      try await LedgerAccess.with(location) { reader, zone in
        let moments = try UsageSpan.moments(from: from, to: to, now: .now, zone: zone)
        var output = LineOutput()
        switch format {
        case .jsonl: try reader.exportObjects(ended: moments) { try output.write($0 + "\n") }
        case .csv:
          try output.write(CSV.line(LedgerReader.exportColumns))
          try reader.exportFields(ended: moments) { try output.write(CSV.line($0.map { $0 ?? "" })) }
        }
        try output.flush()
      }
    }
  }
}

/// Writes to standard output in larger pieces.
struct LineOutput {
  private static let size = 64 << 10
  private var buffer = Data()

  mutating func write(_ text: String) throws {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.size { try flush() }
  }

  mutating func flush() throws {
    try FileHandle.standardOutput.write(contentsOf: buffer)
    buffer.removeAll(keepingCapacity: true)
  }
}

import ArgumentParser
import GatewayAdmin
import GatewayCore

/// `sluice quotas stored`
struct QuotasStored: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stored", abstract: "List limits of stored bytes, and how much of each is stored.")

  @OptionGroup var location: ConfigurationLocation

  @Flag(help: "As a JSON array, in bytes.")
  var json = false

  private struct Row: Encodable {
    let limit: String
    /// nil: all that it counts together.
    let subject: String?
    let used: Int64
    let amount: Int64

    init(_ standing: QuotaStanding) {
      limit = standing.limit.words
      subject = SubjectText.shown(standing.subject)
      used = standing.used
      amount = standing.limit.amount
    }

    /// Columns between tabs.
    var line: String { "\(limit)\t\(subject ?? "-")\t\(ByteCount.text(used)) of \(ByteCount.text(amount)) stored" }
  }

  func run() async throws {
    try await QuotaDesk.run(location) { desk in
      let rows = try await desk.stored(now: .now).map(Row.init)
      if json { return print(try KeyText.json(rows)) }
      for row in rows { print(row.line) }
    }
  }
}

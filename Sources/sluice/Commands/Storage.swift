import ArgumentParser
import Foundation
import GatewayCore
import GatewayStorage

/// `sluice storage`
struct Storage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "storage", abstract: "Look after the database.", subcommands: [StorageCopy.self])
}

/// `sluice storage copy`
struct StorageCopy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy", abstract: "Copy a database into another, empty one.",
    discussion: """
      Keys, counters of limits, kept objects and the ledger with its sums, all or nothing. Stop all gateways of the source first. The \
      pepper file is not in the database: copy it by hand. A password is best kept out of the command line: env:NAME and \
      file:PATH may hold the URL, and PGPASSWORD the password.
      """)

  @Option(help: ArgumentHelp("The database to read.", valueName: "sqlite:PATH|postgres://…"))
  var from: String

  @Option(help: ArgumentHelp("An empty database, or a file that is not there.", valueName: "sqlite:PATH|postgres://…"))
  var to: String

  func run() async throws {
    try await tellingFaults {
      let (source, target) = (try Self.location(from, "--from"), try Self.location(to, "--to"))
      var last = ContinuousClock.now
      let copy = DatabaseCopy(from: source, to: target) { progress in
        guard progress.rows == progress.total || .now - last >= .seconds(1) else { return }
        last = .now
        ErrorOutput.write("\(progress.table): \(progress.rows) of \(progress.total)\n")
      }
      let report = try copy.run()
      for table in report.rows { print("\(table.table): \(table.rows) rows") }
      if report.nodesAdded > 0 {
        print("what limits of \(report.nodesAdded) gateways have counted was added together: one takes it over")
      }
      print(Self.farewell(source, target))
    }
  }

  private static func farewell(_ source: DatabaseLocation, _ target: DatabaseLocation) -> String {
    switch (source.place, target.place) {
    case (.sqlite, .postgres):
      "issued keys need their pepper: name '\(source.files).pepper' in storage.pepper of every gateway"
    case (_, .sqlite): "issued keys need their pepper: copy its file to '\(target.files).pepper'"
    case (.postgres, .postgres): "issued keys need their pepper: leave storage.pepper as it is"
    }
  }

  private static func location(_ text: String, _ option: String) throws -> DatabaseLocation {
    var url = text
    if text.hasPrefix("env:") {
      let name = String(text.dropFirst(4))
      guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
        throw StartFailure("\(option): the environment variable '\(name)' is not set")
      }
      url = value
    } else if text.hasPrefix("file:") {
      guard let value = try? String(contentsOfFile: String(text.dropFirst(5)), encoding: .utf8) else {
        throw StartFailure("\(option): the file '\(text.dropFirst(5))' cannot be read")
      }
      url = value.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    if url.hasPrefix("sqlite:"), url.utf8.count > 7 { return .sqlite(path: String(url.dropFirst(7))) }
    guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
      throw StartFailure("\(option): write sqlite:PATH or postgres://user@host:5432/database")
    }
    do throws(PostgresError) {
      return DatabaseLocation(.postgres(try PostgresSettings(url: url)), files: "sluice")
    } catch {
      throw StartFailure("\(option): \(error)")
    }
  }
}

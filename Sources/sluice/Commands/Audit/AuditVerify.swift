import ArgumentParser
import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice audit verify`
struct AuditVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Look whether the audit records are whole.",
    discussion: """
      Each record holds the SHA-256 of the one before. Without files, the records of changes are followed through the archive \
      files of this gateway and the database, and the records of calls through their files. The digest that is printed at the \
      end, kept elsewhere, shows later whether the end was cut off or written anew. The exit code is 1 where they are not whole.
      """)

  @OptionGroup var location: ConfigurationLocation

  @Flag(help: "Archive files of this gateway may lie elsewhere.")
  var withoutArchives = false

  @Argument(help: "Files of records, wherever they are, oldest first; each kind is a chain of its own.")
  var files: [String] = []

  func run() async throws {
    guard files.isEmpty else { return try await tellingFaults { try verifyFiles() } }
    try await AuditDesk.run(location) { desk in
      try Self.tell(try await desk.verifier.changes(needsArchives: !withoutArchives))
      let ledger = try desk.ledger()
      let calls = try await desk.verifier.exchanges(taken: ledger.head)
      guard desk.start.audit.exchanges || calls.files > 0 || calls.fault != nil else { return }
      try Self.tell(calls)
      if case .none = ledger, calls.files > 0 {
        print("calls: there is no ledger to compare them with: records that are missing at the end would not be seen")
      }
    }
  }

  private func verifyFiles() throws {
    let (changes, calls) = try AuditVerifier.files(files)
    if let changes { try Self.tell(changes) }
    if let calls { try Self.tell(calls) }
  }

  private static func tell(_ verdict: AuditVerdict) throws {
    if let broken = verdict.broken {
      throw StartFailure(
        "the audit trail is not whole: record \(broken) does not fit to the one before it; \(verdict.records) before it do"
      )
    }
    for gap in verdict.gaps {
      let range = "\(gap.numbers.lowerBound) to \(gap.numbers.upperBound)"
      print("records \(range) are not here: \(gap.isArchivedElsewhere ? "archived elsewhere" : "expired")")
    }
    let digest = verdict.last.map { String(format: "%02x", $0) }.joined()
    print("whole: \(verdict.records) record\(verdict.records == 1 ? "" : "s"), the last is \(digest)")
  }

  private static func tell(_ verdict: ExchangeVerdict) throws {
    if let fault = verdict.fault { throw StartFailure("the records of calls are not whole: \(fault)") }
    guard let first = verdict.first else { return print("calls: no records") }
    print("calls: whole: records \(first) to \(verdict.last), the last is \(verdict.hash)")
  }
}

extension AuditDesk.Ledger {
  fileprivate var head: AuditTaken? {
    if case .taken(let head) = self { return head }
    return nil
  }
}

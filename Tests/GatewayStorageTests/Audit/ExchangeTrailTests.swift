import Foundation
import GRDB
import GatewayCore
import Testing

@testable import GatewayStorage

/// Records of calls, in files.
@Suite struct ExchangeTrailTests {
  private let folder: TemporaryDirectory
  private let directory: AuditDirectory

  init() throws {
    folder = try TemporaryDirectory()
    directory = AuditDirectory(path: folder.path("audit"))
  }

  private static let now = WallTime(milliseconds: ledgerMoment)
  private static let nextDay = WallTime(milliseconds: ledgerMoment + 86_400_000)

  private func write(_ numbers: ClosedRange<UInt64>, now: WallTime = now, taken: AuditHead = .start) throws {
    let trail = try ExchangeTrail(directory, taken: taken)
    try trail.append(numbers.map { LedgerRows.row($0) }, now: now)
    trail.close()
  }

  private func texts() throws -> [String] {
    try directory.files(.exchanges).flatMap { file in
      try directory.lines(of: file).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  private func check(taken: AuditHead? = nil, expired: AuditHead? = nil) throws -> ExchangeVerdict {
    var check = ExchangeCheck(taken: taken)
    for file in directory.files(.exchanges) { check.take(try directory.lines(of: file), of: file.name) }
    check.finish { $0 == expired }
    return check.verdict
  }

  /// Writes the lines of the only file anew.
  private func change(_ change: (inout [String]) -> Void) throws {
    let file = try #require(directory.files(.exchanges).first)
    var lines = try texts()
    change(&lines)
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: directory.file(file.name)))
  }

  @Test func aRecordBeginsWithTheMembersThatAuditsAskFor() throws {
    let trail = try ExchangeTrail(directory, taken: .start)
    var row = LedgerRows.row(1)
    row.address = "192.168.1.100"
    row.model = #"a"b\"#
    try trail.append([row], now: Self.now)
    trail.close()
    let text = try #require(try texts().first)
    #expect(
      text.hasPrefix(
        #"{"timestamp":"2026-11-21T10:00:00Z","user_id":"app","action":"model_inference","model_id":"a\"b\\","#
          + #""input_length":15,"output_length":8,"status":"success","ip_address":"192.168.1.100","#))
    #expect(try JSONSerialization.jsonObject(with: Data(text.utf8)) is [String: Any])
    #expect(text.contains(#""cost":"0.0015","currency":"CNY""#))
    #expect(directory.files(.exchanges).map(\.name) == ["exchanges-000000000001-2026-11-21.jsonl"])
  }

  @Test func whatIsNotKnownIsNull() throws {
    let trail = try ExchangeTrail(directory, taken: .start)
    try trail.append([LedgerRow(id: ExchangeID(origin: 1, sequence: 1))], now: Self.now)
    trail.close()
    let text = try #require(try texts().first)
    #expect(
      text.contains(#""user_id":null,"action":"api_call","model_id":null,"input_length":null,"output_length":null"#))
    #expect(text.contains(#""ip_address":null"#))
  }

  @Test func anExchangeThatComesAgainIsNotRecordedAgainNorByANewProcess() throws {
    try write(1...3)
    try write(2...5)
    #expect(try texts().count == 5)
    #expect(try check().last == 5 && check().fault == nil)
  }

  @Test func whatAKilledProcessHasWrittenInPartIsTakenAwayAndWrittenAnew() throws {
    try write(1...3)
    let file = directory.file(try #require(directory.files(.exchanges).first).name)
    let whole = try Data(contentsOf: URL(filePath: file))
    try whole.dropLast(100).write(to: URL(filePath: file))
    try write(1...4)
    #expect(try check() == ExchangeVerdict(files: 1, first: 1, last: 4, hash: check().hash, fault: nil))
    #expect(try Data(contentsOf: URL(filePath: file)).starts(with: whole))
  }

  @Test func aFileWithoutARecordIsNoEnd() throws {
    try write(1...2)
    try Data(#"{"timest"#.utf8).write(
      to: URL(filePath: directory.file(AuditFile.exchanges(from: 3, day: "2026-11-22"))))
    try write(2...3, now: Self.nextDay)
    #expect(try check().last == 3 && check().fault == nil && check().files == 2)
  }

  @Test func eachDayHasAFileAndTheChainGoesOn() throws {
    let trail = try ExchangeTrail(directory, taken: .start)
    try trail.append([LedgerRows.row(1), LedgerRows.row(2)], now: Self.now)
    try trail.append([LedgerRows.row(3)], now: Self.nextDay)
    trail.close()
    #expect(
      directory.files(.exchanges).map(\.name) == [
        "exchanges-000000000001-2026-11-21.jsonl", "exchanges-000000000003-2026-11-22.jsonl",
      ])
    #expect(try check().fault == nil && check().last == 3)
  }

  @Test func aChangedLineIsFound() throws {
    try write(1...4)
    try change { $0[1] = $0[1].replacing("\"app\"", with: "\"bob\"") }
    #expect(try check().fault == .changed(file: "exchanges-000000000001-2026-11-21.jsonl", line: 2))
  }

  @Test(arguments: [[0, 2, 3], [0, 2, 1, 3], [0, 1, 1, 2, 3]])
  func aRemovedReorderedOrRepeatedLineIsFound(order: [Int]) throws {
    try write(1...4)
    try change { lines in lines = order.map { [lines] in lines[$0] } }
    guard case .outOfPlace = try check().fault else {
      Issue.record("\(try check())")
      return
    }
  }

  @Test func theBeginningMustBeThereUnlessItHasExpired() throws {
    try write(1...4)
    let first = try #require(ExchangeLine.read(Array(try texts()[0].utf8))).head
    try change { $0.removeFirst() }
    #expect(try check().fault == .beginningMissing(first: 2))
    #expect(try check(expired: first).fault == nil)
  }

  @Test func anEndThatWasCutOffOrWrittenAnewIsFoundByWhatTheLedgerHasTaken() throws {
    try write(1...4)
    let head = try #require(ExchangeLine.read(Array(try texts()[3].utf8))).head
    #expect(try check(taken: head).fault == nil)
    try change { $0.removeLast() }
    #expect(try check(taken: head).fault == .endMissing(last: 3, expected: 4))
    try write(5...6)
    #expect(try check(taken: head).fault == .replaced(number: 4))
  }

  @Test func afterTheLossOfFilesNumbersGoOnBehindWhatTheLedgerHasTaken() throws {
    try write(1...4)
    let head = try #require(ExchangeLine.read(Array(try texts()[3].utf8))).head
    try FileManager.default.removeItem(atPath: directory.path)
    try write(5...5, taken: head)
    #expect(try check(taken: head).first == 5)
    #expect(try check(taken: head).fault == .beginningMissing(first: 5))
  }

  @Test func twoProcessesDoNotWriteIntoOneDirectory() throws {
    let trail = try ExchangeTrail(directory, taken: .start)
    #expect(throws: StorageError.self) { try ExchangeTrail(directory, taken: .start) }
    trail.close()
    _ = try ExchangeTrail(directory, taken: .start)
  }

  // MARK: With the ledger

  @Test func whatTheLedgerTakesIsRecordedOnceAlsoWhenItIsKilledInBetween() throws {
    let fixture = try LedgerFixture()
    fixture.write((1...3).map { LedgerRows.row($0) })
    // The record is written, and the database is locked: so far came a process that was killed.
    var killed = fixture.mover(audit: directory)
    fixture.move(&killed)
    let other = try DatabaseQueue(path: fixture.ledgerPath)
    fixture.write((4...6).map { LedgerRows.row($0) }, named: 2)
    try other.inDatabase { database in
      try database.execute(sql: "BEGIN EXCLUSIVE")
      #expect(!fixture.move(&killed))
      try database.execute(sql: "COMMIT")
    }
    #expect(try texts().count == 6)
    killed.close()
    var mover = fixture.mover(try fixture.reopenedJournal(), audit: directory)
    #expect(fixture.move(&mover))
    #expect(try texts().count == 6 && fixture.exported().count == 6)
    let reader = try LedgerReader(fixture.database)
    defer { reader.close() }
    #expect(try reader.recorded(of: nil)?.head.number == 6)
    #expect(try check(taken: try reader.recorded(of: nil)?.head).fault == nil)
  }

  @Test func withoutARecordTheLedgerTakesNothingAndTheJournalKeepsIt() throws {
    let fixture = try LedgerFixture()
    fixture.write([LedgerRows.row(1)])
    try Data().write(to: URL(filePath: directory.path))
    var mover = fixture.mover(audit: directory)
    #expect(!fixture.move(&mover))
    #expect(!fixture.move(&mover))
    #expect(try fixture.exported().isEmpty)
    try FileManager.default.removeItem(atPath: directory.path)
    #expect(fixture.move(&mover))
    #expect(try fixture.exported().count == 1 && texts().count == 1)
    guard case .auditUnwritable = fixture.events.all.first else {
      Issue.record("\(fixture.events.all)")
      return
    }
    #expect(fixture.events.all.dropFirst() == [.auditWorks])
  }
}

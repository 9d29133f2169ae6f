import Foundation
import GRDB
import GatewayCore
import Testing

@testable import GatewayStorage

@Suite struct LedgerMoverTests {
  @Test func aLedgerOfAnEarlierVersionKeepsItsSums() throws {
    let fixture = try LedgerFixture()
    let queue = try DatabaseQueue(path: fixture.ledgerPath)
    try LedgerSchema.migrator.migrate(queue, upTo: "1 ledger")
    try queue.write { database in
      let names = UsageSum.columns.filter { $0 != "hits" }
      let columns = names.joined(separator: ", ")
      let numbers = names.map { _ in "5" }.joined(separator: ", ")
      try database.execute(
        sql: """
          INSERT INTO usage_subject (id, consumer, team, gateway_key, route, provider, target, version, currency)
          VALUES (3, 'app', '', '', 'fast', 'a', 'a/m', '', 'CNY');
          INSERT INTO usage_day (day, subject, \(columns)) VALUES (20000, 3, \(numbers));
          """)
    }
    try queue.close()
    var mover = fixture.mover()
    fixture.write([LedgerRows.row(1)])
    #expect(fixture.move(&mover))
    #expect(try fixture.usage().map(\.requests) == [6])
  }

  @Test func rowsOfAnEarlierVersionStayAndAreKnownWhenTheyComeAgain() throws {
    let fixture = try LedgerFixture()
    let queue = try DatabaseQueue(path: fixture.ledgerPath)
    try LedgerSchema.migrator.migrate(queue, upTo: "2 organisations")
    var row = LedgerRows.row(1)
    row.organisation = "acme"
    try queue.write { database in
      // The last three came later.
      var batch = SQLBatch("exchange", LedgerColumn.stored.dropLast(3))
      batch.append(SQLRows.of([row]).values(of: 0, first: batch.columns.count))
      try SQLiteSession(database: database).write(batch)
    }
    try queue.close()
    fixture.write([row, LedgerRows.row(2)])
    var mover = fixture.mover()
    #expect(fixture.move(&mover))
    #expect(mover.rows == 1)
    let lines = try fixture.exported()
    #expect(lines.count == 2 && lines[0].contains(#""organisation":"acme""#) && !lines[1].contains("acme"))
  }

  @Test func sumsAreThoseOfTheRowsWhateverTheHourAndTheSubject() throws {
    let fixture = try LedgerFixture()
    let hour: Int64 = 3_600_000
    let rows = (1...3000).map {
      LedgerRows.row($0, consumer: "app-\($0 % 7)", endedAt: ledgerMoment - Int64($0 % 30) * hour)
    }
    fixture.write(rows)
    var mover = fixture.mover()
    #expect(fixture.move(&mover))
    for day in [false, true] {
      let span: UsageQuery.Span = day ? .days(0..<100_000) : .hours(0..<1_000_000)
      let reader = try LedgerReader(fixture.database)
      defer { reader.close() }
      let lines = try reader.usage(UsageQuery(span: span, dimensions: [.consumer, day ? .day : .hour]))
      let expected = Dictionary(grouping: rows) { row in
        ["\(row.consumer ?? "")", "\(row.endedAt / (day ? 24 * hour : hour))"]
      }
      #expect(
        Dictionary(uniqueKeysWithValues: lines.map { ($0.names, $0.requests) })
          == expected.mapValues { Int64($0.count) })
      #expect(lines.allSatisfy { $0.tokens[4] == $0.requests * 6 && $0.costs == ["CNY": $0.requests * 1_500_000] })
    }
  }

  @Test func aLockedDatabaseLosesNothing() throws {
    let fixture = try LedgerFixture()
    var mover = fixture.mover()
    fixture.move(&mover)
    let other = try DatabaseQueue(path: fixture.ledgerPath)
    fixture.write([LedgerRows.row(1)])
    try other.inDatabase { database in
      try database.execute(sql: "BEGIN EXCLUSIVE")
      #expect(!fixture.move(&mover))
      try database.execute(sql: "COMMIT")
    }
    #expect(fixture.move(&mover))
    #expect(try fixture.exported().count == 1)
    #expect(fixture.events.all == [.databaseUnavailable(.busy(path: fixture.ledgerPath)), .databaseWorks])
  }

  @Test func aDatabaseThatCannotBeOpenedIsToldOnceAndTriedAgain() throws {
    let fixture = try LedgerFixture()
    fixture.write([LedgerRows.row(1)])
    try FileManager.default.createDirectory(atPath: fixture.ledgerPath, withIntermediateDirectories: false)
    var mover = fixture.mover()
    #expect(!fixture.move(&mover))
    #expect(!fixture.move(&mover))
    #expect(fixture.events.all.count == 1)
    try FileManager.default.removeItem(atPath: fixture.ledgerPath)
    #expect(fixture.move(&mover))
    #expect(try fixture.exported().count == 1)
  }
}

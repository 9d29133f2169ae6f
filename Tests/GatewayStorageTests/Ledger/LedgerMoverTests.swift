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
      let columns = UsageSum.columns.joined(separator: ", ")
      let numbers = UsageSum.columns.map { _ in "5" }.joined(separator: ", ")
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

import Foundation
import GatewayCore
import Testing

@testable import GatewayStorage

@Suite struct JournalTests {
  @Test func beyondItsLimitTheOldestAreKeptAndNewOnesAreCounted() throws {
    let fixture = try LedgerFixture()
    var writer = JournalWriter(fixture.journal, limit: 2000) { 1 }
    for number in 1...100 {
      writer.append(LedgerRows.row(UInt64(number)))
      writer.flush()
    }
    let kept = 100 - writer.lost
    #expect(writer.isFull && kept > 5 && kept < 20)
    #expect(fixture.journal.total < 2500)
    var reader = JournalReader(fixture.journal)
    let batch = try #require(reader.next(limit: 1000))
    #expect(batch.rows.read.map(\.id.sequence) == (1...UInt64(kept)).map { $0 })
    reader.moved(batch)
  }

  @Test func aSegmentThatIsStillWrittenIsReadAsFarAsItGoes() throws {
    let fixture = try LedgerFixture()
    var writer = JournalWriter(fixture.journal, limit: 1 << 30) { 1 }
    var reader = JournalReader(fixture.journal)
    for number in 1...3 {
      writer.append(LedgerRows.row(UInt64(number)))
      writer.flush()
      let batch = try #require(reader.next(limit: 1000))
      #expect(batch.rows.read.map(\.id.sequence) == [UInt64(number)] && batch.finalLength == nil)
      reader.moved(batch)
      #expect(reader.next(limit: 1000) == nil)
    }
    #expect(fixture.journal.segments().count == 1)
  }

  @Test func aSegmentOfALivingProcessIsLeftAlone() throws {
    let fixture = try LedgerFixture()
    var writer = JournalWriter(fixture.journal, limit: 1 << 30) { 1 }
    writer.append(LedgerRows.row(1))
    writer.flush()
    let other = JournalReader(try fixture.reopenedJournal())
    #expect(other.next(limit: 10) == nil)
    writer.end()
    #expect(other.next(limit: 10)?.rows.count == 1)
  }

  @Test func aDirectoryThatIsGoneIsMadeAnewAndNothingIsLost() throws {
    let fixture = try LedgerFixture()
    try FileManager.default.removeItem(atPath: fixture.journal.path)
    var writer = JournalWriter(fixture.journal, limit: 1 << 30) { 1 }
    writer.append(LedgerRows.row(1))
    writer.flush()
    #expect(writer.failure != nil)
    writer.flush()
    #expect(writer.failure == nil && writer.lost == 0)
    #expect(JournalReader(fixture.journal).next(limit: 10)?.rows.count == 1)
  }

  @Test func segmentsAreReadInTheOrderInWhichTheyWereWritten() throws {
    let fixture = try LedgerFixture()
    for number in [5, 10, 1] { fixture.write([LedgerRows.row(UInt64(number))], named: Int64(number)) }
    var reader = JournalReader(fixture.journal)
    var seen: [UInt64] = []
    while let batch = reader.next(limit: 10) {
      seen += batch.rows.read.map(\.id.sequence)
      reader.moved(batch)
    }
    #expect(seen == [1, 5, 10])
    #expect(fixture.journal.segments().isEmpty && fixture.journal.total == 0)
  }
}

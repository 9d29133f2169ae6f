import Foundation
import GatewayCore
import Testing

@testable import GatewayStorage

extension PostgresTests {
  /// What every database of the ledger does the same way.
  @Suite struct LedgerContract {
    @Test(arguments: DatabaseKind.allCases) func rowsAndSumsArriveAndTheSegmentGoes(_ kind: DatabaseKind) async throws {
      try await kind.withLedger { fixture throws in
        fixture.write((1...2500).map { LedgerRows.row($0) })
        var mover = fixture.mover()
        #expect(fixture.move(&mover))
        #expect(mover.rows == 2500)
        let line = try #require(try fixture.usage().first)
        #expect(line.requests == 2500 && line.tokens[0] == 25_000 && line.costs == ["CNY": 2500 * 1_500_000])
        #expect(line.firstTokens == 2500 && line.firstTokenMicroseconds == 2500 * 200_000 && line.errors == 0)
        #expect(fixture.journal.segments().isEmpty)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func teamsAndOrganisationsAreSummedUpByThemselves(_ kind: DatabaseKind)
      async throws
    {
      try await kind.withLedger { fixture throws in
        var rows = (1...3).map { LedgerRows.row($0) }
        for (index, team) in ["research", "sales"].enumerated() {
          rows[index].team = team
          rows[index].organisation = "acme"
        }
        fixture.write(rows)
        var mover = fixture.mover()
        #expect(fixture.move(&mover))
        #expect(
          try fixture.usage([.organisation, .team]).map(\.names) == [
            ["", ""], ["acme", "research"], ["acme", "sales"],
          ])
        #expect(try fixture.usage([.organisation]).map(\.requests) == [1, 2])
        #expect(try fixture.exported().first?.contains(#""team":"research","organisation":"acme""#) == true)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aBatchThatComesAgainChangesNothing(_ kind: DatabaseKind) async throws {
      try await kind.withLedger { fixture throws in
        let rows = (1...10).map { LedgerRows.row($0) }
        fixture.write(rows)
        var mover = fixture.mover()
        fixture.move(&mover)
        fixture.write(rows + [LedgerRows.row(11)], named: 2)
        fixture.move(&mover)
        #expect(mover.rows == 11)
        #expect(try fixture.usage().map(\.requests) == [11])
        #expect(try fixture.exported().count == 11)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aJournalThatOutlivedItsMoveIsNotCountedTwice(_ kind: DatabaseKind)
      async throws
    {
      try await kind.withLedger { fixture throws in
        fixture.write((1...10).map { LedgerRows.row($0) })
        let segment = try #require(fixture.journal.segments().first)
        let copy = try Data(contentsOf: URL(filePath: fixture.journal.file(segment)))
        var first = fixture.mover()
        fixture.move(&first)
        first.close()
        // As after a crash between the commit and the removal.
        try copy.write(to: URL(filePath: fixture.journal.file(segment)))
        var second = fixture.mover(try fixture.reopenedJournal())
        #expect(fixture.move(&second))
        #expect(second.rows == 0)
        #expect(try fixture.usage().map(\.requests) == [10])
        #expect(fixture.journal.segments().isEmpty)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func theEndOfAKilledProcessIsToldAndPassedOver(_ kind: DatabaseKind)
      async throws
    {
      try await kind.withLedger { fixture throws in
        fixture.write([LedgerRows.row(1), LedgerRows.row(2)])
        let segment = try #require(fixture.journal.segments().first)
        let url = URL(filePath: fixture.journal.file(segment))
        try Data(contentsOf: url).dropLast(7).write(to: url)
        var mover = fixture.mover(try fixture.reopenedJournal())
        #expect(fixture.move(&mover))
        #expect(try fixture.exported().count == 1)
        #expect(fixture.events.all.contains { if case .damaged(segment, _) = $0 { true } else { false } })
        #expect(fixture.journal.segments().isEmpty)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func whatIsOldGoesByItsOwnAge(_ kind: DatabaseKind) async throws {
      try await kind.withLedger { fixture throws in
        let day: Int64 = 86_400_000
        fixture.write([0, 91, 401, 3651].map { LedgerRows.row(UInt64($0), endedAt: ledgerMoment - $0 * day) })
        var mover = fixture.mover()
        #expect(fixture.move(&mover))
        #expect(try fixture.exported().count == 1)
        #expect(try fixture.usage().map(\.requests) == [3])
        let reader = try LedgerReader(fixture.database)
        #expect(try reader.usage(UsageQuery(span: .hours(0..<1_000_000), dimensions: [])).map(\.requests) == [2])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func daysBeginWhereTheZoneSays(_ kind: DatabaseKind) async throws {
      try await kind.withLedger { fixture throws in
        fixture.settings.zone = ZoneOffsets(name: "Asia/Shanghai", first: 28_800)
        // 15:59 and 16:00 UTC: before and after midnight in Shanghai.
        fixture.write([
          LedgerRows.row(1, endedAt: ledgerMoment + 6 * 3_600_000 - 1),
          LedgerRows.row(2, endedAt: ledgerMoment + 6 * 3_600_000),
        ])
        var mover = fixture.mover()
        fixture.move(&mover, now: ledgerMoment + 7 * 3_600_000)
        #expect(try fixture.usage([.day]).map(\.names) == [["20778"], ["20779"]])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func usageIsGroupedAndItsCurrenciesAreKeptApart(_ kind: DatabaseKind)
      async throws
    {
      try await kind.withLedger { fixture throws in
        var dollars = LedgerRows.row(2)
        dollars.currency = "USD"
        var free = LedgerRows.row(3)
        (free.costBillionths, free.currency, free.outcome) = (nil, nil, "failed")
        fixture.write([LedgerRows.row(1), dollars, free, LedgerRows.row(4, consumer: "other")])
        var mover = fixture.mover()
        fixture.move(&mover)
        let lines = try fixture.usage([.consumer, .model])
        #expect(lines.map(\.names) == [["app", "fast"], ["other", "fast"]])
        #expect(lines[0].costs == ["CNY": 1_500_000, "USD": 1_500_000])
        #expect(lines[0].requests == 3 && lines[0].unpriced == 1 && lines[0].errors == 1)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func anExportPagesThroughExchangesThatEndedTogether(_ kind: DatabaseKind)
      async throws
    {
      try await kind.withLedger { fixture throws in
        fixture.write((1...4500).map { LedgerRows.row($0) })
        var mover = fixture.mover()
        fixture.move(&mover)
        let lines = try fixture.exported()
        #expect(Set(lines).count == 4500)
        #expect(
          lines[0]
            == #"{"id":"00000000000000079e3779b97f4a7c15","started_at":"2026-11-21T09:59:59.100Z","#
            + #""ended_at":"2026-11-21T10:00:00.000Z","outcome":"success","status":200,"surface":"chat.completions","#
            + #""stream":true,"consumer":"app","model":"fast","route":"fast","target":"a/m","provider":"a","#
            + #""input_uncached":10,"input_cached":5,"cache_write":0,"input_audio":0,"output":6,"reasoning":2,"#
            + #""output_audio":0,"estimated":false,"cost":"0.001500000","currency":"CNY","price":"2026-01","#
            + #""duration_ms":900.0,"ttft_ms":200.0,"bytes_in":0,"bytes_out":0,"revision":0,"#
            + #""attempts":[{"target":"a/m","status":200,"ms":900}]}"#)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func textsThatCallersMakeUpStopNothing(_ kind: DatabaseKind) async throws {
      try await kind.withLedger { fixture throws in
        var row = LedgerRows.row(1)
        row.model = "a\0'\";\u{10FFFF}\n?$1"
        row.errorCode = String(repeating: "界", count: 170)
        fixture.write([row, LedgerRows.row(2)])
        var mover = fixture.mover()
        #expect(fixture.move(&mover))
        #expect(try fixture.exported().count == 2)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aLedgerThatIsNotThereIsNoLedger(_ kind: DatabaseKind) async throws {
      try await kind.withLedger { fixture throws in
        let error = #expect(throws: StorageError.self) { try LedgerReader(fixture.database) }
        #expect(error?.description.contains("there is no ledger yet") == true)
      }
    }
  }
}

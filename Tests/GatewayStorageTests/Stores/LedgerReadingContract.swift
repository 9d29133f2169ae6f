import Foundation
import GatewayCore
import Testing

@testable import GatewayStorage

extension PostgresTests {
  /// What every database of the ledger answers the same way.
  @Suite struct LedgerReadingContract {
    private static let everything: Range<Int64> = 0..<Int64.max

    /// 300 exchanges, a second apart, the first the newest; every tenth failed, every third is of team blue.
    private static func rows(_ count: UInt64 = 300) -> [LedgerRow] {
      (0..<count).map { number in
        var row = LedgerRows.row(number, consumer: "c\(number % 7)", endedAt: ledgerMoment - Int64(number) * 1000)
        if number % 10 == 0 { (row.outcome, row.status, row.errorCode) = ("failed", 503, "upstream_error") }
        if number % 3 == 0 { row.team = "blue" }
        row.clientRequestID = "client-\(number)"
        row.key = "\(number % 2)"
        return row
      }
    }

    private func filled(
      _ kind: DatabaseKind, _ rows: [LedgerRow] = rows(), _ body: @escaping @Sendable (LedgerReader) throws -> Void
    ) async throws {
      try await kind.withLedger { fixture throws in
        fixture.write(rows)
        var mover = fixture.mover()
        #expect(fixture.move(&mover))
        let reader = try LedgerReader(fixture.database)
        defer { reader.close() }
        try body(reader)
      }
    }

    private static func query(limit: Int = 50, _ change: (inout ExchangeQuery) -> Void = { _ in }) -> ExchangeQuery {
      var query = ExchangeQuery(ended: everything, limit: limit)
      change(&query)
      return query
    }

    /// Follows the cursors to the end.
    private static func all(_ query: ExchangeQuery, _ reader: LedgerReader) throws -> [StoredExchange] {
      var query = query
      var found: [StoredExchange] = []
      for _ in 0..<1000 {
        let page = try reader.exchanges(query)
        found += page.exchanges
        guard let next = page.next else { return found }
        let isRead = ExchangeQuery.Cursor(text: next.text) == next
        #expect(isRead)
        query.after = next
      }
      Issue.record("the pages do not end")
      return found
    }

    @Test(arguments: DatabaseKind.allCases) func pagesHaveEachExchangeOnceTheNewestFirst(_ kind: DatabaseKind)
      async throws
    {
      // All end in one of two milliseconds.
      let rows = (0..<300).map { LedgerRows.row(UInt64($0), endedAt: ledgerMoment - Int64($0 % 2)) }
      try await filled(kind, rows) { reader in
        let found = try Self.all(Self.query(limit: 7), reader)
        #expect(found.count == 300 && Set(found.map(\.id)).count == 300)
        #expect(found.map(\.endedAt) == found.map(\.endedAt).sorted(by: >))
      }
    }

    @Test(arguments: DatabaseKind.allCases) func filtersMeanWhatTheySay(_ kind: DatabaseKind) async throws {
      try await filled(kind) { reader in
        func count(_ change: (inout ExchangeQuery) -> Void) throws -> Int {
          try Self.all(Self.query(limit: 50, change), reader).count
        }
        let expected: [(count: Int, change: (inout ExchangeQuery) -> Void)] = [
          (300, { _ in }),
          (43, { $0.matching = [.consumer: "c3"] }),
          (100, { $0.matching = [.team: "blue"] }),
          (150, { $0.matching = [.key: "1", .model: "fast", .provider: "a", .target: "a/m"] }),
          (30, { $0.matching = [.code: "upstream_error"] }),
          (30, { $0.endings = [.failed] }),
          (270, { $0.endings = [.completed] }),
          (300, { $0.endings = [.completed, .failed] }),
          (30, { $0.statuses = 503...503 }),
          (270, { $0.statuses = 200...299 }),
          (0, { $0.statuses = 400...499 }),
          (1, { $0.matching = [.clientRequestID: "client-17"] }),
          (9, { $0.ended = (ledgerMoment - 9000)..<ledgerMoment }),
          (0, { $0.matching = [.consumer: "' OR 1 = 1 --"] }),
        ]
        for (index, expectation) in expected.enumerated() {
          let found = try count(expectation.change)
          #expect(found == expectation.count, "filter \(index)")
        }
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aSearchForFewOfManyStopsAndGoesOn(_ kind: DatabaseKind) async throws {
      try await filled(kind) { reader in
        var query = Self.query { query in
          query.matching = [.clientRequestID: "client-250"]
          query.budget = 100
        }
        let first = try reader.exchanges(query)
        #expect(first.exchanges.isEmpty)
        #expect(first.searchedUntil == ledgerMoment - 99_000)
        query.after = first.next
        let second = try reader.exchanges(query)
        #expect(second.exchanges.isEmpty && second.searchedUntil == ledgerMoment - 199_000)
        query.after = second.next
        let third = try reader.exchanges(query)
        #expect(third.exchanges.map(\.clientRequestID) == ["client-250"])
        #expect(third.searchedUntil == ledgerMoment - 299_000)
        query.after = third.next
        #expect(try reader.exchanges(query).next == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func failuresAreFoundPastAnyNumberOfSuccesses(_ kind: DatabaseKind)
      async throws
    {
      try await filled(kind) { reader in
        let page = try reader.exchanges(
          Self.query(limit: 30) { query in
            query.endings = [.failed]
            query.budget = 31
          })
        #expect(page.exchanges.count == 30 && page.searchedUntil == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func anExchangeIsFoundByItsIDAndShownToItsTeamOnly(_ kind: DatabaseKind)
      async throws
    {
      var row = LedgerRows.row(1)
      row.team = "blue"
      row.attempts =
        #"[{"target":"b/m","credential":"b#1","status":503,"at":2,"ms":40,"failure":"server_error"},"#
        + #"{"target":"a/m","status":200,"at":43,"ms":850}]"#
      var timed = LedgerRow(id: ExchangeID(origin: 7, second: ledgerMoment / 1000 - 5, number: 3))
      timed.endedAt = ledgerMoment
      let timedID = timed.id
      #expect(timedID.second == ledgerMoment / 1000 - 5)
      try await filled(kind, [row, LedgerRows.row(2), timed]) { reader in
        let id = ExchangeID(origin: 7, sequence: 1).description
        #expect(try reader.exchange(id: timedID.description)?.id == timedID.description)
        let found = try #require(try reader.exchange(id: id))
        #expect(found.id == id && found.tokens == [10, 5, 0, 0, 6, 2, 0] && found.isStream)
        #expect(found.attempts.map(\.at) == [2, 43] && found.attempts[0].failure == "server_error")
        #expect(try reader.exchange(id: id.uppercased(), of: "blue") == found)
        #expect(try reader.exchange(id: id, of: "red") == nil)
        #expect(try reader.exchange(id: String(repeating: "0", count: 32)) == nil)
        #expect(try reader.exchange(id: "x") == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func whomLimitsRefusedIsCountedAmongTheNewest(_ kind: DatabaseKind)
      async throws
    {
      let rows = (0..<30).map { (number: UInt64) in
        var row = LedgerRows.row(
          number, consumer: number < 20 ? "a" : "b", endedAt: ledgerMoment - Int64(number) * 1000)
        if number % 2 == 0 { (row.outcome, row.status) = ("rejected", number % 4 == 0 ? 429 : 402) }
        if number % 2 == 1 { (row.outcome, row.status) = ("rejected", 403) }
        if number % 3 == 0 { row.team = "blue" }
        return row
      }
      try await filled(kind, rows) { reader throws in
        func counts(_ team: String? = nil, limit: Int = 5, budget: Int = 1000) throws -> [String] {
          try reader.limitedConsumers(ended: Self.everything, team: team, limit: limit, budget: budget)
            .map { "\($0.consumer) \($0.refusals)" }
        }
        #expect(try counts() == ["a 10", "b 5"])
        #expect(try counts("blue") == ["a 4", "b 1"])
        #expect(try counts(limit: 1) == ["a 10"])
        #expect(try counts(budget: 4) == ["a 2"])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func usageIsCutFilteredAndOrderedByCalls(_ kind: DatabaseKind) async throws
    {
      try await filled(kind) { reader in
        var query = UsageQuery(span: .days(0..<100_000), dimensions: [.consumer])
        (query.order, query.limit) = (.requests, 2)
        let busiest = try reader.usage(query)
        #expect(busiest.map(\.requests) == [43, 43] && busiest.map(\.names) == [["c0"], ["c1"]])
        query = UsageQuery(span: .days(0..<100_000), dimensions: [.consumer, .day])
        query.matching = [.team: "blue", .key: "0"]
        let lines = try reader.usage(query)
        #expect(lines.map(\.requests).reduce(0, +) == 50)
        #expect(lines.allSatisfy { $0.durations == $0.requests })
      }
    }

    @Test(arguments: DatabaseKind.allCases) func minutesOfRowsAddUpToTheSumsOfTheHour(_ kind: DatabaseKind) async throws
    {
      try await filled(kind) { reader in
        let minutes = try reader.minutes(ended: Self.everything, budget: 1000)
        var totals = UsageTotals()
        for minute in minutes { totals.add(minute.totals) }
        let sums = try reader.usage(UsageQuery(span: .days(0..<100_000), dimensions: []))
        #expect(totals == sums.first?.totals)
        #expect(Set(minutes.map(\.minute)).count == 6)
        #expect(Set(minutes.map(\.group.team)) == ["", "blue"])
        let newest = try reader.minutes(ended: Self.everything, budget: 10)
        #expect(newest.reduce(0) { $0 + $1.totals.requests } == 10)
      }
    }
  }
}

/// How SQLite looks for exchanges.
@Suite struct ExchangeSearchPlanTests {
  private func plan(_ change: (inout ExchangeQuery) -> Void) throws -> (search: String, floor: String) {
    let fixture = try LedgerFixture()
    fixture.write([LedgerRows.row(1)])
    var mover = fixture.mover()
    fixture.move(&mover)
    var query = ExchangeQuery(ended: 5..<Int64.max, limit: 50)
    query.after = ExchangeQuery.Cursor(endedAt: ledgerMoment, number: 9)
    change(&query)
    let reader = try LedgerReader(fixture.database)
    defer { reader.close() }
    func steps(_ statement: (sql: String, values: [SQLValue])) throws -> String {
      try reader.read { session in
        try session.all("EXPLAIN QUERY PLAN " + statement.sql, statement.values) { $0.text(3) ?? "" }
      }.joined(separator: "; ")
    }
    let floor = ExchangeQuery.Cursor(endedAt: 7, number: 1)
    return (try steps(query.statement(downTo: floor)), try steps(query.floorStatement))
  }

  @Test(arguments: ExchangeQuery.Member.allCases) func theIndexByTimeLeadsAndNothingIsSorted(
    _ member: ExchangeQuery.Member
  ) throws {
    let plan = try plan { $0.matching = [member: "x"] }
    // Rows of one moment may be sorted; those of others come as the index has them.
    let bySearch = "SEARCH exchange USING INDEX exchange_by_end (ended_at>? AND ended_at<?)"
    let byFloor = "SEARCH exchange USING COVERING INDEX exchange_by_end (ended_at>? AND ended_at<?)"
    let rest = "; USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"
    #expect(plan.search == bySearch || plan.search == bySearch + rest)
    #expect(plan.floor == byFloor || plan.floor == byFloor + rest)
  }

  @Test func anIDIsSoughtInTheIndexByTimeAndNotInTheRows() throws {
    let fixture = try LedgerFixture()
    fixture.write([LedgerRows.row(1)])
    var mover = fixture.mover()
    fixture.move(&mover)
    let reader = try LedgerReader(fixture.database)
    defer { reader.close() }
    for (condition, values, step) in [
      ("", [SQLValue.bytes([1])], "SCAN exchange USING COVERING INDEX exchange_by_end"),
      (
        "AND ended_at >= ? AND ended_at < ?", [.bytes([1]), .integer(1), .integer(2)],
        "SEARCH exchange USING COVERING INDEX exchange_by_end (ended_at>? AND ended_at<?)"
      ),
    ] {
      let steps = try reader.read { session in
        try session.all("EXPLAIN QUERY PLAN " + LedgerReader.statement(ofID: condition), values) { $0.text(3) ?? "" }
      }
      #expect(steps.contains("SEARCH exchange USING INTEGER PRIMARY KEY (rowid=?)"), "\(steps)")
      #expect(steps.contains(step), "\(steps)")
    }
  }

  @Test func failuresHaveAnIndexOfTheirOwn() throws {
    for change: (inout ExchangeQuery) -> Void in [
      { $0.endings = [.failed, .cut, .limited, .refused, .aborted] }, { $0.statuses = 500...599 },
      { ($0.endings, $0.matching) = ([.failed], [.provider: "a"]) },
    ] {
      let plan = try plan(change)
      #expect(plan.search == "SEARCH exchange USING INDEX exchange_in_trouble (ended_at>? AND ended_at<?)")
      #expect(plan.floor.contains("INDEX exchange_in_trouble (ended_at>? AND ended_at<?)"))
    }
  }

  @Test func successesAreNotSoughtAmongFailures() throws {
    let both = try plan { $0.endings = [.completed, .failed] }
    #expect(both.search.contains("exchange_by_end"))
    let all = try plan { $0.statuses = 200...599 }
    #expect(all.search.contains("exchange_by_end"))
  }
}

/// The thread that asks.
@Suite struct LedgerDeskTests {
  private func fixture(rows: Int) throws -> LedgerFixture {
    let fixture = try LedgerFixture()
    guard rows > 0 else { return fixture }
    fixture.write((0..<rows).map { LedgerRows.row(UInt64($0)) })
    var mover = fixture.mover()
    fixture.move(&mover)
    mover.close()
    return fixture
  }

  @Test func questionsAreAnsweredFromOneConnection() async throws {
    let fixture = try fixture(rows: 3)
    let desk = LedgerDesk(fixture.database)
    let first = try await desk.ask(or: nil) { ObjectIdentifier($0) }
    let second = try await desk.ask(or: nil) { ObjectIdentifier($0) }
    #expect(first != nil && first == second)
    let found = try await desk.ask(or: 0) {
      try $0.exchanges(ExchangeQuery(ended: 0..<Int64.max, limit: 9)).exchanges.count
    }
    #expect(found == 3)
    desk.close()
  }

  @Test func aLedgerThatIsNotThereYetHasNothing() async throws {
    let fixture = try fixture(rows: 0)
    let desk = LedgerDesk(fixture.database)
    let before = try await desk.ask(or: -1) { _ in 1 }
    #expect(before == -1)
    fixture.write([LedgerRows.row(1)])
    var mover = fixture.mover()
    fixture.move(&mover)
    let after = try await desk.ask(or: -1) { _ in 1 }
    #expect(after == 1)
    desk.close()
  }

  @Test func whoComesWhileManyWaitIsToldSo() async throws {
    let fixture = try fixture(rows: 1)
    defer { withExtendedLifetime(fixture) {} }
    let desk = LedgerDesk(fixture.database)
    let latch = DispatchSemaphore(value: 0)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<33 {
        group.addTask {
          do {
            try await desk.ask(or: ()) { _ in latch.wait() }
            return true
          } catch LedgerDesk.Refusal.crowded {
            return false
          }
        }
      }
      // The one too many comes back at once, whichever it is.
      let first = try await group.next()
      #expect(first == false)
      for _ in 0..<32 { latch.signal() }
      for try await isAnswered in group { #expect(isAnswered) }
    }
    desk.close()
  }

  @Test func whoHasGoneIsNotAnswered() async throws {
    let fixture = try fixture(rows: 1)
    defer { withExtendedLifetime(fixture) {} }
    let desk = LedgerDesk(fixture.database)
    let latch = DispatchSemaphore(value: 0)
    async let first: Void = desk.ask(or: ()) { _ in latch.wait() }
    let second = Task { try await desk.ask(or: 0) { _ in 1 } }
    second.cancel()
    latch.signal()
    try await first
    await #expect(throws: LedgerDesk.Refusal.cancelled) { try await second.value }
    desk.close()
  }
}

import Foundation
import GatewayCore
import GatewayTesting
import Testing

@testable import GatewayStorage

extension PostgresTests {
  /// One ledger of several nodes.
  @Suite struct LedgerOfNodes {
    private func ledger(_ fixture: DatabaseFixture, node: String) throws -> LedgerDatabase {
      LedgerDatabase(try fixture.location.openLedger(), node: node, zone: .utc)
    }

    private func batch(_ rows: [LedgerRow], segment: String = "s", end: Int = 1) -> JournalReader.Batch {
      JournalReader.Batch(segment: segment, rows: .of(rows), end: end, finalLength: nil, damaged: 0)
    }

    @Test func namesThatAreTheSameToSomebodyStopNothing() async throws {
      try await DatabaseKind.postgres.with { fixture in
        try await onThread {
          let ledger = try ledger(fixture, node: "a")
          let targets = ["p/caf\u{E9}", "p/cafe\u{301}", "p/a\0", "p/a\u{FFFD}"]
          let rows = targets.enumerated().map { number, target in
            var row = LedgerRows.row(UInt64(number + 1))
            row.target = target
            return row
          }
          #expect(try ledger.move(batch(rows), forget: []) == 4)
          ledger.close()
        }
      }
    }

    @Test func nodesThatWriteTheSameSumsAtOnceLoseNothingAndDoNotBlockEachOther() async throws {
      try await DatabaseKind.postgres.with { fixture in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for node in 0..<4 {
            group.addTask {
              try await onThread {
                let ledger = try self.ledger(fixture, node: "node\(node)")
                for round in 0..<20 {
                  // All nodes write the same 40 subjects, each in an order of its own.
                  let rows = (0..<40).shuffled().map { consumer in
                    LedgerRows.row(UInt64(node * 10_000 + round * 100 + consumer), consumer: "c\(consumer)")
                  }
                  #expect(try ledger.move(self.batch(rows, end: round), forget: []) == 40)
                }
                ledger.close()
              }
            }
          }
          try await group.waitForAll()
        }
        let reader = try LedgerReader(fixture.location)
        let lines = try reader.usage(UsageQuery(span: .days(0..<100_000), dimensions: [.consumer]))
        #expect(lines.map(\.requests) == Array(repeating: 80, count: 40))
        reader.close()
      }
    }

    @Test func segmentsOfTheSameNameHaveAPositionForEachNode() async throws {
      try await DatabaseKind.postgres.with { fixture in
        let (one, two) = (try ledger(fixture, node: "one"), try ledger(fixture, node: "two"))
        _ = try one.move(batch([LedgerRows.row(1)], end: 10), forget: [])
        _ = try two.move(batch([LedgerRows.row(2)], end: 20), forget: [])
        #expect(try one.positions() == ["s": 10])
        _ = try one.move(batch([], segment: "t", end: 5), forget: ["s"])
        #expect(try one.positions() == ["t": 5])
        #expect(try two.positions() == ["s": 20])
      }
    }

    @Test func anExchangeThatComesFromTwoNodesIsThereOnce() async throws {
      try await DatabaseKind.postgres.with { fixture in
        let (one, two) = (try ledger(fixture, node: "one"), try ledger(fixture, node: "two"))
        #expect(try one.move(batch([LedgerRows.row(1), LedgerRows.row(1)]), forget: []) == 1)
        #expect(try two.move(batch([LedgerRows.row(2), LedgerRows.row(1)]), forget: []) == 1)
        let reader = try LedgerReader(fixture.location)
        #expect(try reader.usage(UsageQuery(span: .days(0..<100_000), dimensions: [])).map(\.requests) == [2])
      }
    }
  }
}

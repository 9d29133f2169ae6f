import GatewayCore
import Testing

@testable import GatewayStorage

/// Gaps in the trail of changes, of which later records tell.
@Suite struct AuditChainTests {
  /// Eight records, and those that tell where they are: the first five archived by `a`, the others by `b`.
  private static func records(expiredThrough: Int64? = nil) -> [AuditRecord] {
    var records: [AuditRecord] = []
    func add(_ entry: AuditEntry) {
      records.append(
        AuditRecord(
          number: Int64(records.count + 1), at: WallTime(milliseconds: 0), author: .gateway, entry: entry,
          previous: records.last?.digest ?? AuditRecord.start))
    }
    func tell(_ through: Int64, of node: String, isExpiry: Bool = false) {
      let anchor = AuditAnchor(
        kind: .changes, isExpiry: isExpiry, through: through, hash: records[Int(through) - 1].digest, node: node)
      add(anchor.entry(of: AuditFile.changes(1...through)))
    }
    for number in 1...8 { add(AuditEntry("models.put", "m\(number)")) }
    tell(5, of: "a")
    tell(8, of: "b")
    if let expiredThrough { tell(expiredThrough, of: "a", isExpiry: true) }
    return records
  }

  private func verdict(_ records: some Sequence<AuditRecord>, on node: String, needsArchives: Bool = true)
    -> AuditVerdict
  {
    var chain = AuditChain(node: node, needsArchives: needsArchives)
    for record in records { chain.take(record) }
    return chain.verdict
  }

  @Test func whatThisNodeHasArchivedIsMissedAlsoBeforeWhatAnotherHas() {
    let left = Self.records().dropFirst(8)
    #expect(verdict(left, on: "a").broken == 9)
    #expect(verdict(left, on: "b").broken == 9)
    #expect(verdict(left, on: "c").gaps == [.init(numbers: 1...8, isArchivedElsewhere: true)])
    #expect(verdict(left, on: "a", needsArchives: false).broken == nil)
  }

  @Test func whatThisNodeHasArchivedAndLetExpireIsNotMissed() {
    let left = Self.records(expiredThrough: 5).dropFirst(8)
    #expect(verdict(left, on: "a").gaps == [.init(numbers: 1...8, isArchivedElsewhere: true)])
    #expect(verdict(Self.records(expiredThrough: 3).dropFirst(8), on: "a").broken == 9)
  }

  @Test func withTheOwnFilesOnlyTheOthersAreElsewhere() {
    let records = Self.records()
    let there = records.prefix(5) + records.dropFirst(8)
    #expect(verdict(there, on: "a").gaps == [.init(numbers: 6...8, isArchivedElsewhere: true)])
    #expect(verdict(there, on: "b").broken == 9)
  }
}

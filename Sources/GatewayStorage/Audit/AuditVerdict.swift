/// What a look at the trail of changes has found.
package struct AuditVerdict: Hashable, Sendable {
  /// Records that are gone, and said to be so by a later record.
  package struct Gap: Hashable, Sendable {
    package var numbers: ClosedRange<Int64>
    /// Else they are older than files are kept.
    package var isArchivedElsewhere: Bool
  }

  /// The number of the last record that fits.
  package var records: Int64
  /// The first record that does not fit to the one before it: it, or the one before, was changed, or one between them is gone.
  package var broken: Int64?
  /// The digest of the last record: kept elsewhere, it also shows whether the end of the trail was cut off.
  package var last: [UInt8]
  package var gaps: [Gap] = []
}

/// Follows the trail of changes, record by record: each holds the digest of the one before. Where records are missing, a later one
/// must say that they were archived or have expired.
struct AuditChain {
  private struct Break {
    var after: Int64
    var number: Int64
    var previous: [UInt8]
  }

  /// Of this node; its own archive files should be there.
  private let node: String?
  private let needsArchives: Bool
  private(set) var number: Int64 = 0
  private(set) var last = AuditRecord.start
  private var breaks: [Break] = []
  /// What records say of the end of others that are gone.
  private var anchors: [AuditAnchor] = []

  /// - Parameter needsArchives: whether what this node has archived must be among the records.
  init(node: String?, needsArchives: Bool) {
    self.node = node
    self.needsArchives = needsArchives
  }

  mutating func take(_ record: AuditRecord) {
    if record.number != number + 1 || record.previous != last {
      breaks.append(Break(after: number, number: record.number, previous: record.previous))
    }
    if let anchor = AuditAnchor(of: record), anchor.kind == .changes { anchors.append(anchor) }
    number = record.number
    last = record.digest
  }

  var verdict: AuditVerdict {
    var verdict = AuditVerdict(records: number, broken: nil, last: last)
    for gap in breaks {
      let said = anchors.filter { $0.through == gap.number - 1 && $0.hash == gap.previous }
      let isExpired = said.contains(where: \.isExpiry)
      let isElsewhere = said.contains { !needsArchives || $0.node != node }
      guard gap.number > gap.after + 1, isExpired || isElsewhere && !lacksOwnFile(gap) else {
        verdict.records = gap.after
        verdict.broken = gap.number
        return verdict
      }
      verdict.gaps.append(
        AuditVerdict.Gap(numbers: gap.after + 1...gap.number - 1, isArchivedElsewhere: !isExpired))
    }
    return verdict
  }

  /// Whether some of what is missing was archived by this node, and has not expired: those files should be here, whoever has
  /// archived the rest.
  private func lacksOwnFile(_ gap: Break) -> Bool {
    guard needsArchives else { return false }
    let own = anchors.filter { $0.node == node && $0.through > gap.after && $0.through < gap.number }
    let expired = own.filter(\.isExpiry).map(\.through).max() ?? gap.after
    return own.contains { !$0.isExpiry && $0.through > expired }
  }
}

import GatewayCore

/// Looks whether audit records are whole: in the database, in the archive files of this node, and in its files of calls.
package struct AuditVerifier: Sendable {
  /// Why a file is no part of the trail.
  package struct FileFault: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

  // So many rows at once lie in memory.
  private static let page = 5_000

  private let store: DatabaseStore
  private let directory: AuditDirectory

  package init(_ store: DatabaseStore, _ directory: AuditDirectory) {
    self.store = store
    self.directory = directory
  }

  /// Follows the trail of changes through archive files into the database.
  /// - Parameter needsArchives: whether what this node has archived must still be in its directory.
  /// - Throws: `FileFault` for a line that was changed.
  package func changes(needsArchives: Bool = true) async throws -> AuditVerdict {
    var chain = AuditChain(node: store.node, needsArchives: needsArchives)
    try await each { chain.take($0) }
    return chain.verdict
  }

  /// Follows the records of calls through the files of this node.
  /// - Parameter taken: how far the ledger has taken them; nil: nobody knows.
  package func exchanges(taken: AuditTaken?) async throws -> ExchangeVerdict {
    var check = ExchangeCheck(taken: taken?.head)
    for file in directory.files(.exchanges) { check.take(try directory.lines(of: file), of: file.name) }
    var expired: Set<AuditHead> = []
    if check.before != .start || check.verdict.first == nil {
      try await each { record in
        guard let anchor = AuditAnchor(of: record), anchor.kind == .exchanges, anchor.isExpiry else { return }
        expired.insert(AuditHead(number: anchor.through, hash: HexText.write(anchor.hash)))
      }
    }
    check.finish { expired.contains($0) }
    return check.verdict
  }

  /// Hands out the records of changes from the oldest to the newest.
  package func each(_ body: (AuditRecord) throws -> Void) async throws {
    // Of what a killed process has archived and not removed, the rows count.
    let first = try await store.auditRecords(after: 0, limit: 1).first?.number ?? .max
    for file in directory.files(.changes) where file.first < first {
      for (record, _) in try Self.records(of: file, in: directory) where record.number < first { try body(record) }
    }
    var last: Int64 = 0
    while true {
      let page = try await store.auditRecords(after: last, limit: Self.page)
      for record in page { try body(record) }
      guard page.count == Self.page, let end = page.last else { return }
      last = end.number
    }
  }

  /// Looks at files by themselves, wherever they are.
  /// - Parameter paths: in the order of their records.
  package static func files(_ paths: [String]) throws -> (changes: AuditVerdict?, exchanges: ExchangeVerdict?) {
    var records: [AuditRecord] = []
    var check = ExchangeCheck()
    for path in paths {
      let name = String(path.split(separator: "/").last ?? "")
      guard let file = AuditFile(name: name) else {
        throw FileFault(
          description: "'\(path)' is no file of audit records: they are called changes-….jsonl and exchanges-….jsonl")
      }
      let place = AuditDirectory(path: path.contains("/") ? String(path.dropLast(name.count + 1)) : ".")
      switch file.kind {
      case .changes: records += try Self.records(of: file, in: place).map(\.record)
      case .exchanges: check.take(try place.lines(of: file), of: name)
      }
    }
    return (records.isEmpty ? nil : verdict(of: records), check.verdict.files == 0 ? nil : check.verdict)
  }

  /// The first record is taken as it is.
  private static func verdict(of records: [AuditRecord]) -> AuditVerdict {
    var verdict = AuditVerdict(records: 0, broken: nil, last: AuditRecord.start)
    for record in records {
      if verdict.records > 0, record.number != verdict.records + 1 || record.previous != verdict.last {
        verdict.broken = record.number
        return verdict
      }
      verdict.records = record.number
      verdict.last = record.digest
    }
    return verdict
  }

  static func records(
    of file: AuditFile, in directory: AuditDirectory
  ) throws -> [(record: AuditRecord, line: [UInt8])] {
    var place = 0
    return try directory.lines(of: file).map { line in
      place += 1
      guard let record = AuditRecord(line: line) else {
        throw FileFault(description: "\(file.name):\(place) was changed, or is no record")
      }
      return (record, line)
    }
  }
}

/// How far the ledger has taken the records of calls.
package struct AuditTaken: Sendable {
  let head: AuditHead
}

extension LedgerReader {
  /// - Parameter node: nil: the only one.
  /// - Returns: nil: it has taken none.
  package func recorded(of node: String?) throws(StorageError) -> AuditTaken? {
    try read { try AuditHeadRow.read(of: node, in: $0) }.map { AuditTaken(head: $0) }
  }
}

import GatewayCore

/// Moves the journal into the database. Lives on the ledger's moving thread.
struct LedgerMover {
  private static let pruneInterval: Int64 = 60_000

  private let settings: LedgerSettings
  private let location: DatabaseLocation
  private let node: String?
  private let onEvent: @Sendable (LedgerEvent) -> Void
  private var reader: JournalReader
  private var database: LedgerDatabase?
  /// Segments that are gone and whose positions are still in the database.
  private var finished: [String] = []
  /// Where each exchange is recorded before the database has it.
  private let audit: AuditDirectory?
  private var trail: ExchangeTrail?
  private var isFailing = false
  private var isUnrecorded = false
  private var nextPrune: Int64 = 0
  private var directory: JournalDirectory
  private(set) var rows = 0
  /// When the last moved exchange ended, or nothing was left; milliseconds since 1970.
  private(set) var movedThrough: Int64

  init(
    _ directory: JournalDirectory, database location: DatabaseLocation, node: String? = nil, settings: LedgerSettings,
    audit: AuditDirectory? = nil, now: WallTime,
    onEvent: @escaping @Sendable (LedgerEvent) -> Void
  ) {
    self.directory = directory
    reader = JournalReader(directory)
    self.location = location
    self.node = node
    self.settings = settings
    self.audit = audit
    self.onEvent = onEvent
    movedThrough = now.milliseconds
  }

  /// Moves all that is written, unless the database refuses.
  ///
  /// - Parameters:
  ///   - mayGoOn: asked between batches, with `movedThrough`.
  ///   - progress: told after each batch.
  /// - Returns: whether nothing is left.
  mutating func move(
    now: () -> WallTime, mayGoOn: (Int64) -> Bool = { _ in true }, progress: (LedgerMover) -> Void = { _ in }
  ) -> Bool {
    do throws(StorageError) {
      let database = try connection()
      var began = now().milliseconds
      while let batch = reader.next(limit: database.connection.batch) {
        if batch.damaged > 0 { onEvent(.damaged(segment: batch.segment, bytes: batch.damaged)) }
        try record(batch.rows, database, now: now())
        rows += try database.move(batch, forget: finished, recorded: trail?.head)
        finished = batch.finalLength == nil ? [] : [batch.segment]
        reader.moved(batch)
        if let last = batch.lastEnd { movedThrough = last }
        works()
        progress(self)
        guard mayGoOn(movedThrough) else { return false }
        began = now().milliseconds
      }
      movedThrough = began
      try prune(database, now: now(), mayGoOn: mayGoOn)
      works()
      return true
    } catch {
      fail(error)
      return false
    }
  }

  func close() {
    database?.close()
    trail?.close()
  }

  /// What cannot be recorded stays in the journal.
  private mutating func record(_ rows: SQLRows, _ database: LedgerDatabase, now: WallTime) throws(StorageError) {
    guard let audit else { return }
    let open: ExchangeTrail
    if let trail { open = trail } else { open = try ExchangeTrail(audit, taken: try database.recorded()) }
    trail = open
    try open.append((0..<rows.count).map { LedgerRow(rows, $0) }, now: now)
    if isUnrecorded { onEvent(.auditWorks) }
    isUnrecorded = false
  }

  private mutating func connection() throws(StorageError) -> LedgerDatabase {
    if let database { return database }
    let opened = LedgerDatabase(try location.openLedger(), node: node, zone: settings.zone)
    let present = Set(directory.segments())
    let positions = try opened.positions()
    reader.positions = positions.filter { present.contains($0.key) }
    finished = positions.keys.filter { !present.contains($0) }
    database = opened
    return opened
  }

  private mutating func prune(_ database: LedgerDatabase, now: WallTime, mayGoOn: (Int64) -> Bool) throws(StorageError)
  {
    guard now.milliseconds >= nextPrune else { return }
    // A second of batches at most; the rest follows with the next call.
    for _ in 0..<10 where mayGoOn(movedThrough) {
      guard try database.prune(settings.retention, now: now) else {
        nextPrune = now.milliseconds + Self.pruneInterval
        return
      }
    }
  }

  private mutating func works() {
    if isFailing { onEvent(.databaseWorks) }
    isFailing = false
  }

  private mutating func fail(_ error: StorageError) {
    if case .auditFile = error {
      if !isUnrecorded { onEvent(.auditUnwritable(error)) }
      isUnrecorded = true
      return
    }
    if !isFailing { onEvent(.databaseUnavailable(error)) }
    isFailing = true
    // A lock passes; whatever else it was, a new connection may see an end of it.
    if case .busy = error { return }
    database?.close()
    database = nil
  }
}

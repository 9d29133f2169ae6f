/// What the ledger tells the operator, each once until the opposite happens.
package enum LedgerEvent: Hashable, Sendable {
  /// The journal has reached its limit: new exchanges are lost, old ones are kept.
  case journalFull(limit: Int)
  case journalUnwritable(path: String, reason: String)
  /// The journal takes exchanges again.
  case journalWorks(lost: Int)
  /// The database takes nothing; the journal grows.
  case databaseUnavailable(StorageError)
  case databaseWorks
  /// Records of calls cannot be written; the journal grows, since nothing goes into the database without them.
  case auditUnwritable(StorageError)
  case auditWorks
  /// What an earlier process has left in the journal.
  case replaying(bytes: Int)
  /// Bytes of a segment that are no exchanges: the end of what a killed process wrote, or damage.
  case damaged(segment: String, bytes: Int)
}

/// How the ledger fares.
package struct LedgerReadings: Hashable, Sendable {
  /// Exchanges that this process has put into the database.
  package var rows = 0
  /// Exchanges that are in no database and no journal.
  package var lost = 0
  /// Milliseconds between now and the end of the last exchange that is in the database; 0 when nothing waits.
  package var lagMilliseconds: Int64 = 0
  package var journalBytes = 0

  package init() {}
}

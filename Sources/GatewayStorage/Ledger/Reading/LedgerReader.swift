/// Reads the ledger of a database, beside a running gateway. One thread at a time.
package final class LedgerReader {
  private let connection: any LedgerConnection

  /// Blocks, as do all reads.
  package init(_ location: DatabaseLocation) throws(StorageError) { connection = try location.readLedger() }

  package func close() { connection.close() }

  func read<Result>(_ work: (any SQLSession) throws -> Result) throws(StorageError) -> Result {
    try connection.perform(work)
  }
}

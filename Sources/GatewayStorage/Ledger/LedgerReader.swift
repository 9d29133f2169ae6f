import Foundation
import GRDB

/// Reads the ledger of a database, beside a running gateway and without its locks.
package final class LedgerReader: Sendable {
  let path: String
  private let database: DatabaseQueue

  /// The ledger that belongs to the database at `path`. Blocks, as do all reads.
  package init(database: String) throws(StorageError) {
    let path = SQLiteLedger.path(beside: database)
    self.path = path
    do {
      guard FileManager.default.fileExists(atPath: path) else {
        throw StorageError.cannotOpen(path: path, reason: "there is no ledger yet")
      }
      var configuration = Configuration()
      configuration.readonly = true
      configuration.label = "sluice.ledger.read"
      configuration.busyMode = .timeout(5)
      self.database = try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw StorageError(error, path: path)
    }
  }

  package func close() { try? database.close() }

  func read<Result>(_ work: (Database) throws -> Result) throws(StorageError) -> Result {
    do { return try database.read(work) } catch { throw StorageError(error, path: path) }
  }
}

import GRDB
import GRDBSQLite

/// Runs one statement for many rows. Binds for itself: to hand a row of the ledger to GRDB costs more than SQLite's insertion of it.
struct SQLiteRows: ~Copyable {
  private let database: Database
  private let statement: Statement

  init(_ sql: String, in database: Database) throws {
    self.database = database
    statement = try database.cachedStatement(sql: sql)
  }

  deinit {
    // What was bound may be gone.
    sqlite3_clear_bindings(statement.sqliteStatement)
  }

  /// - Parameter row: a value for each `?`.
  /// - Returns: how many rows were changed.
  @discardableResult
  func run(_ row: borrowing SQLRowValues) throws -> Int {
    let code = row.bytes.withUnsafeBytes { bytes in
      row.cells.withUnsafeBufferPointer { step($0, bytes) }
    }
    guard code == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage, sql: statement.sql)
    }
    return Int(sqlite3_changes(database.sqliteConnection))
  }

  func run(_ rows: [[SQLValue]]) throws {
    var values = SQLRowValues()
    for row in rows {
      values.removeAll()
      values.append(row)
      try run(values)
    }
  }

  private func step(_ cells: UnsafeBufferPointer<SQLRowValues.Cell>, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    let handle = statement.sqliteStatement
    for (index, cell) in cells.enumerated() {
      let number = Int32(truncatingIfNeeded: index + 1)
      // Without a destructor SQLite copies nothing: all of it lies there until the step is done.
      switch cell {
      case .null: sqlite3_bind_null(handle, number)
      case .integer(let integer): sqlite3_bind_int64(handle, number, integer)
      case .text(let start, _):
        // Up to the first NUL, which a caller can write in the name of a model.
        sqlite3_bind_text(
          handle, number, bytes.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }, -1, nil)
      case .bytes(_, let count) where count == 0: sqlite3_bind_zeroblob(handle, number, 0)
      case .bytes(let start, let count):
        sqlite3_bind_blob(handle, number, bytes.baseAddress.map { $0 + start }, Int32(count), nil)
      }
    }
    let code = sqlite3_step(handle)
    let end = sqlite3_reset(handle)
    return end == SQLITE_OK ? code : end
  }
}

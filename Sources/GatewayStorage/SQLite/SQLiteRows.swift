import GRDB
import GRDBSQLite

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Runs one statement for many rows. Binds for itself: to hand a row of the ledger to GRDB costs more than SQLite's insertion of it.
struct SQLiteRows: ~Copyable {
  /// A text without an end to its life.
  private static var empty: UnsafePointer<CChar> {
    UnsafeRawPointer(("" as StaticString).utf8Start).assumingMemoryBound(to: CChar.self)
  }

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

  /// - Parameters:
  ///   - rows: the first `columns` values of each for each `?`.
  ///   - each: told for each row how many rows of the table it has changed.
  func run(_ rows: borrowing SQLRows, columns: Int, _ each: (_ row: Int, _ changed: Int) -> Void) throws {
    let (width, count) = (rows.width, rows.count)
    let code = rows.bytes.withUnsafeBytes { bytes in
      rows.cells.withUnsafeBufferPointer { cells in
        for row in 0..<count {
          let code = step(UnsafeBufferPointer(rebasing: cells[(row * width)..<(row * width + columns)]), bytes)
          if code != SQLITE_DONE { return code }
          each(row, Int(sqlite3_changes(database.sqliteConnection)))
        }
        return SQLITE_DONE
      }
    }
    guard code == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage, sql: statement.sql)
    }
  }

  func run(_ rows: [[SQLValue]]) throws {
    var values = SQLRows(width: rows.first?.count ?? 1)
    for row in rows { values.append(row) }
    try run(values, columns: values.width) { _, _ in }
  }

  private func step(_ cells: UnsafeBufferPointer<SQLRows.Cell>, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    let handle = statement.sqliteStatement
    for index in cells.indices {
      let number = Int32(truncatingIfNeeded: index + 1)
      // Without a destructor SQLite copies nothing: all of it lies there until the step is done.
      switch cells[index] {
      case .null: sqlite3_bind_null(handle, number)
      case .integer(let integer): sqlite3_bind_int64(handle, number, integer)
      case .text(_, let count) where count == 0: sqlite3_bind_text(handle, number, Self.empty, 0, nil)
      case .text(let start, let count):
        let text = bytes.baseAddress.map { $0 + start }
        // Up to the first NUL, which a caller can write in the name of a model.
        let end = text.flatMap { memchr($0, 0, count) }
        let length = end.flatMap { end in text.map { UnsafeRawPointer(end) - $0 } } ?? count
        sqlite3_bind_text(handle, number, text?.assumingMemoryBound(to: CChar.self), Int32(length), nil)
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

import Foundation
import GRDB

/// A transaction of SQLite.
struct SQLiteSession: SQLSession {
  let database: Database

  var dialect: SQLDialect { .sqlite }

  func each(_ sql: String, _ values: [SQLValue], _ body: (any SQLRow) throws -> Void) throws {
    let rows = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: Self.arguments(values))
    while let row = try rows.next() { try body(SQLiteRow(row: row)) }
  }

  @discardableResult
  func run(_ sql: String, _ values: [SQLValue]) throws -> Int {
    try database.cachedStatement(sql: sql).execute(arguments: Self.arguments(values))
    return database.changesCount
  }

  func write(_ batch: SQLBatch) throws {
    guard !batch.isEmpty else { return }
    try SQLiteRows(Self.insertion(batch), in: database).run(batch.rows)
  }

  func insertNew(_ batch: SQLBatch, by key: Int, _ rows: SQLRows) throws -> [Int] {
    var new: [Int] = []
    new.reserveCapacity(rows.count)
    try SQLiteRows(Self.insertion(batch), in: database).run(rows, columns: batch.columns.count) { row, changed in
      if changed > 0 { new.append(row) }
    }
    return new
  }

  func delete(_ batch: SQLBatch) throws {
    guard !batch.isEmpty else { return }
    let conditions = batch.columns.map { "\($0.name) = ?" }.joined(separator: " AND ")
    try SQLiteRows("DELETE FROM \(batch.table) WHERE \(conditions)", in: database).run(batch.rows)
  }

  private static func insertion(_ batch: SQLBatch) -> String {
    "\(batch.head) VALUES (\(batch.columns.map { _ in "?" }.joined(separator: ", ")))\(batch.tail)"
  }

  private static func arguments(_ values: [SQLValue]) -> StatementArguments { StatementArguments(values) }
}

extension SQLValue: DatabaseValueConvertible {
  var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let number): number.databaseValue
    case .text(let text): text.databaseValue
    case .bytes(let bytes): Data(bytes).databaseValue
    }
  }

  static func fromDatabaseValue(_ value: DatabaseValue) -> SQLValue? {
    switch value.storage {
    case .null: .null
    case .int64(let number): .integer(number)
    case .double: nil
    case .string(let text): .text(text)
    case .blob(let data): .bytes(Array(data))
    }
  }
}

/// Read by position: looking for a name takes longer than all else of a row, and there may be a million of them.
struct SQLiteRow: SQLRow {
  let row: Row

  func integer(_ column: Int) -> Int64? { row[column] }
  func text(_ column: Int) -> String? { row[column] }
  func bytes(_ column: Int) -> [UInt8]? { (row[column] as Data?).map { Array($0) } }
}

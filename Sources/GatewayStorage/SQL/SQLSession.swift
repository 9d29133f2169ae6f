/// A transaction of a database, in the hands of one thread. Its statements are the same for all databases, but for what
/// `dialect` tells; values come by parameters only.
protocol SQLSession {
  var dialect: SQLDialect { get }

  /// Hands out the rows of a statement. A row is good until the next one.
  /// - Parameter values: for each `?`.
  func each(_ sql: String, _ values: [SQLValue], _ body: (any SQLRow) throws -> Void) throws

  /// Runs one statement.
  /// - Returns: how many rows it changed.
  @discardableResult
  func run(_ sql: String, _ values: [SQLValue]) throws -> Int

  /// Writes all rows of a batch.
  func write(_ batch: SQLBatch) throws

  /// Inserts the rows whose `key` is not there.
  /// - Parameters:
  ///   - batch: table and columns, without rows.
  ///   - key: the place of the column by which rows are told apart.
  ///   - rows: the first values of each are those of the columns.
  /// - Returns: positions of rows that were inserted, each once.
  func insertNew(_ batch: SQLBatch, by key: Int, _ rows: SQLRows) throws -> [Int]

  /// Deletes the rows that have the values of a row of the batch.
  func delete(_ batch: SQLBatch) throws
}

/// One row of an answer. A reading is nil for NULL.
protocol SQLRow {
  /// - Parameter column: from 0.
  func integer(_ column: Int) -> Int64?
  func text(_ column: Int) -> String?
  func bytes(_ column: Int) -> [UInt8]?
}

extension SQLSession {
  func all<Value>(
    _ sql: String, _ values: [SQLValue] = [], _ read: (any SQLRow) throws -> Value
  ) throws -> [Value] {
    var found: [Value] = []
    try each(sql, values) { found.append(try read($0)) }
    return found
  }

  func first<Value>(
    _ sql: String, _ values: [SQLValue] = [], _ read: (any SQLRow) throws -> Value
  ) throws -> Value? {
    try all(sql, values, read).first
  }
}

/// What databases do not have in common.
enum SQLDialect: Sendable {
  case sqlite, postgres

  /// Behind a SELECT: nobody else changes these rows before the end of the transaction. SQLite has one writer at a time.
  var lockingRows: String {
    switch self {
    case .sqlite: ""
    case .postgres: " FOR UPDATE"
    }
  }
}

import CLibPQ

/// A transaction of PostgreSQL.
struct PostgresSession: SQLSession {
  let connection: PostgresConnection

  var dialect: SQLDialect { .postgres }

  func each(_ sql: String, _ values: [SQLValue], _ body: (any SQLRow) throws -> Void) throws {
    let rows = try connection.query(Self.numbered(sql), values.map(\.parameter))
    for row in 0..<rows.count { try body(PostgresRow(rows: rows, index: row)) }
  }

  @discardableResult
  func run(_ sql: String, _ values: [SQLValue]) throws -> Int {
    try connection.query(Self.numbered(sql), values.map(\.parameter)).affected
  }

  func write(_ batch: SQLBatch) throws {
    guard !batch.isEmpty else { return }
    _ = try connection.query(Self.insertion(batch), batch.parameters)
  }

  func insertNew(_ batch: SQLBatch, by key: Int, _ rows: SQLRows) throws -> [Int] {
    if rows.isEmpty { return [] }
    var batch = batch
    for row in 0..<rows.count { batch.append(rows.values(of: row, first: batch.columns.count)) }
    let sql = "\(Self.insertion(batch)) RETURNING \(batch.columns[key].name)"
    let inserted = try connection.query(sql, batch.parameters)
    let isText = batch.columns[key].type == .text
    var new: Set<SQLValue> = []
    for index in 0..<inserted.count {
      let row = PostgresRow(rows: inserted, index: index)
      new.insert(isText ? SQLValue(row.text(0)) : .bytes(row.bytes(0) ?? []))
    }
    // Taken out: of rows with the same key within the batch, the first was inserted.
    return batch.rows.indices.filter { new.remove(batch.rows[$0][key]) != nil }
  }

  func delete(_ batch: SQLBatch) throws {
    guard !batch.isEmpty else { return }
    let names = batch.columns.map(\.name)
    let conditions = names.map { "\(batch.table).\($0) = batch.\($0)" }.joined(separator: " AND ")
    _ = try connection.query(
      "DELETE FROM \(batch.table) USING \(Self.source(batch)) WHERE \(conditions)", batch.parameters)
  }

  /// Rows are written in the order of the batch, so that transactions that write the same rows in the same order wait for each
  /// other and never in a circle.
  private static func insertion(_ batch: SQLBatch) -> String {
    "\(batch.head) SELECT * FROM \(source(batch))\(batch.tail)"
  }

  private static func source(_ batch: SQLBatch) -> String {
    let arrays = batch.columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    return "unnest(\(arrays)) AS batch(\(batch.columns.map(\.name).joined(separator: ", ")))"
  }

  /// `$1`, `$2` … in the place of each `?`. No text of ours has one.
  private static func numbered(_ sql: String) -> String {
    var text = ""
    text.reserveCapacity(sql.utf8.count + 16)
    var number = 0
    for piece in sql.split(separator: "?", omittingEmptySubsequences: false) {
      if number > 0 { text += "$\(number)" }
      text += piece
      number += 1
    }
    return text
  }
}

extension SQLBatch {
  /// An array for each column.
  fileprivate var parameters: [PostgresValue?] {
    columns.indices.map { column in .array(columns[column].type.postgres, rows.map { $0[column].parameter }) }
  }
}

extension SQLType {
  fileprivate var postgres: PostgresType {
    switch self {
    case .integer: .integer
    case .text: .text
    case .bytes: .bytes
    }
  }
}

extension SQLValue {
  fileprivate var parameter: PostgresValue? {
    switch self {
    case .null: nil
    case .integer(let number): .integer(number)
    // The server takes no NUL, which a caller can write in the name of a model.
    case .text(let text): .text(text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text)
    case .bytes(let bytes): .bytes(bytes)
    }
  }
}

/// A row of an answer of PostgreSQL.
struct PostgresRow: SQLRow {
  let rows: PostgresRows
  let index: Int

  func integer(_ column: Int) -> Int64? { rows.integer(row: index, column: column) }
  func text(_ column: Int) -> String? { rows.text(row: index, column: column) }
  func bytes(_ column: Int) -> [UInt8]? { rows[index, column].binary }
}

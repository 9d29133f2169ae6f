/// Rows for one statement: a parameter for each column, an array with an element for each row.
package struct PostgresBatch: Sendable {
  package struct Column: Hashable, Sendable {
    package let name: String
    package let type: PostgresType

    package init(_ name: String, _ type: PostgresType) {
      self.name = name
      self.type = type
    }
  }

  package let columns: [Column]
  package private(set) var count = 0
  private var values: [[PostgresValue?]]

  package init(_ columns: Column...) {
    self.columns = columns
    values = columns.map { _ in [] }
  }

  /// - Parameter row: a value of its type, or `nil`, for each column.
  package mutating func append(_ row: PostgresValue?...) {
    precondition(row.count == columns.count, "a row of \(row.count) values for \(columns.count) columns")
    for (index, value) in row.enumerated() { values[index].append(value) }
    count += 1
  }

  /// The parameters for `source` or `insertion`.
  package var parameters: [PostgresValue?] { zip(columns, values).map { .array($0.type, $1) } }

  /// The rows as a table of a `FROM` clause, with the names of the columns.
  /// - Parameter first: the number of its first parameter.
  package func source(_ name: String = "batch", from first: Int = 1) -> String {
    let arrays = columns.indices.map { "$\($0 + first)" }.joined(separator: ", ")
    return "unnest(\(arrays)) AS \(name)(\(names))"
  }

  /// - Parameters:
  ///   - table: a name of ours, not of a user.
  ///   - conflict: what follows `ON CONFLICT`, such as `DO NOTHING`.
  package func insertion(into table: String, onConflict conflict: String? = nil) -> String {
    "INSERT INTO \(table) (\(names)) SELECT * FROM \(source())" + (conflict.map { " ON CONFLICT \($0)" } ?? "")
  }

  private var names: String { columns.map { "\"\($0.name)\"" }.joined(separator: ", ") }
}

/// Rows of one table that are written together.
struct SQLBatch: Sendable {
  /// What happens to a row that is there already, by the columns of its key.
  enum Conflict: Sendable {
    case fails
    case skips(key: [String])
    case replaces(key: [String])
    /// Numbers are added to those of the row.
    case adds(key: [String])
  }

  let table: String
  let columns: [SQLColumn]
  let conflict: Conflict
  private(set) var rows: [[SQLValue]] = []

  /// - Parameter table: a name of ours, as are those of columns.
  init(_ table: String, _ columns: [SQLColumn], _ conflict: Conflict = .fails) {
    self.table = table
    self.columns = columns
    self.conflict = conflict
  }

  var isEmpty: Bool { rows.isEmpty }
  var count: Int { rows.count }

  /// - Parameter row: a value of its type, or NULL, for each column.
  mutating func append(_ row: [SQLValue]) {
    precondition(row.count == columns.count, "a row of \(row.count) values for \(columns.count) columns")
    rows.append(row)
  }

  mutating func removeAll() { rows.removeAll(keepingCapacity: true) }

  /// `INSERT INTO` and what follows the rows.
  var head: String { "INSERT INTO \(table) (\(columns.map(\.name).joined(separator: ", ")))" }

  var tail: String {
    switch conflict {
    case .fails: return ""
    case .skips(let key): return " ON CONFLICT (\(key.joined(separator: ", "))) DO NOTHING"
    case .replaces(let key): return update(key) { "\($0) = excluded.\($0)" }
    case .adds(let key): return update(key) { "\($0) = \(table).\($0) + excluded.\($0)" }
    }
  }

  private func update(_ key: [String], _ change: (String) -> String) -> String {
    let others = columns.map(\.name).filter { !key.contains($0) }
    let changes = others.map(change).joined(separator: ", ")
    return " ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET \(changes)"
  }
}

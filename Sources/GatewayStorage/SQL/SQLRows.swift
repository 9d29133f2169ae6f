/// Rows of values in one piece: of thousands of rows a second none costs an allocation.
struct SQLRows {
  /// A value, or where it lies in `bytes`.
  enum Cell {
    case null
    case integer(Int64)
    case text(start: Int, count: Int)
    case bytes(start: Int, count: Int)
  }

  /// Columns.
  let width: Int
  private(set) var cells: [Cell] = []
  private(set) var bytes: [UInt8] = []

  init(width: Int) { self.width = width }

  var count: Int { cells.count / width }
  var isEmpty: Bool { cells.isEmpty }

  /// Adds a row of NULLs, to be filled by `set`.
  mutating func appendRow() { cells.append(contentsOf: repeatElement(.null, count: width)) }

  mutating func append(_ row: [SQLValue]) {
    appendRow()
    for (column, value) in row.enumerated() {
      switch value {
      case .null: break
      case .integer(let number): set(column, number)
      case .text(var text): text.withUTF8 { set(column, text: UnsafeRawBufferPointer($0)) }
      case .bytes(let some): some.withUnsafeBytes { set(column, bytes: $0) }
      }
    }
  }

  mutating func removeLastRow() { cells.removeLast(width) }

  // MARK: The last row

  mutating func set(_ column: Int, _ number: Int64) { cells[cells.count - width + column] = .integer(number) }

  /// - Parameter text: UTF-8.
  mutating func set(_ column: Int, text: UnsafeRawBufferPointer) {
    cells[cells.count - width + column] = .text(start: bytes.count, count: text.count)
    bytes.append(contentsOf: text)
  }

  mutating func set(_ column: Int, bytes some: UnsafeRawBufferPointer) {
    cells[cells.count - width + column] = .bytes(start: bytes.count, count: some.count)
    bytes.append(contentsOf: some)
  }

  // MARK: Any row

  /// nil: NULL.
  func integer(_ column: Int, of row: Int) -> Int64? {
    if case .integer(let number) = cells[row * width + column] { number } else { nil }
  }

  /// Where a text or its like lies in `bytes`; nil: NULL.
  func place(_ column: Int, of row: Int) -> Range<Int>? {
    switch cells[row * width + column] {
    case .text(let start, let count), .bytes(let start, let count): start..<start + count
    case .null, .integer: nil
    }
  }

  func text(_ column: Int, of row: Int) -> String? {
    place(column, of: row).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  /// The first so many values of a row.
  func values(of row: Int, first columns: Int) -> [SQLValue] {
    cells[(row * width)..<(row * width + columns)].map { cell in
      switch cell {
      case .null: .null
      case .integer(let number): .integer(number)
      case .text(let start, let count): .text(String(decoding: bytes[start..<start + count], as: UTF8.self))
      case .bytes(let start, let count): .bytes(Array(bytes[start..<start + count]))
      }
    }
  }
}

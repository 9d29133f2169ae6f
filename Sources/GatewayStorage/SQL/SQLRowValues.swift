/// The values of one row behind each other, to be filled again for the next: of thousands of rows a second none costs an allocation.
struct SQLRowValues {
  /// A value, or where it lies in `bytes`.
  enum Cell {
    case null
    case integer(Int64)
    /// Behind a text lies a NUL.
    case text(start: Int, count: Int)
    case bytes(start: Int, count: Int)
  }

  private(set) var cells: [Cell] = []
  private(set) var bytes: [UInt8] = []

  mutating func removeAll() {
    cells.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func append(_ number: Int64) { cells.append(.integer(number)) }
  mutating func append(_ number: Int64?) { cells.append(number.map { .integer($0) } ?? .null) }
  mutating func append(_ flag: Bool) { cells.append(.integer(flag ? 1 : 0)) }
  mutating func appendNull() { cells.append(.null) }

  mutating func append(_ text: String) {
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    cells.append(.text(start: start, count: bytes.count - start))
    bytes.append(0)
  }

  mutating func append(_ text: String?) {
    if let text { append(text) } else { appendNull() }
  }

  mutating func append(_ some: UnsafeRawBufferPointer) {
    cells.append(.bytes(start: bytes.count, count: some.count))
    bytes.append(contentsOf: some)
  }

  mutating func append(_ row: [SQLValue]) {
    for value in row {
      switch value {
      case .null: appendNull()
      case .integer(let number): append(number)
      case .text(let text): append(text)
      case .bytes(let some): some.withUnsafeBytes { append($0) }
      }
    }
  }

  /// The same one by one.
  var values: [SQLValue] {
    cells.map { cell in
      switch cell {
      case .null: .null
      case .integer(let number): .integer(number)
      case .text(let start, let count): .text(String(decoding: bytes[start..<start + count], as: UTF8.self))
      case .bytes(let start, let count): .bytes(Array(bytes[start..<start + count]))
      }
    }
  }
}

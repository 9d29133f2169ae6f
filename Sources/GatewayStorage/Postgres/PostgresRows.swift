import CLibPQ

/// The answer to a statement. Its cells stay in the memory of libpq until they are asked for.
package final class PostgresRows: Sendable {
  private let library: PostgresLibrary
  /// Never changed after it was made, so that any thread may read it.
  private nonisolated(unsafe) let result: OpaquePointer

  package let count: Int
  /// How many rows the statement inserted, changed or deleted.
  package let affected: Int

  init(_ result: OpaquePointer, _ library: PostgresLibrary) {
    self.library = library
    self.result = result
    count = Int(library.functions.PQntuples(result))
    affected = library.functions.PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
  }

  deinit { library.functions.PQclear(result) }

  package var columns: [String] {
    (0..<library.functions.PQnfields(result)).compactMap { column in
      library.functions.PQfname(result, column).map { String(cString: $0) }
    }
  }

  /// - Parameter column: from 0, as the statement lists them.
  package subscript(row: Int, column: Int) -> PostgresCell {
    PostgresCell(bytes: withBytes(row: row, column: column) { $0.map { Array($0) } })
  }

  /// The same as `[row, column].text`, without a copy between.
  func text(row: Int, column: Int) -> String? {
    withBytes(row: row, column: column) { $0.map { String(decoding: $0, as: UTF8.self) } }
  }

  /// The same as `[row, column].integer`.
  func integer(row: Int, column: Int) -> Int64? {
    withBytes(row: row, column: column) { bytes in
      guard let bytes, let first = bytes.first else { return nil }
      let isNegative = first == UInt8(ascii: "-")
      var number: Int64 = 0
      for byte in bytes.dropFirst(isNegative ? 1 : 0) {
        let digit = Int64(byte) - 0x30
        guard (0...9).contains(digit) else { return nil }
        let (tenfold, isTooLarge) = number.multipliedReportingOverflow(by: 10)
        // Towards the sign, so that the least number fits as well.
        let (sum, isBeyond) = tenfold.addingReportingOverflow(isNegative ? -digit : digit)
        if isTooLarge || isBeyond { return nil }
        number = sum
      }
      return number
    }
  }

  /// The text form of a value; nil: NULL.
  private func withBytes<Result>(row: Int, column: Int, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
    precondition((0..<count).contains(row), "row \(row) of \(count)")
    let row = CInt(row)
    let column = CInt(column)
    guard library.functions.PQgetisnull(result, row, column) == 0 else { return body(nil) }
    return body(
      UnsafeRawBufferPointer(
        start: library.functions.PQgetvalue(result, row, column),
        count: Int(library.functions.PQgetlength(result, row, column))))
  }

  /// - Parameter name: of a column of the answer; of another name a cell is NULL.
  package subscript(row: Int, name: String) -> PostgresCell {
    let column = library.functions.PQfnumber(result, name)
    return column < 0 ? PostgresCell(bytes: nil) : self[row, Int(column)]
  }
}

/// One value of an answer. A reading is `nil` for NULL and for what the type of the column cannot mean.
package struct PostgresCell: Hashable, Sendable {
  /// In the text form of its type.
  let bytes: [UInt8]?

  package var isNull: Bool { bytes == nil }
  package var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
  package var integer: Int64? { text.flatMap { Int64($0) } }
  /// Also of `numeric`, rounded.
  package var double: Double? { text.flatMap { Double($0) } }
  package var boolean: Bool? { bytes == [UInt8(ascii: "t")] ? true : bytes == [UInt8(ascii: "f")] ? false : nil }

  /// Of a `bytea`.
  package var binary: [UInt8]? {
    guard let bytes, bytes.count.isMultiple(of: 2), bytes.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "x")]) else {
      return nil
    }
    var binary: [UInt8] = []
    binary.reserveCapacity(bytes.count / 2 - 1)
    for index in stride(from: 2, to: bytes.count, by: 2) {
      guard let high = Self.digit(bytes[index]), let low = Self.digit(bytes[index + 1]) else { return nil }
      binary.append(high << 4 | low)
    }
    return binary
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

/// A value for a parameter of a statement. All kinds travel in PostgreSQL's binary form, so that no text is ever quoted.
package indirect enum PostgresValue: Hashable, Sendable {
  /// `int8`
  case integer(Int64)
  /// `float8`
  case double(Double)
  /// `bool`
  case boolean(Bool)
  /// `text`; the server refuses a NUL character.
  case text(String)
  /// `bytea`
  case bytes([UInt8])
  /// `jsonb`, as JSON text.
  case json(String)
  /// `timestamptz`, in microseconds since 1970.
  case timestamp(microseconds: Int64)
  /// A one-dimensional array; every element is `nil` or of the type.
  case array(PostgresType, [PostgresValue?])

  package static func integers(_ values: [Int64]) -> PostgresValue { .array(.integer, values.map { .integer($0) }) }

  package static func texts(_ values: [String?]) -> PostgresValue { .array(.text, values.map { $0.map { .text($0) } }) }

  /// The number of its type in `pg_type`.
  var oid: UInt32 { if case .array(let type, _) = self { type.arrayOID } else { type.oid } }

  private var type: PostgresType {
    switch self {
    case .integer: .integer
    case .double: .double
    case .boolean: .boolean
    case .text: .text
    case .bytes: .bytes
    case .json: .json
    case .timestamp: .timestamp
    case .array(let type, _): type
    }
  }

  /// Appends it in the binary form of its type's `recv` function.
  func encode(into bytes: inout [UInt8]) {
    switch self {
    case .integer(let number): bytes.append(bigEndian: number)
    case .double(let number): bytes.append(bigEndian: number.bitPattern)
    case .boolean(let flag): bytes.append(flag ? 1 : 0)
    case .text(let text): bytes.append(contentsOf: text.utf8)
    case .bytes(let value): bytes.append(contentsOf: value)
    case .json(let text):
      // The version of the form.
      bytes.append(1)
      bytes.append(contentsOf: text.utf8)
    case .timestamp(let microseconds): bytes.append(bigEndian: microseconds &- Self.epoch)
    case .array(let type, let elements): Self.encode(elements, of: type, into: &bytes)
    }
  }

  /// 2000-01-01, from which PostgreSQL counts, in microseconds since 1970.
  private static let epoch: Int64 = 946_684_800_000_000

  private static func encode(_ elements: [PostgresValue?], of type: PostgresType, into bytes: inout [UInt8]) {
    // Dimensions, whether there are nulls, type; then length and lower bound of the dimension.
    bytes.append(bigEndian: Int32(elements.isEmpty ? 0 : 1))
    bytes.append(bigEndian: Int32(elements.contains(nil) ? 1 : 0))
    bytes.append(bigEndian: type.oid)
    if elements.isEmpty { return }
    bytes.append(bigEndian: Int32(elements.count))
    bytes.append(bigEndian: Int32(1))
    for element in elements {
      guard let element else {
        bytes.append(bigEndian: Int32(-1))
        continue
      }
      precondition(element.oid == type.oid, "an array of \(type.name) has an element of another type")
      let start = bytes.count
      bytes.append(bigEndian: Int32(0))
      element.encode(into: &bytes)
      let length = UInt32(bytes.count - start - 4)
      for byte in 0..<4 { bytes[start + byte] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * byte)) }
    }
  }
}

/// The types that parameters have.
package enum PostgresType: Hashable, Sendable {
  case integer, double, boolean, text, bytes, json, timestamp

  /// Its name in SQL.
  package var name: String {
    switch self {
    case .integer: "int8"
    case .double: "float8"
    case .boolean: "bool"
    case .text: "text"
    case .bytes: "bytea"
    case .json: "jsonb"
    case .timestamp: "timestamptz"
    }
  }

  // src/include/catalog/pg_type.dat; these numbers never change.
  var oid: UInt32 {
    switch self {
    case .boolean: 16
    case .bytes: 17
    case .integer: 20
    case .text: 25
    case .double: 701
    case .timestamp: 1184
    case .json: 3802
    }
  }

  var arrayOID: UInt32 {
    switch self {
    case .boolean: 1000
    case .bytes: 1001
    case .integer: 1016
    case .text: 1009
    case .double: 1022
    case .timestamp: 1185
    case .json: 3807
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(bigEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }
}

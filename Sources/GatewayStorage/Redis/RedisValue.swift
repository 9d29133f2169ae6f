/// An answer of a Redis server, in RESP2: doubles and booleans arrive as strings and integers.
package enum RedisValue: Hashable, Sendable {
  /// No such key or element.
  case null
  case integer(Int64)
  /// The bytes of a bulk string, or of a status such as `OK`.
  case string([UInt8])
  case array([RedisValue])
  /// An error within an array, as of `EXEC`. An error that is the whole answer is a `RedisError.refused`.
  case error(String)

  package var bytes: [UInt8]? { if case .string(let bytes) = self { bytes } else { nil } }

  /// The string as UTF-8; `nil` for other kinds and other bytes.
  package var text: String? { bytes.flatMap { String(validating: $0, as: UTF8.self) } }

  /// An integer, or a string that spells one.
  package var integer: Int64? { if case .integer(let number) = self { number } else { text.flatMap { Int64($0) } } }

  /// A number that a string spells, as Redis writes doubles in RESP2.
  package var double: Double? {
    if case .integer(let number) = self { Double(number) } else { text.flatMap { Double($0) } }
  }

  package var elements: [RedisValue]? { if case .array(let elements) = self { elements } else { nil } }
}

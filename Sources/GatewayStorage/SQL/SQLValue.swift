import GatewayCore

/// A value of a column, or for a `?` of a statement. Moments are milliseconds since 1970, flags 0 and 1.
enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case text(String)
  case bytes([UInt8])

  init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
  init(_ text: String?) { self = text.map { .text($0) } ?? .null }
  init(_ time: WallTime?) { self = time.map { .integer($0.milliseconds) } ?? .null }
  init(_ flag: Bool) { self = .integer(flag ? 1 : 0) }
  /// A digest is its 32 bytes in memory order, without padding.
  init(_ digest: KeyDigest) { self = .bytes(withUnsafeBytes(of: digest) { Array($0) }) }
}

/// The types that columns have.
enum SQLType: Hashable, Sendable { case integer, text, bytes }

/// A column, where its type must be known: of rows that are written together.
struct SQLColumn: Hashable, Sendable {
  let name: String
  let type: SQLType

  init(_ name: String, _ type: SQLType) {
    self.name = name
    self.type = type
  }

  static func integers(_ names: [String]) -> [SQLColumn] { names.map { SQLColumn($0, .integer) } }
  static func texts(_ names: [String]) -> [SQLColumn] { names.map { SQLColumn($0, .text) } }
}

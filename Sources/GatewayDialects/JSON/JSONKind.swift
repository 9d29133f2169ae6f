/// The kind of a JSON value.
package enum JSONKind: UInt8, Hashable, Sendable {
  case object, array, string, number, `true`, `false`, null

  package var isBool: Bool { self == .true || self == .false }
}

/// UTF-8 bytes of text after its escapes are decoded, as far as an estimate of tokens needs them.
package struct TextCount: Hashable, Sendable {
  package var ascii: Int = 0
  /// Bytes of characters outside ASCII.
  package var other: Int = 0

  package init(ascii: Int = 0, other: Int = 0) {
    self.ascii = ascii
    self.other = other
  }

  package var total: Int { ascii &+ other }

  @inline(__always)
  package static func + (a: Self, b: Self) -> Self { Self(ascii: a.ascii &+ b.ascii, other: a.other &+ b.other) }

  @inline(__always)
  package static func - (a: Self, b: Self) -> Self { Self(ascii: a.ascii &- b.ascii, other: a.other &- b.other) }

  @inline(__always)
  package static func += (a: inout Self, b: Self) { a = a + b }
}

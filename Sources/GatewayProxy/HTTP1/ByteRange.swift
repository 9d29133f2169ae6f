/// A run of bytes of a message head, as offsets from the head's first byte.
///
/// Half the size of `Range<Int>`, so that a head with a hundred fields stays within two kilobytes.
package struct ByteRange: Equatable, Sendable {
  /// The offset of the first byte.
  package var lower: UInt32
  /// The offset after the last byte.
  package var upper: UInt32

  /// The empty range at the start of the head.
  package static let empty = ByteRange(lower: 0, upper: 0)

  package init(lower: UInt32, upper: UInt32) {
    self.lower = lower
    self.upper = upper
  }

  /// A range from offsets that the parsers have already bounded by the head limit.
  @inline(__always)
  init(_ lower: Int, _ upper: Int) {
    self.lower = UInt32(truncatingIfNeeded: lower)
    self.upper = UInt32(truncatingIfNeeded: upper)
  }

  /// How many bytes the range spans.
  package var count: Int { Int(self.upper) - Int(self.lower) }

  /// Whether the range spans no byte.
  package var isEmpty: Bool { self.lower == self.upper }

  /// The range as indices of a buffer that starts at the head's first byte.
  package var indices: Range<Int> { Int(self.lower)..<Int(self.upper) }

  /// The bytes of the range in `head`, a buffer that starts at the head's first byte.
  package func bytes(in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: head[self.indices])
  }
}

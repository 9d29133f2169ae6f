/// Searches field values for bytes that may not stand there: all control characters but HTAB.
enum ControlBytes {
  /// Whether the `count` bytes at `start` hold neither NUL nor any other control character but HTAB.
  @inline(__always)
  static func areAbsent(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard count >= 8 else { return self.areAbsentOneByOne(start, count) }
    let bytes = UnsafeRawPointer(start)
    // The last eight bytes first; they overlap those of the loop.
    var suspects = self.suspects(bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
    var offset = 0
    while offset &+ 8 <= count {
      suspects |= self.suspects(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset &+= 8
    }
    return suspects & 0x8080_8080_8080_8080 == 0 || self.areAbsentOneByOne(start, count)
  }

  /// The fault of a value in which a control character was found: a bare CR has its own.
  @inline(never)
  static func fault(_ start: UnsafePointer<UInt8>, _ count: Int) -> HTTPFault {
    for offset in 0..<count where !ASCII.isFieldContent(start[offset]) {
      return start[offset] == ASCII.carriageReturn ? .bareCarriageReturn : .invalidFieldValue
    }
    return .invalidFieldValue
  }

  private static func areAbsentOneByOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    for offset in 0..<count where !ASCII.isFieldContent(start[offset]) { return false }
    return true
  }

  /// Sets the top bit of some byte if any of the eight is below 0x20 or is 0x7F.
  ///
  /// Subtraction borrows out of a byte only if that byte is a suspect itself, so no word is suspected wrongly.
  @inline(__always)
  private static func suspects(_ word: UInt64) -> UInt64 {
    let isDelete = word ^ 0x7F7F_7F7F_7F7F_7F7F
    return (word &- 0x2020_2020_2020_2020) & ~word | (isDelete &- 0x0101_0101_0101_0101) & ~isDelete
  }
}

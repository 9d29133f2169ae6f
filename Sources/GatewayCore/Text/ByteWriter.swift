/// Bytes that are written one piece behind the other, with room made for each: JSON by hand, a microsecond for a line of the access log
/// where an encoder takes thirty, and rows of the journal.
package struct ByteWriter: ~Copyable {
  @usableFromInline var storage: UnsafeMutableRawBufferPointer
  @usableFromInline package internal(set) var count = 0

  package init(capacity: Int = 64 << 10) {
    storage = .allocate(byteCount: max(capacity, 64), alignment: 16)
  }

  deinit { storage.deallocate() }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

  package borrowing func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { body(bytes) }

  package mutating func removeAll() { count = 0 }

  /// Gives back what is larger than `most` bytes.
  package mutating func removeAll(keeping most: Int) {
    count = 0
    guard storage.count > most else { return }
    storage.deallocate()
    storage = .allocate(byteCount: most, alignment: 16)
  }

  /// Plain bytes, unescaped: names and punctuation of our own.
  @inlinable @inline(__always)
  package mutating func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    reserve(length)
    guard let base = storage.baseAddress else { return }
    (base + count).copyMemory(from: text.utf8Start, byteCount: length)
    count += length
  }

  /// Text as it is.
  @inlinable @inline(__always)
  package mutating func append(unquoted text: String) { text.withBytes { append($0) } }

  @inlinable @inline(__always)
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    guard let base = storage.baseAddress, let source = bytes.baseAddress else { return }
    (base + count).copyMemory(from: source, byteCount: bytes.count)
    count &+= bytes.count
  }

  @inlinable @inline(__always)
  package mutating func append(byte: UInt8) {
    reserve(1)
    storage[count] = byte
    count += 1
  }

  /// A JSON string with its quotes. Control characters, quotes and backslashes are escaped (RFC 8259 §7).
  ///
  /// - Parameter end: the text is cut off before the first such byte.
  package mutating func append(quoted text: String, before end: UInt8? = nil) {
    text.withBytes { bytes in
      guard let end, let place = bytes.firstIndex(of: end) else { return append(quoted: bytes) }
      append(quoted: UnsafeRawBufferPointer(rebasing: bytes[..<place]))
    }
  }

  /// The same of UTF-8.
  package mutating func append(quoted bytes: UnsafeRawBufferPointer) {
    // Room for the worst: every byte as \u00XX, and the quotes.
    reserve(bytes.count &* 6 &+ 2)
    guard let base = storage.baseAddress else { return }
    (base + count).storeBytes(of: 0x22, as: UInt8.self)
    count &+= 1
    if Self.isPlain(bytes) {
      if let source = bytes.baseAddress { (base + count).copyMemory(from: source, byteCount: bytes.count) }
      count &+= bytes.count
    } else {
      for byte in bytes {
        if byte >= 0x20, byte != 0x22, byte != 0x5C { append(byte: byte) } else { appendEscape(of: byte) }
      }
    }
    append(byte: 0x22)
  }

  /// Whether no byte needs an escape.
  @inline(__always)
  private static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    // The last bytes first; they overlap those of the loop, or the first four.
    guard bytes.count >= 8 else {
      guard bytes.count >= 4 else { return bytes.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C } }
      let first = bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
      let last = bytes.loadUnaligned(fromByteOffset: bytes.count &- 4, as: UInt32.self)
      return suspects(UInt64(last) << 32 | UInt64(first)) & 0x8080_8080_8080_8080 == 0
    }
    var suspects = suspects(bytes.loadUnaligned(fromByteOffset: bytes.count &- 8, as: UInt64.self))
    var offset = 0
    while offset &+ 8 <= bytes.count {
      suspects |= self.suspects(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset &+= 8
    }
    return suspects & 0x8080_8080_8080_8080 == 0
  }

  /// Sets the top bit of some byte if any of the eight needs an escape.
  ///
  /// Subtraction borrows out of a byte only if that byte is a suspect itself, so no word is suspected wrongly.
  @inline(__always)
  private static func suspects(_ word: UInt64) -> UInt64 {
    let (quote, backslash) = (word ^ 0x2222_2222_2222_2222, word ^ 0x5C5C_5C5C_5C5C_5C5C)
    return (word &- 0x2020_2020_2020_2020) & ~word | (quote &- 0x0101_0101_0101_0101) & ~quote
      | (backslash &- 0x0101_0101_0101_0101) & ~backslash
  }

  @inlinable @inline(__always)
  package mutating func append(_ number: Int) {
    if number < 0 { append(byte: 0x2D) }
    append(digits: UInt64(number.magnitude), width: 1)
  }

  /// Milliseconds with three decimals.
  package mutating func append(nanosecondsAsMilliseconds nanoseconds: Int64) {
    let microseconds = UInt64(max(0, nanoseconds)) / 1000
    append(digits: microseconds / 1000, width: 1)
    append(byte: 0x2E)
    append(digits: microseconds % 1000, width: 3)
  }

  /// `0.0123`.
  package mutating func append(billionths: Int64) {
    reserve(Money.longestDecimal)
    count += Money.writeDecimal(
      billionths, to: UnsafeMutableRawBufferPointer(rebasing: storage[count..<(count + Money.longestDecimal)]))
  }

  /// `number` in decimal, filled with zeros to at least `width` digits.
  package mutating func append(digits number: UInt64, width: Int) {
    reserve(20)
    if number < 10, width == 1 {
      storage[count] = 0x30 &+ UInt8(truncatingIfNeeded: number)
      count &+= 1
      return
    }
    var length = 1
    var rest = number / 10
    while rest > 0 {
      length += 1
      rest /= 10
    }
    length = max(length, width)
    rest = number
    var position = count &+ length
    count = position
    for _ in 0..<length {
      position &-= 1
      storage[position] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }

  /// The lowest byte first.
  package mutating func append(word: UInt32) {
    reserve(4)
    count &+= 4
    replace(word: word, at: count &- 4)
  }

  package mutating func replace(word: UInt32, at place: Int) {
    storage.storeBytes(of: word.littleEndian, toByteOffset: place, as: UInt32.self)
  }

  /// LEB128: seven bits a byte, the lowest first, the top bit set in all but the last.
  @inlinable
  package mutating func append(varint number: UInt64) {
    reserve(10)
    var rest = number
    while rest >= 0x80 {
      storage[count] = UInt8(truncatingIfNeeded: rest) | 0x80
      count &+= 1
      rest >>= 7
    }
    storage[count] = UInt8(truncatingIfNeeded: rest)
    count &+= 1
  }

  /// Its 16 bytes, and not its digits.
  package mutating func append(bytesOf id: ExchangeID) {
    let (high, low) = id.halves
    reserve(16)
    storage.storeBytes(of: high.bigEndian, toByteOffset: count, as: UInt64.self)
    storage.storeBytes(of: low.bigEndian, toByteOffset: count &+ 8, as: UInt64.self)
    count &+= 16
  }

  package mutating func append(_ id: ExchangeID) {
    reserve(ExchangeID.length)
    id.write(to: UnsafeMutableRawBufferPointer(rebasing: storage[count..<(count + ExchangeID.length)]))
    count += ExchangeID.length
  }

  private mutating func appendEscape(of byte: UInt8) {
    switch byte {
    case 0x22: append("\\\"")
    case 0x5C: append("\\\\")
    case 0x0A: append("\\n")
    case 0x0D: append("\\r")
    case 0x09: append("\\t")
    default:
      append("\\u00")
      append(byte: 0x30 &+ (byte >> 4))
      append(byte: (byte & 15) < 10 ? 0x30 &+ (byte & 15) : 0x57 &+ (byte & 15))
    }
  }

  @inlinable @inline(__always)
  mutating func reserve(_ more: Int) {
    if count &+ more > storage.count { grow(to: count + more) }
  }

  @inline(never) @usableFromInline
  mutating func grow(to needed: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(needed, storage.count * 2), alignment: 16)
    larger.copyMemory(from: bytes)
    storage.deallocate()
    storage = larger
  }
}

extension String {
  /// Its UTF-8 where it lies, unlike `withUTF8`, which takes a copy and so a reference.
  @inlinable @inline(__always)
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    if let result = utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) { return result }
    var native = self
    return native.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }
}

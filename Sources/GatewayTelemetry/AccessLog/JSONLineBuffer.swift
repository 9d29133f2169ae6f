import GatewayCore

/// Bytes of JSON lines, written by hand: about a microsecond a line where an encoder takes thirty.
struct JSONLineBuffer: ~Copyable {
  private var storage: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init(capacity: Int = 64 << 10) {
    storage = .allocate(byteCount: max(capacity, 64), alignment: 16)
  }

  deinit { storage.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

  mutating func removeAll() { count = 0 }

  /// Plain bytes, unescaped: names and punctuation of our own.
  mutating func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    reserve(length)
    guard let base = storage.baseAddress else { return }
    (base + count).copyMemory(from: text.utf8Start, byteCount: length)
    count += length
  }

  /// Text as it is.
  mutating func append(unquoted text: String) {
    var text = text
    text.withUTF8 { bytes in
      reserve(bytes.count)
      guard let base = storage.baseAddress, let source = bytes.baseAddress else { return }
      (base + count).copyMemory(from: source, byteCount: bytes.count)
      count += bytes.count
    }
  }

  mutating func append(byte: UInt8) {
    reserve(1)
    storage[count] = byte
    count += 1
  }

  /// A JSON string with its quotes. Control characters, quotes and backslashes are escaped (RFC 8259 §7).
  mutating func append(quoted text: String) {
    let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable { appendQuoted(UnsafeRawBufferPointer($0)) }
    if isContiguous == nil { Array(text.utf8).withUnsafeBytes { appendQuoted($0) } }
  }

  private mutating func appendQuoted(_ bytes: UnsafeRawBufferPointer) {
    // Room for the worst: every byte as \u00XX, and the quotes.
    reserve(bytes.count &* 6 &+ 2)
    guard let base = storage.baseAddress else { return }
    (base + count).storeBytes(of: 0x22, as: UInt8.self)
    count &+= 1
    if bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
      if let source = bytes.baseAddress { (base + count).copyMemory(from: source, byteCount: bytes.count) }
      count &+= bytes.count
    } else {
      for byte in bytes {
        if byte >= 0x20, byte != 0x22, byte != 0x5C { append(byte: byte) } else { appendEscape(of: byte) }
      }
    }
    append(byte: 0x22)
  }

  mutating func append(_ number: Int) {
    if number < 0 { append(byte: 0x2D) }
    append(digits: UInt64(number.magnitude), width: 1)
  }

  /// Milliseconds with three decimals.
  mutating func append(milliseconds duration: Duration) {
    let microseconds = UInt64(max(0, duration.wholeNanoseconds)) / 1000
    append(digits: microseconds / 1000, width: 1)
    append(byte: 0x2E)
    append(digits: microseconds % 1000, width: 3)
  }

  /// `number` in decimal, filled with zeros to at least `width` digits.
  mutating func append(digits number: UInt64, width: Int) {
    reserve(20)
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

  mutating func append(_ id: ExchangeID) {
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

  private mutating func reserve(_ more: Int) {
    let needed = count + more
    guard needed > storage.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(needed, storage.count * 2), alignment: 16)
    larger.copyMemory(from: bytes)
    storage.deallocate()
    storage = larger
  }
}

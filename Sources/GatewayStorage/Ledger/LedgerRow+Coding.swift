import GatewayCore

// The payload of a frame of the journal: a version byte, the id, then each member in order. Whole numbers are LEB128 (zigzag), texts
// their length plus one and their bytes; 0 stands for nil.
extension LedgerRow {
  private static let format: UInt8 = 2
  /// Before organisations; what an earlier version has left in the journal.
  private static let firstFormat: UInt8 = 1

  func encode(into bytes: inout [UInt8]) {
    bytes.append(Self.format)
    let halves = id.halves
    for half in [halves.0, halves.1] {
      for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: half >> shift)) }
    }
    let flags = (isStream ? 1 : 0) | (isEstimated ? 2 : 0) | (tokens == nil ? 0 : 4)
    for number in [Int64(flags), startedAt, endedAt, durationMicroseconds, status, bytesIn, bytesOut, revision] {
      Self.append(number, to: &bytes)
    }
    Self.append(firstTokenMicroseconds, to: &bytes)
    Self.append(costBillionths, to: &bytes)
    for number in tokens ?? [] { Self.append(number, to: &bytes) }
    for text in [
      outcome, surface, consumer, team, key, model, route, version, target, provider, attempts, currency, priceVersion,
      errorCode, clientRequestID, organisation,
    ] { Self.append(text, to: &bytes) }
  }

  /// nil: not what `encode` writes.
  init?(decoding bytes: UnsafeRawBufferPointer) {
    var reader = LedgerFieldReader(bytes)
    let format = reader.byte()
    guard format == Self.format || format == Self.firstFormat, let high = reader.word(), let low = reader.word(),
      let flags = reader.number()
    else { return nil }
    self.init(id: ExchangeID(halves: (high, low)))
    isStream = flags & 1 != 0
    isEstimated = flags & 2 != 0
    for member in [
      \LedgerRow.startedAt, \.endedAt, \.durationMicroseconds, \.status, \.bytesIn, \.bytesOut, \.revision,
    ] {
      guard let number = reader.number() else { return nil }
      self[keyPath: member] = number
    }
    firstTokenMicroseconds = reader.optionalNumber()
    costBillionths = reader.optionalNumber()
    if flags & 4 != 0 { tokens = Self.buckets.indices.map { _ in reader.number() ?? 0 } }
    outcome = reader.text() ?? ""
    for member in [
      \LedgerRow.surface, \.consumer, \.team, \.key, \.model, \.route, \.version, \.target, \.provider,
    ] { self[keyPath: member] = reader.text() }
    attempts = reader.text() ?? "[]"
    for member in [\LedgerRow.currency, \.priceVersion, \.errorCode, \.clientRequestID] {
      self[keyPath: member] = reader.text()
    }
    if format == Self.format { organisation = reader.text() }
    if !reader.isGood { return nil }
  }

  private static func append(_ number: Int64, to bytes: inout [UInt8]) {
    append(unsigned: UInt64(bitPattern: (number << 1) ^ (number >> 63)), to: &bytes)
  }

  private static func append(_ number: Int64?, to bytes: inout [UInt8]) {
    bytes.append(number == nil ? 0 : 1)
    if let number { append(number, to: &bytes) }
  }

  private static func append(_ text: String?, to bytes: inout [UInt8]) {
    append(unsigned: text.map { UInt64($0.utf8.count) + 1 } ?? 0, to: &bytes)
    if let text { bytes.append(contentsOf: text.utf8) }
  }

  private static func append(unsigned number: UInt64, to bytes: inout [UInt8]) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}

/// Reads the members of a payload. What lies behind the end is nil and makes the whole bad.
struct LedgerFieldReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private(set) var isGood = true

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func byte() -> UInt8? {
    guard position < bytes.count else {
      isGood = false
      return nil
    }
    defer { position += 1 }
    return bytes[position]
  }

  /// Eight bytes, the highest first.
  mutating func word() -> UInt64? {
    var word: UInt64 = 0
    for _ in 0..<8 {
      guard let byte = byte() else { return nil }
      word = word << 8 | UInt64(byte)
    }
    return word
  }

  mutating func number() -> Int64? {
    unsigned().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
  }

  mutating func optionalNumber() -> Int64? { byte() == 1 ? number() : nil }

  mutating func text() -> String? {
    guard let length = unsigned(), length > 0 else { return nil }
    guard length - 1 <= UInt64(bytes.count - position) else {
      isGood = false
      return nil
    }
    let end = position + Int(length - 1)
    defer { position = end }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }

  private mutating func unsigned() -> UInt64? {
    var (number, shift): (UInt64, UInt64) = (0, 0)
    while shift < 64, let byte = byte() {
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
    isGood = false
    return nil
  }
}

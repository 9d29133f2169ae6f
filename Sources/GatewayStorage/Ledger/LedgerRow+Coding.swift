import GatewayCore

// The payload of a frame of the journal: a version byte, the id, then each member in order. Whole numbers are LEB128 (zigzag), texts
// their length plus one and their bytes; 0 stands for nil.
extension LedgerRow {
  private static let format: UInt8 = 4
  /// With the address behind the rest.
  private static let addressFormat: UInt8 = 5
  /// Before organisations, before caches and traces, and that with the address: what an earlier version has left in the journal.
  private static let firstFormat: UInt8 = 1
  private static let secondFormat: UInt8 = 2
  private static let secondAddressFormat: UInt8 = 3

  func encode(into bytes: inout [UInt8]) {
    bytes.append(address == nil ? Self.format : Self.addressFormat)
    let halves = id.halves
    for half in [halves.0, halves.1] {
      for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: half >> shift)) }
    }
    let flags = (isStream ? 1 : 0) | (isEstimated ? 2 : 0) | (tokens == nil ? 0 : 4)
    // One by one and not in loops over lists: every call is written.
    Self.append(Int64(flags), to: &bytes)
    Self.append(startedAt, to: &bytes)
    Self.append(endedAt, to: &bytes)
    Self.append(durationMicroseconds, to: &bytes)
    Self.append(status, to: &bytes)
    Self.append(bytesIn, to: &bytes)
    Self.append(bytesOut, to: &bytes)
    Self.append(revision, to: &bytes)
    Self.append(firstTokenMicroseconds, to: &bytes)
    Self.append(costBillionths, to: &bytes)
    if let tokens { for number in tokens { Self.append(number, to: &bytes) } }
    Self.append(outcome, to: &bytes)
    Self.append(surface, to: &bytes)
    Self.append(consumer, to: &bytes)
    Self.append(team, to: &bytes)
    Self.append(key, to: &bytes)
    Self.append(model, to: &bytes)
    Self.append(route, to: &bytes)
    Self.append(version, to: &bytes)
    Self.append(target, to: &bytes)
    Self.append(provider, to: &bytes)
    Self.append(attempts, to: &bytes)
    Self.append(currency, to: &bytes)
    Self.append(priceVersion, to: &bytes)
    Self.append(errorCode, to: &bytes)
    Self.append(clientRequestID, to: &bytes)
    Self.append(organisation, to: &bytes)
    Self.append(cache, to: &bytes)
    Self.append(savedBillionths, to: &bytes)
    Self.append(trace, to: &bytes)
    if address != nil { Self.append(address, to: &bytes) }
  }

  /// nil: not what `encode` writes.
  init?(decoding bytes: UnsafeRawBufferPointer) {
    var reader = LedgerFieldReader(bytes)
    let format = reader.byte()
    guard let format, (Self.firstFormat...Self.addressFormat).contains(format), let high = reader.word(),
      let low = reader.word(),
      let flags = reader.number()
    else { return nil }
    self.init(id: ExchangeID(halves: (high, low)))
    isStream = flags & 1 != 0
    isEstimated = flags & 2 != 0
    startedAt = reader.number() ?? 0
    endedAt = reader.number() ?? 0
    durationMicroseconds = reader.number() ?? 0
    status = reader.number() ?? 0
    bytesIn = reader.number() ?? 0
    bytesOut = reader.number() ?? 0
    revision = reader.number() ?? 0
    firstTokenMicroseconds = reader.optionalNumber()
    costBillionths = reader.optionalNumber()
    if flags & 4 != 0 { tokens = Self.buckets.indices.map { _ in reader.number() ?? 0 } }
    outcome = reader.text() ?? ""
    surface = reader.text()
    consumer = reader.text()
    team = reader.text()
    key = reader.text()
    model = reader.text()
    route = reader.text()
    version = reader.text()
    target = reader.text()
    provider = reader.text()
    attempts = reader.text() ?? "[]"
    currency = reader.text()
    priceVersion = reader.text()
    errorCode = reader.text()
    clientRequestID = reader.text()
    if format >= Self.secondFormat { organisation = reader.text() }
    if format >= Self.format {
      cache = reader.text()
      savedBillionths = reader.optionalNumber()
      trace = reader.text()
    }
    if format == Self.addressFormat || format == Self.secondAddressFormat { address = reader.text() }
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

import GatewayCore

// The payload of a frame of the journal: a version byte, the id, then each member in order. Whole numbers are LEB128 (zigzag), texts
// their length plus one and their bytes; 0 stands for nil.
extension LedgerRow {
  fileprivate static let format: UInt8 = 4
  /// With the address behind the rest.
  fileprivate static let addressFormat: UInt8 = 5
  /// Before organisations, before caches and traces, and that with the address: what an earlier version has left in the journal.
  fileprivate static let firstFormat: UInt8 = 1
  fileprivate static let secondFormat: UInt8 = 2
  fileprivate static let secondAddressFormat: UInt8 = 3

  func encode(into payload: inout ByteWriter) {
    // One by one and not in loops over lists: every call is written.
    payload.append(byte: address == nil ? Self.format : Self.addressFormat)
    payload.append(bytesOf: id)
    let flags = (isStream ? 1 : 0) | (isEstimated ? 2 : 0) | (tokens == nil ? 0 : 4)
    payload.write(Int64(flags))
    payload.write(startedAt)
    payload.write(endedAt)
    payload.write(durationMicroseconds)
    payload.write(status)
    payload.write(bytesIn)
    payload.write(bytesOut)
    payload.write(revision)
    payload.write(optional: firstTokenMicroseconds)
    payload.write(optional: costBillionths)
    if let tokens { for number in tokens { payload.write(number) } }
    payload.write(outcome)
    payload.write(surface)
    payload.write(consumer)
    payload.write(team)
    payload.write(key)
    payload.write(model)
    payload.write(route)
    payload.write(version)
    payload.write(target)
    payload.write(provider)
    payload.write(attempts)
    payload.write(currency)
    payload.write(priceVersion)
    payload.write(errorCode)
    payload.write(clientRequestID)
    payload.write(organisation)
    payload.write(cache)
    payload.write(optional: savedBillionths)
    payload.write(trace)
    if address != nil { payload.write(address) }
  }
}

// Members of a payload.
extension ByteWriter {
  fileprivate mutating func write(_ number: Int64) {
    append(varint: UInt64(bitPattern: (number << 1) ^ (number >> 63)))
  }

  fileprivate mutating func write(optional number: Int64?) {
    append(byte: number == nil ? 0 : 1)
    if let number { write(number) }
  }

  fileprivate mutating func write(_ text: String?) {
    guard let text else { return append(byte: 0) }
    text.withBytes { bytes in
      append(varint: UInt64(bytes.count) + 1)
      append(bytes)
    }
  }
}

extension SQLRows {
  private static let numbers: [LedgerColumn] = [
    .startedAt, .endedAt, .durationUs, .status, .bytesIn, .bytesOut, .revision,
  ]
  private static let texts: [LedgerColumn] = [
    .outcome, .surface, .consumer, .team, .gatewayKey, .model, .route, .version, .target, .provider, .attempts,
    .currency, .price, .errorCode, .clientRequestId,
  ]

  /// Adds what a payload holds.
  ///
  /// - Returns: false, having added nothing: it is not what `LedgerRow.encode` writes.
  mutating func append(payload: UnsafeRawBufferPointer) -> Bool {
    var reader = LedgerFieldReader(payload)
    guard let format = reader.byte(), (LedgerRow.firstFormat...LedgerRow.addressFormat).contains(format),
      let id = reader.bytes(16), let flags = reader.number()
    else { return false }
    appendRow()
    set(LedgerColumn.id.rawValue, bytes: id)
    set(.stream, flags & 1)
    for column in Self.numbers { set(column, reader.number() ?? 0) }
    take(.firstTokenUs, reader.optionalNumber())
    take(.costBillionths, reader.optionalNumber())
    if flags & 4 != 0 {
      for column in LedgerColumn.buckets { set(column, reader.number() ?? 0) }
      set(.estimated, flags >> 1 & 1)
    }
    for column in Self.texts { take(column, reader.text()) }
    if format >= LedgerRow.secondFormat { take(.organisation, reader.text()) }
    if format >= LedgerRow.format {
      take(.cache, reader.text())
      take(.savedBillionths, reader.optionalNumber())
      take(.trace, reader.text())
    }
    if format == LedgerRow.addressFormat || format == LedgerRow.secondAddressFormat { take(.address, reader.text()) }
    let isWhole = place(.outcome, of: count - 1) != nil && place(.attempts, of: count - 1) != nil
    if !reader.isGood || !isWhole { removeLastRow() }
    return reader.isGood && isWhole
  }

  private mutating func take(_ column: LedgerColumn, _ text: UnsafeRawBufferPointer?) {
    if let text { set(column, text: text) }
  }

  private mutating func take(_ column: LedgerColumn, _ number: Int64?) {
    if let number { set(column, number) }
  }
}

extension LedgerRow {
  init(_ rows: SQLRows, _ row: Int) {
    func number(_ column: LedgerColumn) -> Int64 { rows.integer(column, of: row) ?? 0 }
    func text(_ column: LedgerColumn) -> String? { rows.text(column, of: row) }
    let id = rows.place(.id, of: row).map { rows.bytes[$0] } ?? []
    func half(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(id: ExchangeID(halves: (half(id.prefix(8)), half(id.dropFirst(8)))))
    (startedAt, endedAt, durationMicroseconds) = (number(.startedAt), number(.endedAt), number(.durationUs))
    firstTokenMicroseconds = rows.integer(.firstTokenUs, of: row)
    (outcome, status) = (text(.outcome) ?? "", number(.status))
    (surface, isStream) = (text(.surface), number(.stream) != 0)
    (consumer, team, organisation, key) = (text(.consumer), text(.team), text(.organisation), text(.gatewayKey))
    (model, route, version, target) = (text(.model), text(.route), text(.version), text(.target))
    (provider, attempts) = (text(.provider), text(.attempts) ?? "[]")
    if rows.integer(.estimated, of: row) != nil {
      tokens = LedgerColumn.buckets.map(number)
      isEstimated = number(.estimated) != 0
    }
    costBillionths = rows.integer(.costBillionths, of: row)
    (currency, priceVersion) = (text(.currency), text(.price))
    (bytesIn, bytesOut, revision) = (number(.bytesIn), number(.bytesOut), number(.revision))
    (errorCode, clientRequestID) = (text(.errorCode), text(.clientRequestId))
    (cache, savedBillionths, trace) = (text(.cache), rows.integer(.savedBillionths, of: row), text(.trace))
    address = text(.address)
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

  mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer? {
    guard count <= bytes.count - position else {
      isGood = false
      return nil
    }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  mutating func number() -> Int64? {
    unsigned().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
  }

  mutating func optionalNumber() -> Int64? { byte() == 1 ? number() : nil }

  mutating func text() -> UnsafeRawBufferPointer? {
    guard let length = unsigned(), length > 0 else { return nil }
    return bytes(Int(clamping: length - 1))
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

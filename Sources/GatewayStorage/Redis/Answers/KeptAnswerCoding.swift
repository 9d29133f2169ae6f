import GatewayCore

/// A kept answer as bytes: a version, whole numbers of eight bytes with the highest first, and texts behind their lengths.
enum KeptAnswerCoding {
  private static let version: UInt8 = 1

  /// - Parameter mark: what has been forgotten when it was made.
  static func encode(_ answer: KeptAnswer, mark: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(answer.size)
    bytes.append(version)
    bytes.append(answer.isStream ? 1 : 0)
    append(answer.keptAt.milliseconds, to: &bytes)
    append(answer.expiresAt.milliseconds, to: &bytes)
    append(answer.cost?.billionths ?? 0, to: &bytes)
    append(mark, to: &bytes)
    for text in [
      answer.cost?.currency.code ?? "", answer.priceVersion, answer.contentType, answer.target, answer.dropped,
      answer.emulated,
    ] {
      append(Array(text.utf8), to: &bytes)
    }
    append(answer.body, to: &bytes)
    return bytes
  }

  /// - Returns: nil for what `encode` of this version does not write.
  static func decode(_ bytes: [UInt8]) -> (answer: KeptAnswer, mark: [UInt8])? {
    guard bytes.count > 2, bytes[0] == version, bytes[1] <= 1 else { return nil }
    var rest = bytes[2...]
    guard let keptAt = number(&rest), let expiresAt = number(&rest), let billionths = number(&rest),
      let mark = piece(&rest), let currency = text(&rest), let price = text(&rest), let contentType = text(&rest),
      let target = text(&rest), let dropped = text(&rest), let emulated = text(&rest), let body = piece(&rest),
      rest.isEmpty
    else { return nil }
    var answer = KeptAnswer(
      body: Array(body), isStream: bytes[1] == 1, contentType: contentType, target: target,
      keptAt: WallTime(milliseconds: keptAt), expiresAt: WallTime(milliseconds: expiresAt))
    answer.dropped = dropped
    answer.emulated = emulated
    answer.priceVersion = price
    if let currency = Currency(currency) { answer.cost = Money(billionths: billionths, currency: currency) }
    return (answer, Array(mark))
  }

  private static func append(_ number: Int64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }

  private static func append(_ piece: [UInt8], to bytes: inout [UInt8]) {
    append(Int64(piece.count), to: &bytes)
    bytes.append(contentsOf: piece)
  }

  private static func number(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    guard rest.count >= 8 else { return nil }
    let number = rest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    rest = rest.dropFirst(8)
    return Int64(bitPattern: number)
  }

  private static func piece(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let count = number(&rest), count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }

  private static func text(_ rest: inout ArraySlice<UInt8>) -> String? {
    piece(&rest).map { String(decoding: $0, as: UTF8.self) }
  }
}

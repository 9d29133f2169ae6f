import Crypto
import GatewayCore

/// How far a chain of lines goes: the number of the last one and its hash.
struct AuditHead: Hashable, Sendable {
  var number: Int64
  /// SHA-256, 64 hexadecimal digits.
  var hash: String

  static let start = AuditHead(number: 0, hash: String(repeating: "0", count: 64))
}

/// The record of a call as a line of JSON. The last members are its number, the hash of the line before, and its own hash: SHA-256
/// of all that stands before `,"hash"`.
enum ExchangeLine {
  private static let digestLength = 64
  private static let beforeHash = Array(#"","hash":""#.utf8)
  private static let beforePrevious = Array(#","previous":""#.utf8)
  private static let beforeNumber = Array(#","number":"#.utf8)
  private static let beforeID = Array(#","request_id":""#.utf8)
  private static let end = Array(#""}"#.utf8)

  /// Adds the line and its end.
  /// - Parameter head: of the line before; then of this one.
  static func append(_ row: LedgerRow, to bytes: inout [UInt8], _ head: inout AuditHead) {
    let start = bytes.count
    bytes.append(contentsOf: members(of: row).utf8.dropLast())
    let number = head.number + 1
    bytes.append(contentsOf: #","number":\#(number),"previous":"\#(head.hash)""#.utf8)
    let hash = digest(of: bytes[start...])
    bytes.append(contentsOf: ",\"hash\":\"\(hash)\"}\n".utf8)
    head = AuditHead(number: number, hash: hash)
  }

  private static func members(of row: LedgerRow) -> String {
    var object = AuditDetail()
    object.add("timestamp", WallTime(milliseconds: row.endedAt))
    object.add("user_id", json: row.consumer.map { JSONQuote.quoted($0) } ?? "null")
    object.add("action", row.model == nil ? "api_call" : "model_inference")
    object.add("model_id", json: row.model.map { JSONQuote.quoted($0) } ?? "null")
    object.add("input_length", json: count(row, 0..<4))
    object.add("output_length", json: count(row, 4..<7))
    object.add("status", row.outcome)
    object.add("ip_address", json: row.address.map { JSONQuote.quoted($0) } ?? "null")
    object.add("request_id", row.id.description)
    object.add("client_request_id", row.clientRequestID)
    object.add("status_code", json: "\(row.status)")
    object.add("surface", row.surface)
    object.add("team", row.team)
    object.add("organisation", row.organisation)
    object.add("key", row.key)
    object.add("target", row.target)
    object.add("version", row.version)
    object.add("duration_ms", json: "\(row.durationMicroseconds / 1000)")
    object.add("cost", row.costBillionths.map { Money.decimal($0) })
    object.add("currency", row.currency)
    object.add("error_code", row.errorCode)
    return object.text
  }

  /// Tokens in these of `LedgerRow.buckets`.
  private static func count(_ row: LedgerRow, _ buckets: Range<Int>) -> String {
    row.tokens.map { "\($0[buckets].reduce(0, &+))" } ?? "null"
  }

  /// What a line says of its place; nil: it is none, or was changed.
  /// - Parameter line: without its end.
  static func read(_ line: some RandomAccessCollection<UInt8>) -> (head: AuditHead, previous: String)? {
    let line = Array(line)
    let tail = beforeHash.count + digestLength + end.count
    guard line.count > tail + digestLength, line.suffix(end.count).elementsEqual(end) else { return nil }
    let hashStart = line.count - end.count - digestLength
    // The quotation mark in front belongs to what is hashed.
    let hashed = hashStart - beforeHash.count + 1
    guard line[(hashed - 1)..<hashStart].elementsEqual(beforeHash) else { return nil }
    let hash = String(decoding: line[hashStart..<(hashStart + digestLength)], as: UTF8.self)
    let previousStart = hashed - 1 - digestLength
    let numberEnd = previousStart - beforePrevious.count
    guard numberEnd > 0, line[numberEnd..<previousStart].elementsEqual(beforePrevious) else { return nil }
    var numberStart = numberEnd
    while numberStart > 0, line[numberStart - 1] &- 0x30 < 10 { numberStart -= 1 }
    guard line[..<numberStart].suffix(beforeNumber.count).elementsEqual(beforeNumber),
      let number = Int64(String(decoding: line[numberStart..<numberEnd], as: UTF8.self)),
      (1..<1 << 53).contains(number), digest(of: line[..<hashed]) == hash
    else { return nil }
    let previous = String(decoding: line[previousStart..<(hashed - 1)], as: UTF8.self)
    return (AuditHead(number: number, hash: hash), previous)
  }

  /// The exchange that a line is about. No text of a caller can be taken for the member: its quotation marks are escaped.
  static func id(_ line: [UInt8]) -> ExchangeID? {
    guard let found = line.firstRange(of: beforeID), line.count >= found.upperBound + ExchangeID.length else {
      return nil
    }
    let digits = line[found.upperBound..<(found.upperBound + ExchangeID.length)]
    let text = String(decoding: digits, as: UTF8.self)
    guard let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16) else {
      return nil
    }
    return ExchangeID(halves: (high, low))
  }

  private static func digest(of bytes: ArraySlice<UInt8>) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return HexText.write(Array(hash.finalize()))
  }
}

extension AuditDirectory {
  /// Hands out the records of calls that ended in a stretch of time, without the ends of the lines.
  /// - Parameter times: RFC 3339 in UTC, to the second.
  package func eachExchange(in times: Range<String>, _ body: (String) throws -> Void) throws {
    let head = Array(#"{"timestamp":""#.utf8)
    for file in files(.exchanges) {
      for line in try lines(of: file) where line.starts(with: head) {
        let time = String(decoding: line.dropFirst(head.count).prefix(20), as: UTF8.self)
        if times.contains(time) { try body(String(decoding: line, as: UTF8.self)) }
      }
    }
  }
}

import GatewayCore

/// What a collector said to a request (OTLP 1, "OTLP/HTTP Response").
package enum TraceExportAnswer: Hashable, Sendable {
  /// It has the spans but for so many.
  case taken(rejected: Int, message: String?)
  /// It may have them when they are sent again, at the earliest after a while that it may name.
  case later(after: Duration?, reason: String)
  /// It will not have them.
  case refused(reason: String)

  // Longer waits than that hold up later spans for nothing.
  private static let longestWait: Duration = .seconds(30)

  /// - Parameter retryAfter: the field's value, in seconds; a date is not looked at.
  package init(status: Int, retryAfter: String?, body: [UInt8]) {
    switch status {
    case 200..<300:
      let answer = Self.partialSuccess(in: body)
      self = .taken(rejected: answer.rejected, message: answer.message)
    case 429, 502, 503, 504:
      let seconds = retryAfter.flatMap { Int64($0) }.map { Duration.seconds(min(max(0, $0), 86_400)) }
      self = .later(after: seconds.map { min($0, Self.longestWait) }, reason: "status \(status)")
    default:
      let message = Self.statusMessage(in: body)
      self = .refused(reason: message.map { "status \(status): \($0)" } ?? "status \(status)")
    }
  }

  /// `ExportTraceServiceResponse.partial_success`
  private static func partialSuccess(in body: [UInt8]) -> (rejected: Int, message: String?) {
    var (rejected, message): (Int, String?) = (0, nil)
    var reader = ProtobufReader(body[...])
    while let (field, value) = reader.next() {
      guard field == 1, case .bytes(let inner) = value else { continue }
      var partial = ProtobufReader(inner)
      while let (field, value) = partial.next() {
        switch (field, value) {
        case (1, .number(let count)): rejected = Int(clamping: Int64(bitPattern: count))
        case (2, .bytes(let text)): message = plain(text)
        default: break
        }
      }
    }
    return (max(0, rejected), message)
  }

  /// `Status.message`; nil for what is no such message.
  private static func statusMessage(in body: [UInt8]) -> String? {
    var reader = ProtobufReader(body[...])
    while let (field, value) = reader.next() {
      if field == 2, case .bytes(let text) = value { return plain(text) }
    }
    return nil
  }

  /// For the log: one line of text, not too long.
  private static func plain(_ bytes: ArraySlice<UInt8>) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else { return nil }
    return String(text.unicodeScalars.prefix(200).map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
  }
}

/// How often and when a request is sent again that a collector has not taken.
package struct TraceExportRetry: Sendable {
  private static let longest: Duration = .seconds(10)
  /// After the first one.
  private static let attempts = 4

  private var failures = 0

  package init() {}

  /// - Parameters:
  ///   - delay: that the collector wants.
  ///   - jitter: from 0 to 1.
  /// - Returns: how long to wait; nil: it is given up.
  package mutating func pause(after delay: Duration?, jitter: Double) -> Duration? {
    failures += 1
    guard failures <= Self.attempts else { return nil }
    let nominal = min(Self.longest, .milliseconds(500 << (failures - 1)))
    return max(delay ?? .zero, nominal * (0.5 + jitter / 2))
  }
}

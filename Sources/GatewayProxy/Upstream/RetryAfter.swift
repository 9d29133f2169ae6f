import Foundation
import NIOCore

/// `Retry-After` of a provider (RFC 9110 §10.2.3: seconds or a date), and the finer `retry-after-ms` that some send.
enum RetryAfter {
  static func parse(_ head: AnswerHead, secondsSince1970 now: Int = Int(time(nil))) -> Duration? {
    for field in head.fields where field.known == .retryAfterMilliseconds {
      if let milliseconds = number(head.bytes.slice(field.value)) { return .milliseconds(milliseconds) }
    }
    guard let value = head.retryAfter else { return nil }
    if let seconds = number(value) { return .seconds(seconds) }
    guard let date = date(String(buffer: value)) else { return nil }
    return .seconds(max(0, date - now))
  }

  private static func number(_ value: ByteBuffer) -> Int? {
    guard let seconds = Double(String(buffer: value)), seconds.isFinite, seconds >= 0, seconds < 1e9 else { return nil }
    return Int(seconds.rounded(.up))
  }

  /// Seconds since 1970 of an IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func date(_ text: String) -> Int? {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT" else { return nil }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let clock = words[4].split(separator: ":").compactMap { Int32($0) }
    guard let day = Int32(words[1]), let month = months.firstIndex(of: String(words[2])), let year = Int32(words[3]),
      clock.count == 3, 1...31 ~= day, 1970...9999 ~= year
    else { return nil }
    var parts = tm()
    parts.tm_mday = day
    parts.tm_mon = Int32(month)
    parts.tm_year = year - 1900
    parts.tm_hour = clock[0]
    parts.tm_min = clock[1]
    parts.tm_sec = clock[2]
    return Int(timegm(&parts))
  }
}

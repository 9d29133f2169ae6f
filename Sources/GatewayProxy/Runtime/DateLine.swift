import Foundation
import GatewayCore
import NIOCore

/// The `date` field of answers, formatted at most once a second.
struct DateLine {
  private var madeAt: Instant?
  private var line = ByteBuffer()

  mutating func bytes(now: Instant) -> ByteBuffer {
    if let madeAt, now - madeAt < .seconds(1) { return line }
    madeAt = now
    line = ByteBuffer(string: "date: \(Self.imfFixdate(secondsSince1970: Int(time(nil))))\r\n")
    return line
  }

  /// RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func imfFixdate(secondsSince1970: Int) -> String {
    var seconds = time_t(secondsSince1970)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) "
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
  }

  private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

import Foundation
package import GatewayCore

/// What people write of an issued key, wherever they write it.
package enum KeyRuleTexts {
  // A century: whoever means never leaves it out.
  private static let longestLife: Duration = .seconds(36_525 * 86_400)
  /// Of the time in which a rotated key stays good.
  package static let longestGrace: Duration = .seconds(366 * 86_400)

  package static func note(_ text: String) throws(KeyRuleFault) -> String {
    guard text.utf8.count <= 1000 else { throw KeyRuleFault("\(text.utf8.count) bytes are more than 1000") }
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      throw KeyRuleFault("a note is one line without control characters")
    }
    return text
  }

  /// `30s`
  package static func duration(_ text: String, longest: Duration) throws(KeyRuleFault) -> Duration {
    do throws(LiteralFault) {
      let duration = try DurationLiteral.parse(text)
      guard duration <= longest else { throw LiteralFault("at most \(DurationLiteral.format(longest))") }
      return duration
    } catch {
      throw KeyRuleFault("\(error.message)\(error.advice.map { "; \($0)" } ?? "")")
    }
  }

  /// From now: `30d`.
  package static func end(in text: String, now: WallTime) throws(KeyRuleFault) -> WallTime {
    let life = try duration(text, longest: longestLife)
    return try checked(WallTime(milliseconds: now.milliseconds + life.wholeNanoseconds / 1_000_000), now)
  }

  /// `2027-01-01`, its first moment in UTC, or `2027-01-01T12:00:00Z`.
  package static func end(at text: String, now: WallTime) throws(KeyRuleFault) -> WallTime {
    guard let moment = moment(text) else {
      throw KeyRuleFault("'\(text.shortened)' is no date: write 2027-01-01 or 2027-01-01T12:00:00Z")
    }
    return try checked(moment, now)
  }

  /// A day or a moment as RFC 3339 writes them; nil: it is neither.
  package static func moment(_ text: String) -> WallTime? {
    let date: Date?
    if text.utf8.count == 10 {
      let style = Date.ISO8601FormatStyle().year().month().day()
      // 30 February is no date.
      date = (try? style.parse(text)).flatMap { $0.formatted(style) == text ? $0 : nil }
    } else {
      date =
        (try? Date.ISO8601FormatStyle().parse(text))
        ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
    }
    return date.map { WallTime(milliseconds: Int64(($0.timeIntervalSince1970 * 1000).rounded())) }
  }

  private static func checked(_ moment: WallTime, _ now: WallTime) throws(KeyRuleFault) -> WallTime {
    guard moment > now else { throw KeyRuleFault("the expiry lies in the past; to end a key at once, revoke it") }
    guard moment.milliseconds <= now.milliseconds + longestLife.wholeNanoseconds / 1_000_000 else {
      throw KeyRuleFault("the expiry lies more than a century ahead; leave it out for a key that does not end")
    }
    return moment
  }
}

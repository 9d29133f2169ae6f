import GatewayCore

/// The attempts of an exchange as JSON: the members of the access log, without the sentences that explain failures.
enum LedgerAttempts {
  /// - Parameter start: of the exchange: `at` says how many milliseconds later an attempt began.
  static func json(of attempts: [ExchangeRecord.Attempt], since start: Instant) -> String {
    var text = "["
    // Of names of the usual lengths: it grows once and not by and by.
    text.reserveCapacity(2 + 120 * attempts.count)
    for attempt in attempts {
      if text.utf8.count > 1 { text += "," }
      text += "{\"target\":"
      append(attempt.target, to: &text)
      if let credential = attempt.credential {
        text += ",\"credential\":"
        append(credential, to: &text)
      }
      if let status = attempt.status { text += ",\"status\":\(status)" }
      text += ",\"at\":\(max(0, (attempt.startedAt - start).wholeNanoseconds) / 1_000_000)"
      text += ",\"ms\":\(max(0, (attempt.endedAt - attempt.startedAt).wholeNanoseconds) / 1_000_000)"
      if let failure = attempt.failure { text += ",\"failure\":\"\(failure.kind.rawValue)\"" }
      text += "}"
    }
    return text + "]"
  }

  /// RFC 8259 §7.
  static func append(_ value: String, to text: inout String) {
    text += "\""
    if isPlain(value) {
      text += value
    } else {
      for scalar in value.unicodeScalars {
        switch scalar.value {
        case 0x22: text += "\\\""
        case 0x5C: text += "\\\\"
        case 0..<0x20:
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }

  private static func isPlain(_ value: String) -> Bool {
    var value = value
    return value.withUTF8 { bytes in
      for byte in bytes where byte < 0x20 || byte == 0x22 || byte == 0x5C { return false }
      return true
    }
  }
}

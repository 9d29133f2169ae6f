import GatewayCore

/// The attempts of an exchange as JSON: the members of the access log, without the sentences that explain failures.
enum LedgerAttempts {
  /// - Parameter start: of the exchange: `at` says how many milliseconds later an attempt began.
  static func json(of attempts: [ExchangeRecord.Attempt], since start: Instant) -> String {
    var json = ByteWriter(capacity: 256)
    json.append("[")
    for index in attempts.indices {
      let attempt = attempts[index]
      json.append(index == 0 ? "{\"target\":" : ",{\"target\":")
      json.append(quoted: attempt.target)
      if let credential = attempt.credential {
        json.append(",\"credential\":")
        json.append(quoted: credential)
      }
      if let status = attempt.status {
        json.append(",\"status\":")
        json.append(status)
      }
      json.append(",\"at\":")
      json.append(Int(max(0, attempt.startedAt.nanoseconds(since: start)) / 1_000_000))
      json.append(",\"ms\":")
      json.append(Int(max(0, attempt.endedAt.nanoseconds(since: attempt.startedAt)) / 1_000_000))
      if let failure = attempt.failure {
        json.append(",\"failure\":")
        json.append(quoted: failure.kind.rawValue)
      }
      json.append("}")
    }
    json.append("]")
    return json.text
  }
}

import GatewayCore
import GatewayTelemetry

/// Records to settle.
enum Records {
  static let milliseconds: UInt64 = 1_000_000

  /// A streamed call that one target answered in 900 ms, the first token after 200 ms, 8 tokens in all.
  static func stream(route: String = "fast", consumer: String = "app", target: String = "a/m") -> ExchangeRecord {
    var record = ExchangeRecord(
      id: ExchangeID(origin: 1, sequence: 2), startedAt: Instant(nanoseconds: 1000 * milliseconds))
    record.endedAt = Instant(nanoseconds: 1900 * milliseconds)
    record.firstTokenAt = Instant(nanoseconds: 1200 * milliseconds)
    record.outcome = .success
    record.status = 200
    record.method = "POST"
    record.path = "/v1/chat/completions"
    record.surface = .chatCompletions
    record.isStream = true
    record.consumer = consumer
    record.model = route
    record.route = route
    record.target = target
    record.provider = String(target.prefix { $0 != "/" })
    record.attempts = [attempt(target)]
    record.usage = TokenUsage(inputUncached: 10, inputCached: 5, output: 6, reasoning: 2)
    return record
  }

  static func attempt(_ target: String, failure: UpstreamFailure? = nil) -> ExchangeRecord.Attempt {
    var attempt = ExchangeRecord.Attempt(
      target: target, provider: String(target.prefix { $0 != "/" }), credential: nil,
      startedAt: Instant(nanoseconds: 1000 * milliseconds), endedAt: Instant(nanoseconds: 1010 * milliseconds))
    attempt.failure = failure
    attempt.status = failure?.status
    return attempt
  }

  /// Refused before any target was called.
  static func rejected(code: String, status: Int = 401) -> ExchangeRecord {
    var record = ExchangeRecord(
      id: ExchangeID(origin: 1, sequence: 3), startedAt: Instant(nanoseconds: 1000 * milliseconds))
    record.status = status
    record.errorCode = code
    record.surface = .chatCompletions
    return record
  }
}

/// A scrape, by sample.
struct Scrape {
  private let samples: [Substring: Substring]

  init(_ telemetry: Telemetry) {
    let text = String(decoding: telemetry.render(), as: UTF8.self)
    var samples: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let space = line.lastIndex(of: " ") else { continue }
      samples[line[..<space]] = line[line.index(after: space)...]
    }
    self.samples = samples
  }

  /// The value of the sample that is written like this, as text.
  subscript(_ sample: String) -> String? { samples[sample[...]].map(String.init) }

  func count(of metric: String) -> Int { samples.keys.count { $0.hasPrefix(metric + "{") } }
}

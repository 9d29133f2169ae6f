import GatewayCore

/// Everything that is counted of the exchanges with the same `SeriesKey`.
struct Series: Sendable {
  /// Exchanges that ended the same way.
  struct Ending: Sendable {
    var outcome: ExchangeRecord.Outcome
    /// -1 stands for all that are not told apart.
    var status: Int
    var code: String?
    var count: UInt64
  }

  let key: SeriesKey
  private(set) var endings: [Ending] = []
  private(set) var duration = Histogram()
  private(set) var timeToFirstToken = Histogram()
  private(set) var timePerOutputToken = Histogram()
  private(set) var inputTokens = Histogram()
  private(set) var outputTokens = Histogram()
  private(set) var usage = TokenUsage()
  private(set) var estimatedUsages: UInt64 = 0
  private(set) var implausibleUsages: UInt64 = 0
  /// By currency, mostly one.
  private(set) var costs: [Money] = []
  private(set) var unpriced: UInt64 = 0
  /// Answers that were given again.
  private(set) var hits: UInt64 = 0

  init(key: SeriesKey) { self.key = key }

  /// What became of an ending.
  enum EndingCount { case known, added, collapsed }

  /// Counts the end of an exchange.
  ///
  /// - Parameter mayGrow: whether an ending that was not seen yet gets an entry of its own.
  mutating func countEnding(of record: ExchangeRecord, mayGrow: Bool) -> EndingCount {
    for index in endings.indices
    where endings[index].status == record.status && endings[index].outcome == record.outcome
      && endings[index].code == record.errorCode
    {
      endings[index].count &+= 1
      return .known
    }
    if mayGrow {
      endings.append(Ending(outcome: record.outcome, status: record.status, code: record.errorCode, count: 1))
      return .added
    }
    for index in endings.indices where endings[index].status == -1 && endings[index].outcome == record.outcome {
      endings[index].count &+= 1
      return .collapsed
    }
    endings.append(Ending(outcome: record.outcome, status: -1, code: SeriesKey.other, count: 1))
    return .collapsed
  }

  /// Times of a call that reached a target.
  mutating func countTimes(of record: ExchangeRecord) {
    duration.observe(nanoseconds(from: record.startedAt, to: record.endedAt), in: .requestDuration)
    guard let firstToken = record.firstTokenAt else { return }
    timeToFirstToken.observe(nanoseconds(from: record.startedAt, to: firstToken), in: .timeToFirstToken)
    guard record.outcome == .success, let tokens = record.usage?.totalOutput, tokens > 1 else { return }
    let perToken = nanoseconds(from: firstToken, to: record.endedAt) / UInt64(tokens - 1)
    timePerOutputToken.observe(perToken, in: .timePerOutputToken)
  }

  mutating func countUsage(_ tokens: TokenUsage) {
    inputTokens.observe(UInt64(max(0, tokens.totalInput)), in: .tokens)
    outputTokens.observe(UInt64(max(0, tokens.totalOutput)), in: .tokens)
    usage.add(tokens)
    if tokens.isEstimated { estimatedUsages &+= 1 }
    if tokens.isImplausible { implausibleUsages &+= 1 }
  }

  mutating func countHit() { hits &+= 1 }

  mutating func countCost(of record: ExchangeRecord) {
    guard record.usage != nil else { return }
    if let cost = record.cost { add(cost.money) } else { unpriced &+= 1 }
  }

  private mutating func add(_ money: Money) {
    if let index = costs.firstIndex(where: { $0.currency == money.currency }) {
      costs[index].billionths &+= money.billionths
    } else {
      costs.append(money)
    }
  }

  /// Adds what another shard counted under the same key, endings excepted: those have other labels.
  mutating func add(_ other: Series) {
    endings.append(contentsOf: other.endings)
    duration.add(other.duration)
    timeToFirstToken.add(other.timeToFirstToken)
    timePerOutputToken.add(other.timePerOutputToken)
    inputTokens.add(other.inputTokens)
    outputTokens.add(other.outputTokens)
    usage.add(other.usage)
    estimatedUsages &+= other.estimatedUsages
    implausibleUsages &+= other.implausibleUsages
    for money in other.costs { add(money) }
    unpriced &+= other.unpriced
    hits &+= other.hits
  }

  private func nanoseconds(from start: Instant, to end: Instant) -> UInt64 {
    end > start ? end.nanoseconds - start.nanoseconds : 0
  }
}

extension TokenUsage {
  /// The buckets by the value of the label `type`.
  var buckets: [(type: String, tokens: Int)] {
    [
      ("input_uncached", inputUncached), ("input_cached", inputCached), ("cache_write", cacheWrite),
      ("input_audio", inputAudio), ("output", output), ("reasoning", reasoning), ("output_audio", outputAudio),
    ]
  }

  mutating func add(_ other: TokenUsage) {
    inputUncached &+= other.inputUncached
    inputCached &+= other.inputCached
    cacheWrite &+= other.cacheWrite
    inputAudio &+= other.inputAudio
    output &+= other.output
    reasoning &+= other.reasoning
    outputAudio &+= other.outputAudio
  }
}

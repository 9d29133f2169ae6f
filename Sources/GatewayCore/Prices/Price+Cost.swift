extension Price {
  private static let million: Int128 = 1_000_000

  /// What a call cost, in billionths of the currency: exact, rounded half up once at the end, and at most `Int64.max`.
  ///
  /// - Parameters:
  ///   - time: when the call came in; decides which amounts apply.
  ///   - images: that were made.
  package func cost(of usage: TokenUsage, at time: WallTime, images: Int = 0) -> Int64 {
    let rates = rates(input: usage.totalInput, output: usage.totalOutput, at: time)
    var sum: Int128 = 0
    Self.add(usage.inputUncached, rates.input, to: &sum)
    Self.add(usage.inputCached, rates.cachedInput, to: &sum)
    let kept = min(max(usage.cacheWrite1h, 0), max(usage.cacheWrite, 0))
    Self.add(usage.cacheWrite - kept, rates.cacheWrite, to: &sum)
    Self.add(kept, rates.cacheWrite1h, to: &sum)
    Self.add(usage.inputAudio, rates.inputAudio, to: &sum)
    Self.add(usage.output, rates.output, to: &sum)
    Self.add(usage.reasoning, rates.reasoning, to: &sum)
    Self.add(usage.outputAudio, rates.outputAudio, to: &sum)
    return total(sum, images: images)
  }

  /// The most that a call can cost, in billionths, and never less than `cost` says afterwards: whatever of its prompt is cached or written to a cache, however much
  /// of the answer is reasoning, in whichever tier and at whatever time it ends.
  ///
  /// - Parameters:
  ///   - input: prompt tokens at most.
  ///   - output: answer tokens at most.
  ///   - hasAudio: the prompt has audio, or the answer may have some.
  package func upperBound(input: Int, output: Int, images: Int = 0, hasAudio: Bool = false) -> Int64 {
    var most = Self.most(steps, input: input, output: output, hasAudio: hasAudio)
    for schedule in schedules {
      most = max(most, Self.most(schedule.steps, input: input, output: output, hasAudio: hasAudio))
    }
    return total(most, images: images)
  }

  private static func most(_ steps: [Step], input: Int, output: Int, hasAudio: Bool) -> Int128 {
    var most: Int128 = 0
    for step in steps where step.above < max(input, 0) || step.above < 0 {
      var sum: Int128 = 0
      add(input, step.rates.dearestInput(withAudio: hasAudio), to: &sum)
      add(output, step.rates.dearestOutput(withAudio: hasAudio), to: &sum)
      most = max(most, sum)
    }
    return most
  }

  /// The rates of a call.
  package func rates(input: Int, output: Int, at time: WallTime) -> PriceRates {
    // Most prices are the same at all times.
    let schedule = schedules.isEmpty ? nil : schedule(at: time)
    return Self.rates(schedule?.steps ?? steps, input: input, output: output)
  }

  private static func rates(_ steps: [Step], input: Int, output: Int) -> PriceRates {
    var index = steps.count - 1
    while index > 0, steps[index].above >= input || steps[index].outputAbove >= output { index -= 1 }
    return steps[index].rates
  }

  /// Tokens are never less than none, and what is more than an `Int128` holds stays the most that it holds.
  private static func add(_ tokens: Int, _ rate: Int64, to sum: inout Int128) {
    guard tokens > 0, rate > 0 else { return }
    let (result, overflows) = sum.addingReportingOverflow(Int128(tokens) * Int128(rate))
    sum = overflows ? .max : result
  }

  private func total(_ sum: Int128, images: Int) -> Int64 {
    let tokens = sum / Self.million + (sum % Self.million >= Self.million / 2 ? 1 : 0)
    // Neither a sum of tokens / 10⁶ nor one of images × amount comes near the end of an `Int128`.
    let all = tokens + Int128(perRequest) + Int128(max(images, 0)) * Int128(perImage)
    return all > Int128(Int64.max) ? .max : Int64(all)
  }
}

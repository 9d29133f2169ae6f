/// What tokens cost as somebody wrote it: billionths of the currency for a million tokens of each kind, none of them needed.
package struct PriceAmounts: Hashable, Sendable {
  package var input: Int64?
  /// Read from the provider's prompt cache.
  package var cachedInput: Int64?
  /// Written to the provider's prompt cache.
  package var cacheWrite: Int64?
  /// The same, to be kept for an hour (Anthropic).
  package var cacheWrite1h: Int64?
  package var output: Int64?
  package var reasoning: Int64?
  package var inputAudio: Int64?
  package var outputAudio: Int64?

  package init(
    input: Int64? = nil, cachedInput: Int64? = nil, cacheWrite: Int64? = nil, cacheWrite1h: Int64? = nil,
    output: Int64? = nil, reasoning: Int64? = nil, inputAudio: Int64? = nil, outputAudio: Int64? = nil
  ) {
    self.input = input
    self.cachedInput = cachedInput
    self.cacheWrite = cacheWrite
    self.cacheWrite1h = cacheWrite1h
    self.output = output
    self.reasoning = reasoning
    self.inputAudio = inputAudio
    self.outputAudio = outputAudio
  }

  /// These where they are named, the others where they are not.
  func over(_ others: PriceAmounts) -> PriceAmounts {
    PriceAmounts(
      input: input ?? others.input, cachedInput: cachedInput ?? others.cachedInput,
      cacheWrite: cacheWrite ?? others.cacheWrite, cacheWrite1h: cacheWrite1h ?? others.cacheWrite1h,
      output: output ?? others.output,
      reasoning: reasoning ?? others.reasoning, inputAudio: inputAudio ?? others.inputAudio,
      outputAudio: outputAudio ?? others.outputAudio)
  }

  var named: [(name: String, amount: Int64)] {
    let all = [
      ("input", input), ("cachedInput", cachedInput), ("cacheWrite", cacheWrite),
      ("cacheWrite1h", cacheWrite1h), ("output", output),
      ("reasoning", reasoning), ("inputAudio", inputAudio), ("outputAudio", outputAudio),
    ]
    return all.compactMap { name, amount in amount.map { (name, $0) } }
  }
}

/// What tokens of every kind cost, in billionths for a million of them. No kind is free because nobody named it:
/// cached input, cache writes and audio input cost what input costs, those for an hour what other cache writes cost, output what input costs, reasoning and audio output what
/// output costs. Only where neither input nor output is named (a price for a request or an image) are tokens free.
package struct PriceRates: Hashable, Sendable {
  package let input, cachedInput, cacheWrite, cacheWrite1h, output, reasoning, inputAudio, outputAudio: Int64

  init(_ amounts: PriceAmounts) {
    let input = amounts.input ?? 0
    let output = amounts.output ?? input
    self.input = input
    self.output = output
    cachedInput = amounts.cachedInput ?? input
    cacheWrite = amounts.cacheWrite ?? input
    cacheWrite1h = amounts.cacheWrite1h ?? cacheWrite
    inputAudio = amounts.inputAudio ?? input
    reasoning = amounts.reasoning ?? output
    outputAudio = amounts.outputAudio ?? output
  }

  func dearestInput(withAudio: Bool) -> Int64 {
    max(input, cachedInput, cacheWrite, cacheWrite1h, withAudio ? inputAudio : 0)
  }

  func dearestOutput(withAudio: Bool) -> Int64 { max(output, reasoning, withAudio ? outputAudio : 0) }
}

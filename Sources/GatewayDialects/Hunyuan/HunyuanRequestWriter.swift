import GatewayCore

/// Writes the body of the action `ChatCompletions`, version 2023-09-01.
///
/// The API has neither a response format nor a limit of tokens. Its own switches (`StreamModeration`, `EnableDeepSearch` …) go on
/// as the caller wrote them.
///
/// Source: https://cloud.tencent.com/document/api/1729/105701
package enum HunyuanRequestWriter {
  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    var draft = HunyuanDraft(request)
    try draft.refuseUnsupported()
    let turns = try draft.turns()
    var json = JSONWriter(capacity: 2048)
    try json.object { json throws(DialectFault) in
      json.member("Model", traits.model)
      try json.array("Messages") { json throws(DialectFault) in
        for turn in turns { try draft.write(turn, into: &json) }
      }
      if request.isStream { json.member("Stream", true) }
      try draft.writeTools(into: &json)
      draft.writeSampling(into: &json)
      draft.writeSwitches(into: &json)
    }
    var written = WrittenRequest(body: json.bytes)
    written.isStream = request.isStream
    written.dropped = draft.dropped
    return written
  }
}

/// A request on its way into the dialect.
struct HunyuanDraft {
  let request: CanonicalRequest
  private var hints: Set<Hint>
  /// Whether the provider is to search by itself.
  var searches = false

  init(_ request: CanonicalRequest) {
    self.request = request
    hints = Set(request.dropped(but: []))
    if request.reasoning.summary != nil { hints.insert(.reasoningSummary) }
  }

  /// In an order that does not change from call to call.
  var dropped: [Hint] { hints.count < 2 ? Array(hints) : hints.sorted { "\($0)" < "\($1)" } }

  mutating func drop(_ hint: Hint) { hints.insert(hint) }

  func refuseUnsupported() throws(DialectFault) {
    if request.previousResponseID != nil {
      throw DialectFault(
        unsupported: .storedState, "Hunyuan keeps no answers; send the whole conversation.",
        path: "previous_response_id")
    }
    if request.cachedContent != nil {
      throw DialectFault(unsupported: .cachedContent, "Hunyuan has no cached content.", path: "cachedContent")
    }
    if request.output != .text {
      throw DialectFault(unsupported: .structuredOutput, "Hunyuan's signed API has no response format.")
    }
    if let choices = request.choices, choices > 1 {
      throw DialectFault(unsupported: .severalChoices, "Hunyuan's signed API gives one answer.")
    }
    if request.logprobs == true {
      throw DialectFault(unsupported: .logprobs, "Hunyuan tells no log probabilities.")
    }
    if request.audioOutput != nil || request.modalities.contains("audio") {
      throw DialectFault(unsupported: .audioOutput, "Hunyuan's signed API answers with text only.")
    }
    if request.modalities.contains("image") {
      throw DialectFault(unsupported: .imageOutput, "Hunyuan's signed API answers with text only.")
    }
  }

  // MARK: Sampling

  mutating func writeSampling(into json: inout JSONWriter) {
    write(.temperature, "Temperature", request.sampling.temperature, into: &json)
    write(.topP, "TopP", request.sampling.topP, into: &json)
    // 0 and what is above 10 000 would be refused.
    if let seed = request.sampling.seed, let number = Int(seed.string), 1...10_000 ~= number {
      write(.seed, "Seed", seed, into: &json)
    }
    if !request.stop.isEmpty { json.array("Stop") { json in for stop in request.stop { json.value(stop) } } }
    guard let thinks else { return }
    json.member("EnableThinking", thinks)
    hints.remove(.reasoningEffort)
  }

  private mutating func write(_ hint: Hint, _ name: StaticString, _ value: RawJSON?, into json: inout JSONWriter) {
    guard let value else { return }
    json.member(name, value)
    hints.remove(hint)
  }

  /// `nil`: the request leaves it to the model. There is no word for how much.
  private var thinks: Bool? {
    let wish = request.reasoning
    if wish.budget == 0 || wish.effort == .off { return false }
    return wish.effort != nil || wish.budget != nil || wish.isAdaptive ? true : nil
  }

  // MARK: Switches

  private static let own: [StaticString] = [
    "EnableEnhancement", "SearchInfo", "Citation", "ForceSearchEnhancement", "EnableSpeedSearch", "EnableDeepSearch",
    "EnableDeepRead", "EnableMultimedia", "EnableRecommendedQuestions", "StreamModeration", "WebSearchOptions",
    "TopicChoice",
  ]

  /// The search, and members that only this API has.
  mutating func writeSwitches(into json: inout JSONWriter) {
    for name in Self.own {
      if let value = request.own(name) {
        json.member(name, value)
        hints.remove(.unknown("\(name)"))
      } else if searches, "\(name)" == "EnableEnhancement" || "\(name)" == "SearchInfo" {
        json.member(name, true)
      }
    }
  }
}

import GatewayCore

/// Writes the body of `POST /api/v1/services/aigc/…/generation`. Whether the answer is streamed is said by a header, not by it.
///
/// The instructions become one message at the front, as DashScope takes them nowhere else. A call that the model would answer
/// as a stream only is streamed, whatever the caller wants.
package enum DashScopeRequestWriter {
  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    var draft = DashScopeDraft(request, traits)
    try draft.refuseUnsupported()
    var json = JSONWriter(capacity: 2048)
    try json.object { json throws(DialectFault) in
      json.member("model", traits.model)
      try json.object("input") { json throws(DialectFault) in try draft.writeMessages(into: &json) }
      try json.object("parameters") { json throws(DialectFault) in
        json.member("result_format", "message" as RawText)
        if draft.isStream { json.member("incremental_output", true) }
        try draft.writeTools(into: &json)
        draft.writeOutput(into: &json)
        draft.writeSampling(into: &json)
        draft.writeThinking(into: &json)
      }
    }
    var written = WrittenRequest(body: json.bytes)
    written.dropped = draft.dropped
    written.isStream = draft.isStream
    return written
  }
}

/// A request on its way into the dialect.
struct DashScopeDraft {
  let request: CanonicalRequest
  let traits: TargetTraits
  private var hints: Set<Hint>

  init(_ request: CanonicalRequest, _ traits: TargetTraits) {
    self.request = request
    self.traits = traits
    hints = request.hints
    if request.hasCacheMarks || request.cacheControl != nil { hints.insert(.cacheControl) }
    if request.reasoning.summary != nil { hints.insert(.reasoningSummary) }
  }

  /// In an order that does not change from call to call.
  var dropped: [Hint] { hints.count < 2 ? Array(hints) : hints.sorted { "\($0)" < "\($1)" } }

  var isStream: Bool { request.isStream || thinks == true || thinks == nil && DashScopeModel.onlyStreams(traits.model) }

  mutating func drop(_ hint: Hint) { hints.insert(hint) }

  func refuseUnsupported() throws(DialectFault) {
    if request.previousResponseID != nil {
      throw DialectFault(
        unsupported: .storedState, "DashScope keeps no answers; send the whole conversation.",
        path: "previous_response_id")
    }
    if request.cachedContent != nil {
      throw DialectFault(unsupported: .cachedContent, "DashScope has no cached content.", path: "cachedContent")
    }
    if request.audioOutput != nil || request.modalities.contains("audio") {
      throw DialectFault(unsupported: .audioOutput, "DashScope's own format answers with text only.")
    }
    if request.modalities.contains("image") {
      throw DialectFault(unsupported: .imageOutput, "DashScope's own format answers with text only.")
    }
  }

  // MARK: Output, sampling, thoughts

  func writeOutput(into json: inout JSONWriter) {
    switch request.output {
    case .text: break
    case .jsonObject: json.object("response_format") { $0.member("type", "json_object" as RawText) }
    case .jsonSchema(let name, let description, let schema, let isStrict):
      json.object("response_format") { json in
        json.member("type", "json_schema" as RawText)
        json.object("json_schema") { json in
          json.member("name", name ?? "answer")
          json.member("description", description)
          json.member("schema", schema)
          json.member("strict", isStrict)
        }
      }
    }
  }

  mutating func writeSampling(into json: inout JSONWriter) {
    let sampling = request.sampling
    write(.temperature, "temperature", sampling.temperature, into: &json)
    write(.topP, "top_p", sampling.topP, into: &json)
    write(.topK, "top_k", sampling.topK, into: &json)
    write(.presencePenalty, "presence_penalty", sampling.presencePenalty, into: &json)
    write(.repetitionPenalty, "repetition_penalty", sampling.repetitionPenalty, into: &json)
    write(.seed, "seed", sampling.seed, into: &json)
    json.member("max_tokens", request.maxOutputTokens)
    if !request.stop.isEmpty { json.array("stop") { json in for stop in request.stop { json.value(stop) } } }
    json.member("n", request.choices)
    json.member("logprobs", request.logprobs)
    json.member("top_logprobs", request.topLogprobs)
  }

  private mutating func write(
    _ hint: Hint, _ name: StaticString, _ value: RawJSON?, into json: inout JSONWriter
  ) {
    guard let value, traits.refused.isEmpty || !traits.refused.contains("\(name)") else { return }
    json.member(name, value)
    hints.remove(hint)
  }

  /// `nil`: the request leaves it to the model.
  private var thinks: Bool? {
    let wish = request.reasoning
    if wish.budget == 0 || wish.effort == .off { return false }
    return wish.effort != nil || wish.budget != nil || wish.isAdaptive ? true : nil
  }

  mutating func writeThinking(into json: inout JSONWriter) {
    hints.remove(.reasoningEffort)
    guard let thinks else { return }
    json.member("enable_thinking", thinks)
    guard thinks else { return }
    json.member("thinking_budget", request.reasoning.budget ?? request.reasoning.effort.map(traits.budgets.tokens))
  }
}

/// Writes the body of `POST /v2/chat`.
///
/// The system messages become one at the front, as Cohere allows no other. Text before tool calls becomes `tool_plan`, text
/// documents become `documents`. A named tool is forced by sending that tool alone with `REQUIRED`.
package enum CohereRequestWriter {
  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    var draft = CohereDraft(request, traits)
    try draft.refuseUnsupported()
    var json = JSONWriter(capacity: 2048)
    try json.object { json throws(DialectFault) in
      json.member("model", traits.model)
      try json.array("messages") { json throws(DialectFault) in
        try CohereMessageWriter.write(request.messages, notes: &draft.notes, into: &json)
      }
      try draft.writeTools(into: &json)
      try draft.writeDocuments(into: &json)
      try draft.writeOutput(into: &json)
      draft.writeSampling(into: &json)
      draft.writeThinking(into: &json)
      json.member("stream", request.isStream)
    }
    var written = WrittenRequest(body: json.bytes)
    written.dropped = draft.dropped
    return written
  }
}

/// A request on its way into the dialect: what was written of it, and what could not be.
struct CohereDraft {
  /// What the messages say that Cohere has no word for.
  struct Notes {
    var dropped: Set<Hint> = []
    var documents: [MediaPart] = []
  }

  let request: CanonicalRequest
  let traits: TargetTraits
  var notes = Notes()
  private var hints: Set<Hint>

  init(_ request: CanonicalRequest, _ traits: TargetTraits) {
    self.request = request
    self.traits = traits
    hints = request.hints
  }

  /// In an order that does not change from call to call.
  var dropped: [Hint] {
    let all = hints.union(notes.dropped)
    return all.count < 2 ? Array(all) : all.sorted { "\($0)" < "\($1)" }
  }

  /// Whether the member may be sent to this provider.
  func takes(_ member: String) -> Bool { traits.refused.isEmpty || !traits.refused.contains(member) }

  mutating func wrote(_ hint: Hint) { hints.remove(hint) }

  mutating func drop(_ hint: Hint) { hints.insert(hint) }

  // MARK: What Cohere cannot do

  /// Most stop sequences that the API takes.
  private static let maximumStops = 5

  mutating func refuseUnsupported() throws(DialectFault) {
    if let choices = request.choices, choices > 1 {
      throw DialectFault(unsupported: .severalChoices, "Cohere gives one answer to a call, not \(choices).")
    }
    if request.audioOutput != nil || request.modalities.contains("audio") {
      throw DialectFault(unsupported: .audioOutput, "Cohere answers with text only.")
    }
    if request.modalities.contains("image") {
      throw DialectFault(unsupported: .imageOutput, "Cohere answers with text only.")
    }
    if request.previousResponseID != nil {
      throw DialectFault(unsupported: .storedState, "Cohere keeps no answers; send the whole conversation.")
    }
    if request.cachedContent != nil { throw DialectFault(unsupported: .cachedContent, "Cohere has no cached content.") }
    if request.stop.count > Self.maximumStops || !request.stop.isEmpty && !takes("stop_sequences") {
      throw DialectFault(unsupported: .stopSequences, "Cohere takes at most \(Self.maximumStops) stop sequences.")
    }
    if request.logprobs == true, request.topLogprobs ?? 0 > 0 || !takes("logprobs") {
      throw DialectFault(unsupported: .logprobs, "Cohere gives the log probability of the chosen tokens only.")
    }
    if request.cacheControl != nil { drop(.cacheControl) }
    if request.reasoning.summary != nil { drop(.reasoningSummary) }
  }
}

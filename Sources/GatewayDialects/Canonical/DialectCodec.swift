package import GatewayCore

/// What a target can be sent, beyond what its dialect has words for.
package struct TargetTraits: Sendable {
  /// The name of the model at the provider.
  package var model: String
  /// The largest `max_tokens` that the model takes, if known.
  package var maximumOutput: Int?
  /// The thinking budget of each effort, in tokens.
  package var budgets = ReasoningBudgets()
  /// Members of the dialect that this provider refuses, by name: they are dropped as hints or refused as parts.
  package var refused: Set<String> = []
  /// Whether it is Vertex AI, where the path names the model.
  package var isVertex = false
  /// Of Dify.
  package var app = DifyApp.chat

  package init(model: String) { self.model = model }
}

/// A request in a provider's dialect.
package struct WrittenRequest: Sendable {
  package var body: [UInt8]
  /// Hints that the dialect has no word for.
  package var dropped: [Hint] = []
  /// What the model cannot do by itself and the gateway does for it, for `x-sluice-emulated`: `response_format`.
  package var emulated: [Emulation] = []

  /// Whether the answer will be a stream although the caller may want it whole: the gateway puts it together.
  package var isStream = false

  package init(body: [UInt8]) { self.body = body }
}

/// What a request asks for and may do without.
package enum Hint: Hashable, Sendable {
  case temperature, topP, topK, minP, frequencyPenalty, presencePenalty, repetitionPenalty, seed, logitBias
  case user, metadata, serviceTier, store, promptCacheKey, verbosity, prediction, parallelToolCalls
  case safetySettings, cacheControl, reasoningEffort, reasoningSummary, strict, imageDetail, participantName, citations
  /// That a tool failed, beside what it said.
  case toolError
  /// A member that the gateway does not know, by its name.
  case unknown(String)
}

package enum Emulation: String, Hashable, Sendable {
  /// The schema was made a tool that the model had to call; its arguments are the answer's text.
  case responseFormat = "response_format"

  /// The tool's name.
  package static let toolName: RawText = "json_response"
}

/// Reads what a provider of one dialect streams.
package protocol StreamDecoder {
  /// One server-sent event.
  ///
  /// - Parameters:
  ///   - name: of the `event:` field; empty without one.
  ///   - data: the payload.
  ///   - deltas: what it means is appended here.
  mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault)

  /// The body has ended. Appends what is still to be said: `.ended` when the answer was whole.
  mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault)
}

/// Writes a stream for a client of one dialect.
package protocol StreamEncoder {
  /// Appends the bytes of whole events (framed as the dialect frames them) to `output`. Everything that the dialect says at its
  /// end is written with `.ended` or `.failed`.
  mutating func write(_ delta: CanonicalDelta, into output: inout [UInt8])
}

/// What a client-side writer must know of the exchange.
package struct AnswerContext: Sendable {
  /// The exchange's id without a prefix, for ids in the client's style.
  package var exchangeID: String
  /// Unix seconds.
  package var created: Int
  /// The name that the caller wrote, where the provider names no model.
  package var model: String
  /// Whether the caller asked for the usage of a stream.
  package var includesUsage: Bool
  /// The answer is a forced tool call that stands for the text (`Emulation.responseFormat`).
  package var emulated: [Emulation] = []
  /// Whether each event of a stream repeats all that came before it (DashScope without `incremental_output`).
  package var isCumulative = false

  package init(exchangeID: String, created: Int, model: String, includesUsage: Bool) {
    self.exchangeID = exchangeID
    self.created = created
    self.model = model
    self.includesUsage = includesUsage
  }
}

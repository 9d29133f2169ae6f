/// A conversation to be continued, in no provider's format: what every dialect can be read into and written from without
/// losing meaning. Text keeps its escapes and numbers their digits (`RawText`, `RawJSON`).
///
/// The name of the model is no part of it: the route decides that.
package struct CanonicalRequest: Sendable {
  /// In the caller's order; instructions (`system`, `developer`) stand where the caller put them.
  package var messages: [CanonicalMessage] = []
  package var tools: [CanonicalTool] = []
  package var toolChoice: ToolChoice?
  /// Whether the model may call several tools at once.
  package var parallelToolCalls: Bool?
  package var output = OutputFormat.text
  package var reasoning = ReasoningRequest()
  package var sampling = Sampling()
  /// A whole number, in digits.
  package var maxOutputTokens: RawJSON?
  package var stop: [RawText] = []
  /// Answers side by side; 1 when nil.
  package var choices: Int?
  package var logprobs: Bool?
  package var topLogprobs: Int?
  /// `["text","audio"]`, in OpenAI's words; empty: text.
  package var modalities: [RawText] = []
  /// OpenAI's `audio` object: voice and format of the spoken answer.
  package var audioOutput: RawJSON?
  package var isStream = false
  /// Whether the caller asked for the usage of a stream; nil when it did not say. Some dialects always send it.
  package var includesUsage: Bool?
  /// Who the end user is, as a string that means nothing to the gateway.
  package var user: RawText?
  /// String to string.
  package var metadata: RawJSON?
  package var serviceTier: RawText?
  package var store: Bool?
  package var promptCacheKey: RawText?
  /// `low`, `medium`, `high`.
  package var verbosity: RawText?
  /// OpenAI's predicted output.
  package var prediction: RawJSON?
  /// State that lives at the provider.
  package var previousResponseID: RawText?
  /// Gemini's `cachedContent`.
  package var cachedContent: RawText?
  /// Gemini's `safetySettings`.
  package var safetySettings: RawJSON?
  /// A cache mark for the whole prefix of the request (Anthropic's top-level `cache_control`).
  package var cacheControl: CacheControl?
  /// Members that this model of a request has no word for, in the client's words.
  package var unknown: [(name: RawText, value: RawJSON)] = []

  package init() {}
}

/// Names of tools that the model may, must or must not call.
package enum ToolChoice: Hashable, Sendable {
  case auto
  /// No call, although there are tools.
  case forbidden
  /// Some tool, whichever.
  case required
  case named(RawText)
  /// One of these; `isRequired`: at least one call.
  case allowed([RawText], isRequired: Bool)
}

/// What the answer's text must look like.
package enum OutputFormat: Hashable, Sendable {
  case text
  /// Any JSON object.
  case jsonObject
  case jsonSchema(name: RawText?, description: RawText?, schema: RawJSON, isStrict: Bool?)
}

/// How much the model thinks before it answers.
package struct ReasoningRequest: Hashable, Sendable {
  package enum Effort: String, CaseIterable, Hashable, Sendable {
    case off = "none"
    case minimal, low, medium, high, xhigh
  }

  package var effort: Effort?
  /// Tokens; wins over `effort` where a dialect knows both.
  package var budget: Int?
  /// The model decides by itself how much to think (Anthropic's `adaptive`, Gemini's budget -1).
  package var isAdaptive = false
  /// Whether the thoughts are wanted in the answer; nil: as the provider does.
  package var includesThoughts: Bool?
  /// `auto`, `concise`, `detailed` (OpenAI Responses).
  package var summary: RawText?

  package init() {}

  package var isEmpty: Bool { self == ReasoningRequest() }
}

/// Numbers are the caller's digits.
package struct Sampling: Hashable, Sendable {
  package var temperature: RawJSON?
  package var topP: RawJSON?
  package var topK: RawJSON?
  package var minP: RawJSON?
  package var frequencyPenalty: RawJSON?
  package var presencePenalty: RawJSON?
  package var repetitionPenalty: RawJSON?
  package var seed: RawJSON?
  /// Token id to bias.
  package var logitBias: RawJSON?

  package init() {}
}

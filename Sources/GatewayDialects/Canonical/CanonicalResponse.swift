package import GatewayCore

/// A whole answer.
package struct CanonicalResponse: Sendable {
  /// The provider's, in its own style; nil when it sent none.
  package var id: RawText?
  package var model: RawText?
  /// Unix seconds.
  package var created: Int?
  package var choices: [Choice] = []
  package var usage: TokenUsage?
  package var serviceTier: RawText?
  package var systemFingerprint: RawText?

  package init() {}

  package struct Choice: Sendable {
    package var index: Int
    /// Text, reasoning, tool calls, refusals and media, in the order in which they were made.
    package var parts: [CanonicalPart] = []
    package var finish: FinishReason?
    /// The sequence that stopped it, where the dialect says so.
    package var stopSequence: RawText?
    /// OpenAI's `logprobs` object.
    package var logprobs: RawJSON?

    package init(index: Int) { self.index = index }
  }
}

/// Why an answer ended.
package enum FinishReason: Hashable, Sendable {
  /// Came to its end, or to a stop sequence.
  case stop
  /// The limit of output tokens.
  case length
  /// The context window was full.
  case contextLength
  case toolCalls
  /// Cut or refused by the provider's content policy.
  case contentFilter
  /// The model declined.
  case refusal
  /// A long turn that the caller is to continue (Anthropic's `pause_turn`).
  case pause
  /// In the dialect's words: none of these.
  case other(RawText)
}

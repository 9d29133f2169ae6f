package import GatewayCore

/// One step of a streamed answer. Decoders of provider dialects produce these and encoders of client dialects consume them.
///
/// ```
/// started
///   partStarted (text | reasoning | toolCall | refusal …) · its deltas · partEnded      one part of a choice at a time
///   finished                                                                            once a choice
///   usage                                                                               any time; the last one counts
/// ended
/// ```
/// A decoder makes this order out of whatever its provider sends: it opens a part before the first delta of it and closes it
/// before the next part of the same choice, so that an encoder keeps no more state than its own dialect needs.
package enum CanonicalDelta: Sendable {
  case started(Start)
  /// `part` counts from 0 in each choice and grows by one.
  case partStarted(choice: Int, part: Int, PartStart)
  case text(choice: Int, part: Int, RawText)
  case citation(choice: Int, part: Int, Citation)
  case reasoning(choice: Int, part: Int, RawText)
  /// Of the reasoning part that is open: proves it, and follows its text.
  case signature(choice: Int, part: Int, RawText)
  /// A piece of the arguments, which may be cut anywhere: the inside of a JSON string.
  case arguments(choice: Int, part: Int, RawText)
  case refusal(choice: Int, part: Int, RawText)
  /// OpenAI's `logprobs` object of the text just before.
  case logprobs(choice: Int, RawJSON)
  case partEnded(choice: Int, part: Int)
  case finished(choice: Int, FinishReason, stopSequence: RawText?)
  case usage(TokenUsage)
  /// Keeps the connection alive.
  case ping
  /// The provider gives up. Nothing follows.
  case failed(ProviderError)
  /// The answer is complete. Nothing follows.
  case ended

  package struct Start: Sendable {
    package var id: RawText?
    package var model: RawText?
    /// Unix seconds.
    package var created: Int?
    package var serviceTier: RawText?
    package var systemFingerprint: RawText?

    package init(id: RawText? = nil, model: RawText? = nil, created: Int? = nil) {
      self.id = id
      self.model = model
      self.created = created
    }
  }

  package enum PartStart: Sendable {
    case text
    /// `redacted`: an encrypted thought, which is whole with this.
    case reasoning(redacted: RawText?)
    /// `signature`: Gemini's.
    case toolCall(id: RawText, name: RawText, kind: ToolCall.Kind, signature: RawText?)
    case refusal
    /// A whole image or sound.
    case media(CanonicalPart)
    /// What only that dialect knows, whole.
    case opaque(Dialect, kind: RawText, RawJSON)
  }

  /// Whether the caller sees something of the answer itself with it: from then on there is no failover.
  package var isContent: Bool {
    switch self {
    case .text(_, _, let text), .reasoning(_, _, let text), .arguments(_, _, let text), .refusal(_, _, let text):
      !text.isEmpty
    case .partStarted(_, _, let start):
      switch start {
      case .text, .refusal, .reasoning(nil): false
      case .reasoning, .toolCall, .media, .opaque: true
      }
    case .started, .citation, .signature, .logprobs, .partEnded, .finished, .usage, .ping, .failed, .ended: false
    }
  }
}

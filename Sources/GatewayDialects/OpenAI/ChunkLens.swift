package import GatewayCore

/// What the gateway needs to know of one streamed `data:` payload of chat or completions (not of `[DONE]`), found in
/// one pass that also proves that it is valid JSON.
package struct ChunkLens: Sendable {
  /// Something of the answer itself: text, reasoning, a refusal, tool calls, audio or images. A role alone is none.
  package let hasContent: Bool
  /// Some choice says why it ended.
  package let hasFinishReason: Bool
  /// A bit for each choice with content, by its index; those from 63 on share one.
  package let answeredChoices: UInt64
  /// The same for choices with a finish reason.
  package let finishedChoices: UInt64
  /// Of the top level, of the first choice that has one (Moonshot), or of `x_groq`.
  package let usage: TokenUsage?
  /// Carries usage and no choice: the chunk that `stream_options.include_usage` adds.
  package let isUsageOnly: Bool
  /// An error in place of a chunk.
  package let error: ProviderError?
  /// Text of the answer, for an estimate of its tokens.
  package let text: TextCount
  /// What makes each `message`, which stands for all of its choice (MiniMax), an empty `delta`.
  package let emptied: [BodyEdit]

  /// Reads a payload; throws when it is not a JSON object.
  package static func scan(_ payload: UnsafeRawBufferPointer) throws(JSONFault) -> ChunkLens {
    var scan = ResponseScan(payload, notesMessages: true)
    try scan.run()
    return ChunkLens(
      hasContent: scan.hasContent, hasFinishReason: scan.hasFinishReason, answeredChoices: scan.answeredChoices,
      finishedChoices: scan.finishedChoices, usage: scan.usage,
      isUsageOnly: scan.choices != .some && scan.usage != nil,
      error: scan.isError ? ProviderError.parse(errorBody: payload) : nil, text: scan.text,
      emptied: scan.emptied)
  }
}

package import GatewayCore

/// What the gateway needs to know of a whole answer (chat, completion or list of embeddings), found in one pass that
/// also proves that it is valid JSON.
package struct AnswerLens: Sendable {
  package let usage: TokenUsage?
  /// An error in an answer with status 200.
  package let error: ProviderError?
  /// At least one choice, or one element of `data`.
  package let hasChoicesOrData: Bool
  /// Text of the answer, for an estimate of its tokens.
  package let text: TextCount

  /// Reads an answer; throws when it is not a JSON object.
  ///
  /// - Parameter mayBeArray: an array is an answer, too, in which nothing is looked for.
  package static func scan(
    _ body: UnsafeRawBufferPointer, mayBeArray: Bool = false
  ) throws(JSONFault) -> AnswerLens {
    var scan = ResponseScan(body)
    if mayBeArray, scan.isArray { try scan.skip() } else { try scan.run() }
    return AnswerLens(
      usage: scan.usage, error: scan.isError ? ProviderError.parse(errorBody: body) : nil,
      hasChoicesOrData: scan.choices == .some || scan.data == .some, text: scan.text)
  }
}

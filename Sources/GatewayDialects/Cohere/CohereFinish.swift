/// `finish_reason`: COMPLETE, STOP_SEQUENCE, MAX_TOKENS, TOOL_CALL, ERROR, TIMEOUT; older models also say ERROR_TOXIC and
/// ERROR_LIMIT.
enum CohereFinish {
  /// How a generation ended.
  enum End {
    case finished(FinishReason)
    /// The provider gave up.
    case failed(word: String)
  }

  static func read(_ word: String, hasCalls: Bool) -> End {
    switch word.uppercased() {
    case "COMPLETE", "STOP_SEQUENCE": .finished(hasCalls ? .toolCalls : .stop)
    case "MAX_TOKENS": .finished(.length)
    case "TOOL_CALL": .finished(.toolCalls)
    case "ERROR_TOXIC": .finished(.contentFilter)
    case "ERROR_LIMIT": .finished(.contextLength)
    case "ERROR", "TIMEOUT": .failed(word: word.uppercased())
    default: .finished(.other(RawText(word)))
    }
  }

  /// - Parameter isEmulated: the calls stand for text.
  static func word(
    for reason: FinishReason?, stopSequence: RawText?, hasCalls: Bool, isEmulated: Bool
  ) -> RawText {
    switch reason {
    case .stop, nil: stopSequence != nil ? "STOP_SEQUENCE" : hasCalls ? "TOOL_CALL" : "COMPLETE"
    case .toolCalls: isEmulated && !hasCalls ? "COMPLETE" : "TOOL_CALL"
    case .length, .contextLength, .pause: "MAX_TOKENS"
    case .contentFilter, .refusal: "ERROR_TOXIC"
    case .other(let word): word
    }
  }
}

/// Ids in Cohere's style.
enum CohereNames {
  /// A UUID.
  static func answerID(_ context: AnswerContext) -> RawText {
    let digits = Array(context.exchangeID.utf8)
    guard digits.count == 32 else { return RawText(context.exchangeID) }
    var id: [UInt8] = []
    id.reserveCapacity(36)
    for (index, digit) in digits.enumerated() {
      if index == 8 || index == 12 || index == 16 || index == 20 { id.append(UInt8(ascii: "-")) }
      id.append(digit)
    }
    return RawText(joined: id)
  }

  /// `get_weather_` and something that no other call has.
  static func callID(_ name: RawText, _ index: Int, _ context: AnswerContext) -> RawText {
    name + RawText("_\(context.exchangeID.suffix(12))\(index)")
  }

  /// Whether the call stands for text that had to be JSON.
  static func isEmulated(_ name: RawText, _ context: AnswerContext) -> Bool {
    !context.emulated.isEmpty && context.emulated.contains(.responseFormat) && name == Emulation.toolName
  }
}

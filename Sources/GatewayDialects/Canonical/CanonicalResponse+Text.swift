extension RawText {
  /// For an estimate of its tokens. An escape counts as the characters that it is written with.
  package var textCount: TextCount {
    var other = 0
    for byte in bytes where byte >= 0x80 { other &+= 1 }
    return TextCount(ascii: count - other, other: other)
  }
}

extension CanonicalResponse {
  /// All that the model wrote, for an estimate of its tokens.
  package var textCount: TextCount {
    var sum = TextCount()
    for choice in choices {
      for part in choice.parts {
        switch part.content {
        case .text(let text): sum += text.text.textCount
        case .reasoning(let thought): sum += thought.text.textCount
        case .toolCall(let call): sum += call.arguments.text.textCount
        case .refusal(let text): sum += text.textCount
        case .image, .audio, .video, .file, .toolResult, .opaque: break
        }
      }
    }
    return sum
  }
}

extension CanonicalResponse {
  /// Notes what a search has found at the text that came of it.
  mutating func cite(_ citations: [Citation]) {
    if citations.isEmpty || choices.isEmpty { return }
    guard let part = choices[0].parts.firstIndex(where: \.isText), case .text(var text) = choices[0].parts[part].content
    else { return }
    text.citations += citations
    choices[0].parts[part].content = .text(text)
  }
}

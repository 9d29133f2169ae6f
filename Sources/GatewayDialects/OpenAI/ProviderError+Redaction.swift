extension ProviderError {
  /// The same error with every occurrence of `secret` blotted out.
  package func without(_ secret: String) -> ProviderError {
    guard !secret.isEmpty else { return self }
    func blot(_ text: String) -> String { text.replacing(secret, with: "\u{2039}key\u{203A}") }
    return ProviderError(message: blot(message), type: type.map(blot), code: code.map(blot), param: param.map(blot))
  }
}

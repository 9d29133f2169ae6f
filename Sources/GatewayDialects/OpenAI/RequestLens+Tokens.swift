extension RequestLens {
  /// The estimate of the input's tokens: text by its size, token ids one each.
  package var inputTokens: Int { TokenEstimator.tokens(inputText) + inputTokenIDs }
}

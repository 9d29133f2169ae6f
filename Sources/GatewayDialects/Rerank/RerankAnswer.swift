package import GatewayCore

/// Documents in the order of their relevance.
package struct RerankAnswer: Sendable {
  package var id: RawText?
  package var model: RawText?
  package var results: [Result] = []
  package var usage: TokenUsage?
  /// What Cohere bills, in digits.
  package var searchUnits: RawJSON?

  package init() {}

  package struct Result: Sendable {
    /// Of the document in the request.
    package var index: Int
    /// In the provider's digits.
    package var score: RawJSON
    /// Where the provider repeats it.
    package var document: RerankDocument?
    /// Cohere's `relevant_spans`.
    package var spans: RawJSON?

    package init(index: Int, score: RawJSON, document: RerankDocument? = nil) {
      self.index = index
      self.score = score
      self.document = document
    }
  }

  /// The first of them, best first: some providers know no limit.
  package func top(_ count: Int?) -> [Result] {
    guard let count, count < results.count else { return results }
    let sorted = results.enumerated().sorted { first, second in
      let scores = (Double(first.element.score.string) ?? 0, Double(second.element.score.string) ?? 0)
      return scores.0 == scores.1 ? first.offset < second.offset : scores.0 > scores.1
    }
    return sorted.prefix(count).map(\.element)
  }
}

package import GatewayCore

/// Vectors.
package struct EmbeddingsAnswer: Sendable {
  package var id: RawText?
  package var model: RawText?
  /// One for each input, in the order of the inputs.
  package var embeddings: [Embedding] = []
  package var usage: TokenUsage?

  package init() {}

  /// One input in each of the forms that the provider gave.
  package struct Embedding: Sendable {
    package var vectors: [(type: EmbeddingType, vector: EmbeddingVector)] = []

    package init(_ type: EmbeddingType, _ vector: EmbeddingVector) { vectors = [(type, vector)] }

    /// In that form; floats and base64 are made of each other. Nil when the provider gave neither.
    package func vector(_ type: EmbeddingType) throws(AnswerFault) -> EmbeddingVector? {
      if let found = vectors.first(where: { $0.type == type }) { return found.vector }
      switch type {
      case .float:
        guard case .base64(let text)? = vectors.first(where: { $0.type == .base64 })?.vector else { return nil }
        return .numbers(try EmbeddingBits.numbers(of: text))
      case .base64:
        guard case .numbers(let numbers)? = vectors.first(where: { $0.type == .float })?.vector else { return nil }
        return .base64(try EmbeddingBits.base64(of: numbers))
      case .int8, .uint8, .binary, .ubinary: return nil
      }
    }
  }

  /// The answers to the parts of a request that was split, in their order.
  package static func joined(_ answers: [EmbeddingsAnswer]) -> EmbeddingsAnswer {
    var answer = answers.first ?? EmbeddingsAnswer()
    for next in answers.dropFirst() {
      answer.embeddings += next.embeddings
      if let usage = next.usage {
        var sum = answer.usage ?? TokenUsage()
        sum.inputUncached += usage.inputUncached
        answer.usage = sum
      }
    }
    return answer
  }
}

/// A vector as a provider told it.
package enum EmbeddingVector: Hashable, Sendable {
  /// An array, in the provider's digits.
  case numbers(RawJSON)
  case base64(RawText)
}

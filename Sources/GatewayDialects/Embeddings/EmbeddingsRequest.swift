package import GatewayCore

/// Texts and images to be made vectors, in no provider's format.
package struct EmbeddingsRequest: Sendable {
  /// At least one; each becomes one vector.
  package var inputs: [EmbeddingInput] = []
  /// Digits; nil: as many as the model has.
  package var dimensions: RawJSON?
  /// In the caller's order, not empty.
  package var types: [EmbeddingType] = [.float]
  /// What the vectors are for.
  package var purpose: EmbeddingPurpose?
  /// The member that says so, in the caller's words.
  package var purposeMember: RawText = "input_type"
  /// How the purpose is described in words (Qwen).
  package var instruction: RawText?
  /// What happens to an input that is too long.
  package var truncation: EmbeddingTruncation?
  /// Tokens of an input that count (Cohere).
  package var maxTokens: RawJSON?
  /// Whether the vectors have length 1 (Titan).
  package var isNormalized: Bool?
  /// Who the end user is.
  package var user: RawText?
  /// Members that this model has no word for.
  package var unknown: [(name: RawText, value: RawJSON)] = []

  package init() {}

  /// The requests that this one becomes for a provider that takes at most `count` inputs at once, in order.
  package func split(by count: Int) -> [EmbeddingsRequest] {
    guard count > 0, inputs.count > count else { return [self] }
    return stride(from: 0, to: inputs.count, by: count).map { start in
      var part = self
      part.inputs = Array(inputs[start..<min(start + count, inputs.count)])
      return part
    }
  }

  /// What the request gives and may do without.
  var hints: Set<Hint> {
    var hints: Set<Hint> = []
    for member in unknown { hints.insert(.unknown(member.name.string)) }
    if purpose != nil { hints.insert(.unknown(purposeMember.string)) }
    if instruction != nil { hints.insert(.unknown("instruct")) }
    if truncation != nil { hints.insert(.unknown("truncate")) }
    if maxTokens != nil { hints.insert(.unknown("max_tokens")) }
    if isNormalized != nil { hints.insert(.unknown("normalize")) }
    if user != nil { hints.insert(.user) }
    return hints
  }
}

/// What one vector is made of.
package enum EmbeddingInput: Hashable, Sendable {
  case text(RawText)
  /// An array of numbers that only the model's own tokenizer understands.
  case tokens(RawJSON)
  case image(MediaPart)
  /// Text and images together.
  case mixed([EmbeddingInput])
}

/// How a vector is told.
package enum EmbeddingType: String, CaseIterable, Hashable, Sendable {
  case float, int8, uint8, binary, ubinary
  /// The bytes of 32-bit floats, the lowest byte first.
  case base64
}

/// What vectors are for.
package enum EmbeddingPurpose: Hashable, Sendable {
  case document, query, classification, clustering, image
  /// In the caller's words: none of these.
  case other(RawText)

  /// Understands the words of Cohere, Voyage, Jina, DashScope, NVIDIA and Gemini.
  init(_ word: RawText) {
    switch word.string {
    case "search_document", "document", "passage", "retrieval.passage", "RETRIEVAL_DOCUMENT": self = .document
    case "search_query", "query", "retrieval.query", "RETRIEVAL_QUERY": self = .query
    case "classification", "CLASSIFICATION": self = .classification
    case "clustering", "separation", "CLUSTERING": self = .clustering
    case "image": self = .image
    default: self = .other(word)
    }
  }
}

/// Which end of an input that is too long is cut.
package enum EmbeddingTruncation: Hashable, Sendable {
  /// None: it is an error.
  case none
  case start, end
}

extension EmbeddingsDialect {
  /// Inputs that a provider takes at once; nil: no limit worth knowing.
  package func maximumInputs(model: String) -> Int? {
    switch self {
    case .openAI: 2048
    case .cohere, .bedrockCohere: 96
    case .dashscope: 10
    case .gemini, .bedrockTitan: 1
    case .geminiBatch: 100
    case .vertex: model.contains("gemini-embedding") ? 1 : 250
    case .hunyuan: 50
    case .minimax: 4096
    case .ollama: nil
    }
  }
}

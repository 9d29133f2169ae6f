package import GatewayCore

/// Documents to be sorted by how well they fit a query, in no provider's format.
package struct RerankRequest: Sendable {
  package var query: RerankDocument
  /// At least one.
  package var documents: [RerankDocument] = []
  /// Digits, at least 1; nil: all of them.
  package var topN: RawJSON?
  /// Whether the answer repeats the documents; nil: as the caller's format does.
  package var returnsDocuments: Bool?
  /// Names of the members of a document that count, in their order (Cohere v1).
  package var rankFields: [RawText] = []
  /// How the model is to judge, in words (Qwen rerankers).
  package var instruction: RawText?
  /// Whether documents that are too long are cut; nil: as the provider does.
  package var truncates: Bool?
  /// Tokens of a document that count.
  package var maxTokensPerDocument: Limit?
  /// Pieces of a document that count (Cohere v1).
  package var maxChunksPerDocument: Limit?
  /// Members that this model has no word for.
  package var unknown: [(name: RawText, value: RawJSON)] = []

  package init(query: RerankDocument) { self.query = query }

  /// A hint in the caller's own words.
  package struct Limit: Sendable {
    package var name: RawText
    package var value: RawJSON

    package init(name: RawText, value: RawJSON) {
      self.name = name
      self.value = value
    }
  }

  /// What the request gives and may do without.
  var hints: Set<Hint> {
    var hints: Set<Hint> = []
    for member in unknown { hints.insert(.unknown(member.name.string)) }
    for limit in [maxTokensPerDocument, maxChunksPerDocument] {
      if let limit { hints.insert(.unknown(limit.name.string)) }
    }
    if instruction != nil { hints.insert(.unknown("instruction")) }
    if truncates != nil { hints.insert(.unknown("truncation")) }
    return hints
  }
}

/// A query or a document: plain text, or an object such as `{"text":…}`, `{"image":…}` or one with fields of its own.
package enum RerankDocument: Hashable, Sendable {
  case text(RawText)
  case object(RawJSON)
}

extension RerankDialect {
  /// Which of the formats that share the paths `/v1/rerank` and `/rerank` a body is in.
  package static func ofSharedPath(_ body: JSONNode) -> RerankDialect {
    if body["texts"] != nil { return .textEmbeddingsInference }
    if body["top_k"] != nil, body["top_n"] == nil { return .voyage }
    return .jina
  }
}

/// An operation of the inference API that calls a model.
package enum Surface: String, CaseIterable, Hashable, Sendable {
  case chatCompletions = "chat.completions"
  case completions
  case embeddings

  /// The path below the gateway's root.
  package var path: String {
    switch self {
    case .chatCompletions: "/v1/chat/completions"
    case .completions: "/v1/completions"
    case .embeddings: "/v1/embeddings"
    }
  }

  /// The type of model that answers on this surface.
  package var modelType: ModelType {
    switch self {
    case .chatCompletions, .completions: .chat
    case .embeddings: .embedding
    }
  }

  /// `gen_ai.operation.name` of the OpenTelemetry GenAI conventions.
  package var operationName: String {
    switch self {
    case .chatCompletions: "chat"
    case .completions: "text_completion"
    case .embeddings: "embeddings"
    }
  }

  /// Whether a request may ask for a stream.
  package var canStream: Bool { self != .embeddings }
}

/// An operation of the inference API that calls a model.
package enum Surface: String, CaseIterable, Hashable, Sendable {
  case chatCompletions = "chat.completions"
  case completions
  case embeddings
  case responses
  /// Anthropic's.
  case messages
  case countTokens = "messages.count_tokens"
  /// Gemini's `:generateContent` and `:streamGenerateContent`.
  case generateContent = "generate_content"
  /// Bedrock's `/converse` and `/converse-stream`.
  case converse
  /// Cohere's `/v2/chat`.
  case cohereChat = "cohere.chat"

  /// The path below the gateway's root; of those whose path names the model, the pattern.
  package var path: String {
    switch self {
    case .chatCompletions: "/v1/chat/completions"
    case .completions: "/v1/completions"
    case .embeddings: "/v1/embeddings"
    case .responses: "/v1/responses"
    case .messages: "/v1/messages"
    case .countTokens: "/v1/messages/count_tokens"
    case .generateContent: "/v1beta/models/{model}:generateContent"
    case .converse: "/model/{model}/converse"
    case .cohereChat: "/v2/chat"
    }
  }

  /// Whether `path` is a pattern.
  package var namesModelInPath: Bool { self == .generateContent || self == .converse }

  /// The type of model that answers on this surface.
  package var modelType: ModelType {
    switch self {
    case .chatCompletions, .completions, .responses, .messages, .countTokens, .generateContent, .converse,
      .cohereChat:
      .chat
    case .embeddings: .embedding
    }
  }

  /// The format of the caller's conversation; `nil` where there is none.
  package var dialect: Dialect? {
    switch self {
    case .chatCompletions: .openAIChat
    case .completions: .openAICompletions
    case .responses: .openAIResponses
    case .messages, .countTokens: .anthropic
    case .generateContent: .gemini
    case .converse: .bedrockConverse
    case .cohereChat: .cohere
    case .embeddings: nil
    }
  }

  /// `gen_ai.operation.name` of the OpenTelemetry GenAI conventions.
  package var operationName: String {
    switch self {
    case .chatCompletions, .responses, .messages, .converse, .cohereChat: "chat"
    case .completions: "text_completion"
    case .embeddings: "embeddings"
    case .generateContent: "generate_content"
    case .countTokens: "count_tokens"
    }
  }

  /// Whether a request may ask for a stream.
  package var canStream: Bool { self != .embeddings && self != .countTokens }
}

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
  case countContentTokens = "count_tokens"
  case embedContent = "embed_content"
  case batchEmbedContents = "batch_embed_contents"
  /// Bedrock's `/converse` and `/converse-stream`.
  case converse
  /// Cohere's `/v2/chat`.
  case cohereChat = "cohere.chat"
  /// DashScope's, for text and for several kinds of input.
  case dashScopeGeneration = "dashscope.generation"
  /// Cohere's `/v2/embed`.
  case cohereEmbed = "cohere.embed"
  /// Of Cohere's first version, Jina, Voyage and Text Embeddings Inference.
  case rerank
  /// Cohere's `/v2/rerank`.
  case cohereRerank = "cohere.rerank"
  case moderations
  case imageGenerations = "images.generations"
  case imageEdits = "images.edits"
  case imageVariations = "images.variations"
  case speech = "audio.speech"
  case transcriptions = "audio.transcriptions"
  case translations = "audio.translations"
  case videos
  // What a provider keeps: see `keepsObjects`.
  case files
  case uploads
  case batches
  case fineTuning = "fine_tuning"
  case storedResponses = "responses.stored"
  case storedVideos = "videos.stored"
  case vectorStores = "vector_stores"
  /// A session over WebSocket.
  case realtime

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
    case .countContentTokens: "/v1beta/models/{model}:countTokens"
    case .embedContent: "/v1beta/models/{model}:embedContent"
    case .batchEmbedContents: "/v1beta/models/{model}:batchEmbedContents"
    case .converse: "/model/{model}/converse"
    case .cohereChat: "/v2/chat"
    case .dashScopeGeneration: "/api/v1/services/aigc/text-generation/generation"
    case .cohereEmbed: "/v2/embed"
    case .rerank: "/v1/rerank"
    case .cohereRerank: "/v2/rerank"
    case .moderations: "/v1/moderations"
    case .imageGenerations: "/v1/images/generations"
    case .imageEdits: "/v1/images/edits"
    case .imageVariations: "/v1/images/variations"
    case .speech: "/v1/audio/speech"
    case .transcriptions: "/v1/audio/transcriptions"
    case .translations: "/v1/audio/translations"
    case .videos, .storedVideos: "/v1/videos"
    case .files: "/v1/files"
    case .uploads: "/v1/uploads"
    case .batches: "/v1/batches"
    case .fineTuning: "/v1/fine_tuning/jobs"
    case .storedResponses: "/v1/responses"
    case .vectorStores: "/v1/vector_stores"
    case .realtime: "/v1/realtime"
    }
  }

  /// Whether `path` is a pattern.
  package var namesModelInPath: Bool {
    switch self {
    case .generateContent, .countContentTokens, .embedContent, .batchEmbedContents, .converse: true
    default: false
    }
  }

  /// Whether it is about objects that a provider keeps, so that no model is called and `path` is where their paths begin.
  package var keepsObjects: Bool {
    switch self {
    case .files, .uploads, .batches, .fineTuning, .storedResponses, .storedVideos, .vectorStores: true
    default: false
    }
  }

  /// The type of model that answers on this surface; of no meaning for one that keeps objects.
  package var modelType: ModelType {
    switch self {
    case .chatCompletions, .completions, .responses, .messages, .countTokens, .generateContent, .countContentTokens,
      .converse, .cohereChat, .dashScopeGeneration, .files, .uploads, .batches, .fineTuning, .storedResponses,
      .storedVideos, .vectorStores, .realtime:
      .chat
    case .embeddings, .embedContent, .batchEmbedContents, .cohereEmbed: .embedding
    case .rerank, .cohereRerank: .rerank
    case .moderations: .moderation
    case .imageGenerations, .imageEdits, .imageVariations, .videos: .image
    case .speech: .speech
    case .transcriptions, .translations: .transcription
    }
  }

  /// The format of the caller's conversation; `nil` where there is none.
  package var dialect: Dialect? {
    switch self {
    case .chatCompletions: .openAIChat
    case .completions: .openAICompletions
    case .responses: .openAIResponses
    case .messages, .countTokens: .anthropic
    case .generateContent, .countContentTokens: .gemini
    case .converse: .bedrockConverse
    case .cohereChat: .cohere
    case .dashScopeGeneration: .dashscope
    default: nil
    }
  }

  /// Whether a call is one turn of a conversation, which can be kept.
  package var isConversation: Bool { dialect != nil && !countsTokens }

  /// The format that errors are told in.
  package var errorDialect: Dialect {
    switch self {
    case .embedContent, .batchEmbedContents: .gemini
    case .cohereEmbed, .cohereRerank: .cohere
    default: dialect ?? .openAIChat
    }
  }

  /// The format of the caller's texts to be made vectors; `nil` where there are none.
  package var embeddings: EmbeddingsDialect? {
    switch self {
    case .embeddings: .openAI
    case .embedContent: .gemini
    case .batchEmbedContents: .geminiBatch
    case .cohereEmbed: .cohere
    default: nil
    }
  }

  /// Whether the request counts tokens and calls no model.
  package var countsTokens: Bool { self == .countTokens || self == .countContentTokens }

  /// Whether the request is a form (`multipart/form-data`, RFC 7578) with a file in it.
  package var takesForm: Bool {
    switch self {
    case .imageEdits, .imageVariations, .transcriptions, .translations, .videos: true
    default: false
    }
  }

  /// `gen_ai.operation.name` of the OpenTelemetry GenAI conventions.
  package var operationName: String {
    switch self {
    case .chatCompletions, .responses, .messages, .converse, .cohereChat, .dashScopeGeneration: "chat"
    case .completions: "text_completion"
    case .embeddings, .embedContent, .batchEmbedContents, .cohereEmbed: "embeddings"
    case .generateContent: "generate_content"
    case .countTokens, .countContentTokens: "count_tokens"
    case .rerank, .cohereRerank: "rerank"
    case .moderations: "moderation"
    case .imageGenerations, .imageEdits, .imageVariations: "image_generation"
    case .speech: "speech"
    case .transcriptions, .translations: "transcription"
    case .videos, .storedVideos: "video_generation"
    case .files, .uploads, .batches, .fineTuning, .storedResponses, .vectorStores: rawValue
    case .realtime: "realtime"
    }
  }
}

/// A wire format of embedding calls.
package enum EmbeddingsDialect: String, CaseIterable, Hashable, Sendable {
  /// `POST /v1/embeddings`
  case openAI = "openai"
  /// `POST /v2/embed`
  case cohere
  /// `POST /v1beta/models/{model}:embedContent`
  case gemini
  /// `POST /v1beta/models/{model}:batchEmbedContents`
  case geminiBatch = "gemini-batch"
  /// The body of a `:predict` of Vertex AI's text models.
  case vertex
  /// `POST /api/v1/services/embeddings/text-embedding/text-embedding`
  case dashscope
  /// The body of an `InvokeModel` of Amazon Titan Embeddings, for text and for images.
  case bedrockTitan = "bedrock-titan"
  /// The body of an `InvokeModel` of Cohere Embed at Amazon.
  case bedrockCohere = "bedrock-cohere"
  /// `POST /api/embed`
  case ollama
  /// `POST /` of Tencent Cloud's signed API, action `GetEmbedding`
  case hunyuan
  /// `POST /v1/embeddings` of MiniMax, whose members are not OpenAI's.
  case minimax
}

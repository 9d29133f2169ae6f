/// A wire format of rerank calls.
package enum RerankDialect: String, CaseIterable, Hashable, Sendable {
  /// `POST /v2/rerank`
  case cohere
  /// `POST /v1/rerank` of Cohere: documents may have fields, and come back on request.
  case cohereV1 = "cohere-v1"
  /// `POST /v1/rerank` of Jina; SiliconFlow, vLLM and Together as well. What it writes for a client also has the members that
  /// a client of Cohere's `/v1/rerank` reads, because both send the same request to the same path.
  case jina
  /// `POST /v1/rerank` of Voyage.
  case voyage
  /// `POST /api/v1/services/rerank/text-rerank/text-rerank`
  case dashscope
  /// The body of an `InvokeModel` of Cohere's and Amazon's rerankers.
  case bedrock
  /// `POST /rerank` of Text Embeddings Inference: `texts`, and a bare array as the answer.
  case textEmbeddingsInference = "tei"
}

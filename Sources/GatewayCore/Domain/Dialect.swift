/// A wire format for conversations with a model. Other operations (embeddings, rerank …) have formats of their own.
package enum Dialect: String, CaseIterable, Hashable, Sendable {
  /// `POST /v1/chat/completions`
  case openAIChat = "openai-chat"
  /// `POST /v1/responses`
  case openAIResponses = "openai-responses"
  /// `POST /v1/completions`
  case openAICompletions = "openai-completions"
  /// `POST /v1/messages`
  case anthropic
  /// `POST /v1beta/models/{model}:generateContent`
  case gemini
  /// `POST /model/{model}/converse`
  case bedrockConverse = "bedrock-converse"
  /// `POST /v2/chat`
  case cohere
  /// `POST /api/v1/services/aigc/…/generation`
  case dashscope
  /// `POST /v1/chat-messages`, `/v1/completion-messages`, `/v1/workflows/run`; of providers only.
  case dify
  /// `POST /v3/chat`; of providers only.
  case coze
  /// `POST /` of Tencent Cloud's signed API, action `ChatCompletions`; of providers only.
  case hunyuan
  /// `POST /v1/text/chatcompletion_v2`; of providers only.
  case minimax

  /// Whether callers may speak it.
  package var isForCallers: Bool {
    switch self {
    case .openAIChat, .openAIResponses, .openAICompletions, .anthropic, .gemini, .bedrockConverse, .cohere, .dashscope:
      true
    case .dify, .coze, .hunyuan, .minimax: false
    }
  }
}

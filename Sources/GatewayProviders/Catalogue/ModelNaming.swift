package import GatewayCore

/// What a model's name says about its type. Only habits that hold across providers are used.
package enum ModelNaming {
  /// - Returns: `nil` when the name says nothing, as the names of most chat models do.
  package static func type(suggestedBy name: String) -> ModelType? {
    let name = name.lowercased()
    return rules.first { $0.matches(name) }?.type
  }

  private struct Rule {
    let type: ModelType
    var parts: [String] = []
    var prefixes: [String] = []

    /// Prefixes count at the start of the name and after each `/` of a publisher (`BAAI/bge-m3`).
    func matches(_ name: String) -> Bool {
      parts.contains { name.contains($0) } || prefixes.contains { name.hasPrefix($0) || name.contains("/" + $0) }
    }
  }

  // In this order: `bge-reranker` is no embedding model, `gpt-4o-mini-transcribe` no chat model.
  private static let rules: [Rule] = [
    Rule(type: .rerank, parts: ["rerank"]),
    Rule(type: .embedding, parts: ["embed"], prefixes: ["bge-", "gte-", "e5-", "m3e-", "all-minilm"]),
    Rule(type: .moderation, parts: ["moderation"]),
    Rule(type: .transcription, parts: ["whisper", "transcribe", "sensevoice", "-asr"]),
    Rule(type: .speech, parts: ["cosyvoice", "-tts"], prefixes: ["tts-"]),
    Rule(
      type: .image, parts: ["stable-diffusion"],
      prefixes: ["dall-e", "gpt-image", "qwen-image", "flux-", "flux.", "cogview", "wanx", "kolors", "imagen-"]),
  ]
}

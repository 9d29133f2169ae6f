/// What a model does. Failover happens only between models of one type.
package enum ModelType: String, CaseIterable, Hashable, Sendable {
  case chat, embedding, image, speech, transcription, rerank, moderation
}

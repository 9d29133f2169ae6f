/// What a provider is asked to do, in which format: together with the model it makes the path of the call.
package enum UpstreamOperation: Hashable, Sendable {
  /// A turn of a conversation.
  case converse(Dialect, isStream: Bool)
  case countTokens(Dialect)
  case embed(EmbeddingsDialect)
  case rerank(RerankDialect)
  /// An operation that only OpenAI's format has.
  case call(Surface)
  /// On an object that the provider keeps.
  /// - Parameter path: below the provider's base path, with the query.
  case object(method: String, path: String)
}

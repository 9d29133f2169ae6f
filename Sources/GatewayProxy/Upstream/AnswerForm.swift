import GatewayCore

/// What an answer must be to count as one, where it goes back as it came.
enum AnswerForm {
  /// An object with choices or data.
  case list
  /// An object or an array.
  case json
  /// Any bytes, handed on as they come; JSON is checked before.
  case bytes
}

extension Surface {
  var answerForm: AnswerForm {
    switch self {
    case .chatCompletions, .completions, .embeddings, .imageGenerations, .imageEdits, .imageVariations: .list
    case .speech, .transcriptions, .translations, .videos, .storedVideos, .files, .uploads, .batches, .fineTuning,
      .storedResponses, .vectorStores, .realtime:
      .bytes
    case .responses, .messages, .countTokens, .generateContent, .countContentTokens, .embedContent,
      .batchEmbedContents, .converse, .cohereChat, .dashScopeGeneration, .cohereEmbed, .rerank, .cohereRerank,
      .moderations:
      .json
    }
  }
}

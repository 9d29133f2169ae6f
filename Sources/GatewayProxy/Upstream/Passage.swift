import GatewayCore
import GatewayDialects

/// How a call goes to one target, and how its answer comes back.
enum Passage {
  /// As the caller wrote it, with a few bytes spliced; the answer goes back as it came.
  case spliced
  /// The same for a dialect that only its reader understands: the answer is read to see whether it is one, and to meter it.
  case observed(Dialect)
  /// Written anew in the provider's dialect, and the answer in the caller's.
  case translated(Translation)

  /// A class, so that a passage that is none of these stays small.
  final class Translation {
    let client: Dialect
    let provider: Dialect
    let request: WrittenRequest
    let context: AnswerContext

    init(client: Dialect, provider: Dialect, request: WrittenRequest, context: AnswerContext) {
      self.client = client
      self.provider = provider
      self.request = request
      self.context = context
    }
  }

  /// What the answer is read as; `nil`: chat, completions or embeddings of OpenAI, by their lens.
  var answerDialect: Dialect? {
    switch self {
    case .spliced: nil
    case .observed(let dialect): dialect
    case .translated(let translation): translation.provider
    }
  }

  /// Hints that the provider has no word for.
  var dropped: [Hint] { if case .translated(let translation) = self { translation.request.dropped } else { [] } }

  var emulated: [Emulation] { if case .translated(let translation) = self { translation.request.emulated } else { [] } }

  func operation(for surface: Surface, isStream: Bool) -> UpstreamOperation {
    switch self {
    case .translated(let translation): return .converse(translation.provider, isStream: isStream)
    case .spliced, .observed:
      guard let dialect = surface.dialect else { return .embed }
      return .converse(dialect, isStream: isStream)
    }
  }
}

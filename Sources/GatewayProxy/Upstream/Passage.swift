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
  /// The same for a call that is no conversation.
  case converted(Conversion)
  /// A call about objects that the provider keeps: ids in its answer get the provider's name.
  case object(ObjectRequest)

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

  /// What the answer is read as; `nil`: by the lens of OpenAI's chat, completions and embeddings, or by nobody.
  var answerDialect: Dialect? {
    switch self {
    case .spliced, .converted, .object: nil
    case .observed(let dialect): dialect
    case .translated(let translation): translation.provider
    }
  }

  /// Hints that the provider has no word for.
  var dropped: [Hint] {
    switch self {
    case .translated(let translation): translation.request.dropped
    case .converted(let conversion): conversion.dropped
    case .spliced, .observed, .object: []
    }
  }

  var emulated: [Emulation] { if case .translated(let translation) = self { translation.request.emulated } else { [] } }

  /// Whether the answer is the content of a file.
  var isContent: Bool { if case .object(let request) = self { request.isContent } else { false } }

  /// Whether the request was written anew.
  var isRewritten: Bool {
    switch self {
    case .translated, .converted: true
    case .spliced, .observed, .object: false
    }
  }

  func operation(for surface: Surface, isStream: Bool, to provider: Provider) -> UpstreamOperation {
    switch self {
    case .translated(let translation):
      return .converse(translation.provider, isStream: isStream || translation.request.isStream)
    case .converted(let conversion): return conversion.operation
    case .object(let request): return request.operation()
    case .spliced, .observed:
      if let embeddings = surface.embeddings { return .embed(embeddings) }
      if surface == .rerank || surface == .cohereRerank { return .rerank(provider.rerank) }
      guard let dialect = surface.dialect else { return .call(surface) }
      return surface.countsTokens ? .countTokens(dialect) : .converse(dialect, isStream: isStream)
    }
  }
}

import GatewayCore
import GatewayDialects
import NIOCore

/// A call that is no conversation, written in a provider's format, and its answer in the caller's.
final class Conversion {
  private enum Kind {
    case embeddings(EmbeddingsRequest, client: EmbeddingsDialect, provider: EmbeddingsDialect)
    case rerank(RerankRequest, client: RerankDialect, provider: RerankDialect)
  }

  let operation: UpstreamOperation
  /// More than one where the caller's inputs do not fit into one request: they are sent side by side.
  let requests: [WrittenRequest]
  private let kind: Kind
  private let sizes: [Int]
  private let context: AnswerContext

  init(
    _ request: EmbeddingsRequest, from client: EmbeddingsDialect, to provider: EmbeddingsDialect, traits: TargetTraits,
    context: AnswerContext
  ) throws(DialectFault) {
    kind = .embeddings(request, client: client, provider: provider)
    operation = .embed(provider)
    let parts = provider.maximumInputs(model: traits.model).map { request.split(by: $0) } ?? [request]
    var written: [WrittenRequest] = []
    for part in parts { written.append(try EmbeddingsRequestWriter.write(part, as: provider, traits: traits)) }
    requests = written
    sizes = parts.map(\.inputs.count)
    self.context = context
  }

  init(
    _ request: RerankRequest, from client: RerankDialect, to provider: RerankDialect, traits: TargetTraits,
    context: AnswerContext
  ) throws(DialectFault) {
    kind = .rerank(request, client: client, provider: provider)
    operation = .rerank(provider)
    requests = [try RerankRequestWriter.write(request, as: provider, traits: traits)]
    sizes = [request.documents.count]
    self.context = context
  }

  var dropped: [Hint] { requests.first?.dropped ?? [] }

  /// - Parameter body: the provider's answer; of several requests an array of their answers.
  func convert(_ body: JSONNode) throws(AnswerFault) -> (body: [UInt8], usage: TokenUsage?) {
    switch kind {
    case .embeddings(let request, let client, let provider):
      let bodies = requests.count == 1 ? [body] : Array(body.elements)
      var answers: [EmbeddingsAnswer] = []
      for (body, size) in zip(bodies, sizes) {
        answers.append(try EmbeddingsAnswerReader.read(body, as: provider, inputs: size))
      }
      let answer = EmbeddingsAnswer.joined(answers)
      return (try EmbeddingsAnswerWriter.write(answer, to: request, as: client, context: context), answer.usage)
    case .rerank(let request, let client, _):
      let answer = try RerankAnswerReader.read(body, documents: request.documents.count)
      return (RerankAnswerWriter.write(answer, to: request, as: client, context: context), answer.usage)
    }
  }
}

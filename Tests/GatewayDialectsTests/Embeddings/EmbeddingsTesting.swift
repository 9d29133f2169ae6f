import GatewayCore
import GatewayDialects

/// What the tests of embeddings share.
enum EmbeddingsTesting {
  static let context = AnswerContext(
    exchangeID: "00112233445566778899aabbccddeeff", created: 1, model: "mine", includesUsage: false)

  static func request(_ body: String, _ dialect: EmbeddingsDialect) throws -> EmbeddingsRequest {
    try EmbeddingsRequestReader.read(JSONDocument(Array(body.utf8), refusesDuplicates: true).root, as: dialect)
  }

  static func written(
    _ request: EmbeddingsRequest, _ dialect: EmbeddingsDialect, model: String = "m"
  ) throws -> String {
    let written = try EmbeddingsRequestWriter.write(request, as: dialect, traits: TargetTraits(model: model))
    return String(decoding: written.body, as: UTF8.self)
  }

  static func dropped(_ request: EmbeddingsRequest, _ dialect: EmbeddingsDialect) throws -> [Hint] {
    try EmbeddingsRequestWriter.write(request, as: dialect, traits: TargetTraits(model: "m")).dropped
  }

  static func answer(_ body: String, _ dialect: EmbeddingsDialect, inputs: Int = 2) throws -> EmbeddingsAnswer {
    try EmbeddingsAnswerReader.read(
      JSONDocument(Array(body.utf8), loneSurrogates: .replaced).root, as: dialect, inputs: inputs)
  }

  static func written(
    _ answer: EmbeddingsAnswer, _ request: EmbeddingsRequest, _ dialect: EmbeddingsDialect
  ) throws -> String {
    String(
      decoding: try EmbeddingsAnswerWriter.write(answer, to: request, as: dialect, context: context), as: UTF8.self)
  }
}

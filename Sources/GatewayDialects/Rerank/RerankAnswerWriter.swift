package import GatewayCore

/// Writes a rerank answer for a client. Documents that are to be repeated come from the request.
package enum RerankAnswerWriter {
  package static func write(
    _ answer: RerankAnswer, to request: RerankRequest, as dialect: RerankDialect, context: AnswerContext
  ) -> [UInt8] {
    let results = Results(answer, request, dialect)
    var json = JSONWriter(capacity: 512)
    switch dialect {
    case .textEmbeddingsInference: json.array { json in results.write(into: &json) }
    case .dashscope:
      json.object { json in
        json.object("output") { json in json.array("results") { json in results.write(into: &json) } }
        json.object("usage") { json in json.member("total_tokens", answer.usage?.total ?? 0) }
        json.member("request_id", CohereNames.answerID(context))
      }
    case .cohere, .cohereV1, .bedrock:
      json.object { json in
        json.member("id", CohereNames.answerID(context))
        json.array("results") { json in results.write(into: &json) }
        writeMeta(of: answer, version: dialect == .cohere ? "2" : "1", into: &json)
      }
    case .jina:
      json.object { json in
        json.member("id", CohereNames.answerID(context))
        json.member("object", "list" as RawText)
        writeModel(of: answer, context, into: &json)
        json.array("results") { json in results.write(into: &json) }
        writeUsage(of: answer, into: &json)
        writeMeta(of: answer, version: "1", into: &json)
      }
    case .voyage:
      json.object { json in
        json.member("object", "list" as RawText)
        json.array("data") { json in results.write(into: &json) }
        writeModel(of: answer, context, into: &json)
        writeUsage(of: answer, into: &json)
      }
    }
    return json.bytes
  }

  private static func writeModel(of answer: RerankAnswer, _ context: AnswerContext, into json: inout JSONWriter) {
    if let model = answer.model { json.member("model", model) } else { json.member("model", context.model) }
  }

  private static func writeUsage(of answer: RerankAnswer, into json: inout JSONWriter) {
    json.object("usage") { json in
      json.member("prompt_tokens", answer.usage?.totalInput ?? 0)
      json.member("total_tokens", answer.usage?.total ?? 0)
    }
  }

  private static func writeMeta(of answer: RerankAnswer, version: RawText, into json: inout JSONWriter) {
    json.object("meta") { json in
      json.object("api_version") { json in json.member("version", version) }
      if let units = answer.searchUnits { json.object("billed_units") { json in json.member("search_units", units) } }
      guard let usage = answer.usage else { return }
      json.object("tokens") { json in
        json.member("input_tokens", usage.totalInput)
        json.member("output_tokens", usage.totalOutput)
      }
    }
  }
}

/// The results as one format has them.
private struct Results {
  private let results: [RerankAnswer.Result]
  private let documents: [RerankDocument]?
  private let dialect: RerankDialect

  init(_ answer: RerankAnswer, _ request: RerankRequest, _ dialect: RerankDialect) {
    results = answer.top(request.topN.flatMap { Int($0.string) })
    // Jina's are there unless they are not wanted; Cohere v2 has none.
    let isWanted = dialect != .cohere && request.returnsDocuments ?? (dialect == .jina)
    documents = isWanted ? request.documents : nil
    self.dialect = dialect
  }

  func write(into json: inout JSONWriter) {
    for result in results {
      json.object { json in
        json.member("index", result.index)
        if dialect == .textEmbeddingsInference {
          json.member("score", result.score)
        } else {
          json.member("relevance_score", result.score)
        }
        if let documents, documents.indices.contains(result.index) {
          write(documents[result.index], into: &json)
        }
        if dialect == .cohere { json.member("relevant_spans", result.spans) }
      }
    }
  }

  private func write(_ document: RerankDocument, into json: inout JSONWriter) {
    switch dialect {
    case .textEmbeddingsInference: json.member("text", Self.text(document))
    case .voyage: json.member("document", Self.text(document))
    case .cohere, .cohereV1, .bedrock, .jina, .dashscope:
      json.name("document" as StaticString)
      switch document {
      case .text(let text): json.object { json in json.member("text", text) }
      case .object(let object): json.value(object)
      }
    }
  }

  private static func text(_ document: RerankDocument) -> RawText {
    switch document {
    case .text(let text): text
    case .object(let object): object.node?["text"]?.text ?? RawText(escaping: object.bytes)
    }
  }
}

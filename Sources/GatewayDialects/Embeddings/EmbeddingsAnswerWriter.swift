package import GatewayCore

/// Writes vectors for a client, in the form that it asked for.
package enum EmbeddingsAnswerWriter {
  /// - Throws: when the provider gave no vector of a type that was asked for, or one that cannot be told otherwise.
  package static func write(
    _ answer: EmbeddingsAnswer, to request: EmbeddingsRequest, as dialect: EmbeddingsDialect, context: AnswerContext
  ) throws(AnswerFault) -> [UInt8] {
    var json = JSONWriter(capacity: 4096)
    try json.object { json throws(AnswerFault) in
      switch dialect {
      case .openAI: try writeOpenAI(answer, request, context, into: &json)
      case .cohere, .bedrockCohere: try writeCohere(answer, request, dialect, context, into: &json)
      case .dashscope: try writeDashScope(answer, context, into: &json)
      case .vertex: throw AnswerFault("Vertex AI's own format of vectors is for providers")
      case .gemini, .geminiBatch:
        try GeminiEmbeddings.write(answer, isBatch: dialect == .geminiBatch, into: &json)
      case .bedrockTitan:
        if let first = answer.embeddings.first { try write("embedding", first, .float, into: &json) }
        json.member("inputTextTokenCount", answer.usage?.totalInput ?? 0)
      case .ollama:
        writeModel(of: answer, context, into: &json)
        try json.array("embeddings") { json throws(AnswerFault) in
          for embedding in answer.embeddings { try write(embedding, .float, into: &json) }
        }
        json.member("prompt_eval_count", answer.usage?.totalInput ?? 0)
      case .hunyuan, .minimax: throw AnswerFault("no vectors are written as \(dialect.rawValue)")
      }
    }
    return json.bytes
  }

  private static func writeModel(of answer: EmbeddingsAnswer, _ context: AnswerContext, into json: inout JSONWriter) {
    if let model = answer.model { json.member("model", model) } else { json.member("model", context.model) }
  }

  private static func write(
    _ name: StaticString, _ embedding: EmbeddingsAnswer.Embedding, _ type: EmbeddingType, into json: inout JSONWriter
  ) throws(AnswerFault) {
    json.name(name)
    try write(embedding, type, into: &json)
  }

  private static func write(
    _ embedding: EmbeddingsAnswer.Embedding, _ type: EmbeddingType, into json: inout JSONWriter
  ) throws(AnswerFault) {
    switch try embedding.vector(type) {
    case .numbers(let numbers): json.value(numbers)
    case .base64(let text): json.value(text)
    case nil: throw AnswerFault("the answer has no embeddings of the type \(type.rawValue)")
    }
  }

  // MARK: Formats

  private static func writeOpenAI(
    _ answer: EmbeddingsAnswer, _ request: EmbeddingsRequest, _ context: AnswerContext, into json: inout JSONWriter
  ) throws(AnswerFault) {
    let type: EmbeddingType = request.types == [.base64] ? .base64 : .float
    json.member("object", "list" as RawText)
    try json.array("data") { json throws(AnswerFault) in
      for (index, embedding) in answer.embeddings.enumerated() {
        try json.object { json throws(AnswerFault) in
          json.member("object", "embedding" as RawText)
          json.member("index", index)
          try write("embedding", embedding, type, into: &json)
        }
      }
    }
    writeModel(of: answer, context, into: &json)
    json.object("usage") { json in
      json.member("prompt_tokens", answer.usage?.totalInput ?? 0)
      json.member("total_tokens", answer.usage?.total ?? 0)
    }
  }

  private static func writeCohere(
    _ answer: EmbeddingsAnswer, _ request: EmbeddingsRequest, _ dialect: EmbeddingsDialect, _ context: AnswerContext,
    into json: inout JSONWriter
  ) throws(AnswerFault) {
    json.member("id", CohereNames.answerID(context))
    try json.object("embeddings") { json throws(AnswerFault) in
      for type in request.types {
        json.name(RawText(type.rawValue))
        try json.array { json throws(AnswerFault) in
          for embedding in answer.embeddings { try write(embedding, type, into: &json) }
        }
      }
    }
    json.array("texts") { json in
      for input in request.inputs { if case .text(let text) = input { json.value(text) } }
    }
    json.member("response_type", "embeddings_by_type" as RawText)
    guard dialect == .cohere else { return }
    json.object("meta") { json in
      json.object("api_version") { json in json.member("version", "2" as RawText) }
      guard let usage = answer.usage else { return }
      json.object("billed_units") { json in json.member("input_tokens", usage.totalInput) }
    }
  }

  private static func writeDashScope(
    _ answer: EmbeddingsAnswer, _ context: AnswerContext, into json: inout JSONWriter
  ) throws(AnswerFault) {
    try json.object("output") { json throws(AnswerFault) in
      try json.array("embeddings") { json throws(AnswerFault) in
        for (index, embedding) in answer.embeddings.enumerated() {
          try json.object { json throws(AnswerFault) in
            json.member("text_index", index)
            try write("embedding", embedding, .float, into: &json)
          }
        }
      }
    }
    json.object("usage") { json in json.member("total_tokens", answer.usage?.total ?? 0) }
    json.member("request_id", CohereNames.answerID(context))
  }
}

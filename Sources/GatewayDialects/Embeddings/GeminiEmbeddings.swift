import GatewayCore

/// Gemini's `embedContent` and `batchEmbedContents`, whose inputs each carry their own settings.
/// Source: https://ai.google.dev/api/embeddings
enum GeminiEmbeddings {
  // MARK: Requests of a client

  static func read(_ members: CheckedMembers, into request: inout EmbeddingsRequest) throws(DialectFault) {
    guard let list = try members.array("requests") else { return try readOne(members, into: &request) }
    guard !list.isEmpty else { throw CheckedMembers.wrong(list, "an array with at least one request") }
    var first: EmbeddingsRequest?
    for element in list.elements {
      var one = EmbeddingsRequest()
      try readOne(try CheckedMembers(element, "a request"), into: &one)
      if let first, first.dimensions != one.dimensions || first.purpose != one.purpose {
        throw DialectFault(
          unsupported: .opaqueContent, "All requests of a batch must have the same taskType and outputDimensionality.",
          path: element.path)
      }
      first = first ?? one
      request.inputs += one.inputs
    }
    guard let first else { return }
    request.dimensions = first.dimensions
    request.purpose = first.purpose
    request.purposeMember = first.purposeMember
    request.unknown = first.unknown
  }

  private static func readOne(_ members: CheckedMembers, into request: inout EmbeddingsRequest) throws(DialectFault) {
    guard let content = members.node["content"] else { throw members.missing("content") }
    request.inputs.append(try input(try CheckedMembers(content, "a content")))
    for (name, value) in members.node.members where !value.isNull {
      switch name.string {
      case "content", "model": break
      case "taskType", "task_type":
        request.purpose = EmbeddingPurpose(try CheckedMembers.text(value))
        request.purposeMember = name
      case "outputDimensionality", "output_dimensionality":
        request.dimensions = try CheckedMembers.countDigits(value, from: 1)
      default: request.unknown.append((name, value.raw))
      }
    }
  }

  private static func input(_ content: CheckedMembers) throws(DialectFault) -> EmbeddingInput {
    guard let list = try content.array("parts"), !list.isEmpty else { throw content.missing("parts") }
    var parts: [EmbeddingInput] = []
    for element in list.elements {
      let part = try CheckedMembers(element, "a part")
      if let text = try part.text("text") {
        parts.append(.text(text))
      } else if let data = element["inlineData"] ?? element["inline_data"] {
        let members = try CheckedMembers(data, "an object with 'mimeType' and 'data'")
        parts.append(.image(MediaPart(.base64(GeminiMedia.standardBase64(try members.requiredText("data"))))))
      } else {
        throw CheckedMembers.wrong(element, "a part with 'text' or 'inlineData'")
      }
    }
    return parts.count == 1 ? parts[0] : .mixed(parts)
  }

  // MARK: Answers

  static func write(
    _ answer: EmbeddingsAnswer, isBatch: Bool, into json: inout JSONWriter
  ) throws(AnswerFault) {
    func values(_ embedding: EmbeddingsAnswer.Embedding, into json: inout JSONWriter) throws(AnswerFault) {
      guard case .numbers(let numbers)? = try embedding.vector(.float) else {
        throw AnswerFault("the answer has no embeddings of the type float")
      }
      json.object { json in json.member("values", numbers) }
    }
    if isBatch {
      try json.array("embeddings") { json throws(AnswerFault) in
        for embedding in answer.embeddings { try values(embedding, into: &json) }
      }
    } else if let first = answer.embeddings.first {
      json.name("embedding" as StaticString)
      try values(first, into: &json)
    }
    if let usage = answer.usage {
      json.object("usageMetadata") { json in
        json.member("promptTokenCount", usage.totalInput)
        json.member("totalTokenCount", usage.total)
      }
    }
  }

  static let purposes: [(EmbeddingPurpose, RawText)] = [
    (.document, "RETRIEVAL_DOCUMENT"), (.query, "RETRIEVAL_QUERY"), (.classification, "CLASSIFICATION"),
    (.clustering, "CLUSTERING"),
  ]
}

extension EmbeddingsDraft {
  /// `batchEmbedContents`, which takes single inputs, too.
  mutating func writeGemini(into json: inout JSONWriter) throws(DialectFault) {
    try checkTypes()
    let texts = try texts()
    let purpose = geminiPurpose
    let dimensions = request.dimensions
    let model = traits.model.hasPrefix("models/") ? traits.model : "models/" + traits.model
    json.array("requests") { json in
      for text in texts {
        json.object { json in
          json.member("model", model)
          json.object("content") { json in
            json.array("parts") { json in json.object { json in json.member("text", text) } }
          }
          if let purpose { json.member("taskType", purpose) }
          json.member("outputDimensionality", dimensions)
        }
      }
    }
    if purpose != nil { wrotePurpose() }
  }

  /// `:predict` of a text model on Vertex AI.
  /// Source: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
  mutating func writeVertex(into json: inout JSONWriter) throws(DialectFault) {
    try checkTypes()
    let texts = try texts()
    let purpose = geminiPurpose
    json.array("instances") { json in
      for text in texts {
        json.object { json in
          json.member("content", text)
          if let purpose { json.member("task_type", purpose) }
        }
      }
    }
    if purpose != nil { wrotePurpose() }
    let cuts: Bool? =
      switch request.truncation {
      case .none?: false
      case .end?: true
      case .start?, nil: nil
      }
    guard cuts != nil || request.dimensions != nil else { return }
    json.object("parameters") { json in
      json.member("autoTruncate", cuts)
      json.member("outputDimensionality", request.dimensions)
    }
    if cuts != nil { wrote(.unknown("truncate")) }
  }

  private var geminiPurpose: RawText? {
    switch request.purpose {
    case .other(let word): word.bytes.allSatisfy { $0 == 0x5F || 0x41...0x5A ~= $0 } ? word : nil
    case let purpose?: GeminiEmbeddings.purposes.first { $0.0 == purpose }?.1
    case nil: nil
    }
  }
}

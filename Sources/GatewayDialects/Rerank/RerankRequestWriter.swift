package import GatewayCore

/// Writes a rerank request for a provider. Documents are never asked back: `RerankAnswerWriter` takes them from the request.
package enum RerankRequestWriter {
  package static func write(
    _ request: RerankRequest, as dialect: RerankDialect, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    var draft = RerankDraft(request, dialect, traits)
    var json = JSONWriter(capacity: 1024)
    try json.object { json throws(DialectFault) in
      if dialect != .textEmbeddingsInference && dialect != .bedrock { json.member("model", traits.model) }
      if dialect == .dashscope {
        try json.object("input") { json throws(DialectFault) in try draft.writeInput(into: &json) }
        json.object("parameters") { json in draft.writeParameters(into: &json) }
      } else {
        try draft.writeInput(into: &json)
        draft.writeParameters(into: &json)
      }
    }
    var written = WrittenRequest(body: json.bytes)
    written.dropped = draft.dropped
    return written
  }
}

private struct RerankDraft {
  private let request: RerankRequest
  private let dialect: RerankDialect
  private let traits: TargetTraits
  private var hints: Set<Hint>

  init(_ request: RerankRequest, _ dialect: RerankDialect, _ traits: TargetTraits) {
    self.request = request
    self.dialect = dialect
    self.traits = traits
    hints = request.hints
  }

  var dropped: [Hint] { hints.count < 2 ? Array(hints) : hints.sorted { "\($0)" < "\($1)" } }

  /// Whether images may stand for documents.
  private var takesImages: Bool { dialect == .jina || dialect == .dashscope }

  // MARK: Query and documents

  func writeInput(into json: inout JSONWriter) throws(DialectFault) {
    json.name("query" as StaticString)
    try write(request.query, "query", into: &json)
    json.name((dialect == .textEmbeddingsInference ? "texts" : "documents") as StaticString)
    try json.array { json throws(DialectFault) in
      for (index, document) in request.documents.enumerated() {
        if dialect == .cohereV1, case .object(let object) = document {
          json.value(object)
        } else {
          try write(document, "documents[\(index)]", into: &json)
        }
      }
    }
  }

  private func write(
    _ document: RerankDocument, _ path: @autoclosure () -> String, into json: inout JSONWriter
  ) throws(DialectFault) {
    if case .text(let text) = document { return json.value(text) }
    if case .object(let object) = document {
      if takesImages, object.node?["image"] != nil { return json.value(object) }
    }
    json.value(try RerankDocumentText(rankFields: request.rankFields).text(of: document, path()))
  }

  // MARK: Parameters

  mutating func writeParameters(into json: inout JSONWriter) {
    switch dialect {
    case .cohere:
      json.member("top_n", request.topN)
      write("max_tokens_per_doc", request.maxTokensPerDocument, into: &json)
    case .cohereV1:
      json.member("top_n", request.topN)
      if !request.rankFields.isEmpty {
        json.array("rank_fields") { json in for field in request.rankFields { json.value(field) } }
      }
      write("max_chunks_per_doc", request.maxChunksPerDocument, into: &json)
      json.member("return_documents", false)
    case .jina:
      json.member("top_n", request.topN)
      if takes("return_documents") { json.member("return_documents", false) }
      writeInstruction("instruction", into: &json)
    case .bedrock:
      json.member("top_n", request.topN)
      if traits.model.contains("cohere.") {
        write("max_tokens_per_doc", request.maxTokensPerDocument, into: &json)
        json.member("api_version", 2)
      }
    case .voyage:
      json.member("top_k", request.topN)
      json.member("return_documents", false)
      writeTruncation("truncation", request.truncates, into: &json)
    case .dashscope:
      json.member("top_n", request.topN)
      json.member("return_documents", false)
      writeInstruction("instruct", into: &json)
    case .textEmbeddingsInference:
      json.member("raw_scores", false)
      json.member("return_text", false)
      // Others cut long documents unless they are told not to.
      writeTruncation("truncate", request.truncates ?? true, into: &json)
    }
  }

  private func takes(_ member: String) -> Bool { traits.refused.isEmpty || !traits.refused.contains(member) }

  private mutating func write(_ name: StaticString, _ limit: RerankRequest.Limit?, into json: inout JSONWriter) {
    guard let limit, takes("\(name)") else { return }
    json.member(name, limit.value)
    hints.remove(.unknown(limit.name.string))
  }

  private mutating func writeInstruction(_ name: StaticString, into json: inout JSONWriter) {
    guard let instruction = request.instruction, takes("\(name)") else { return }
    json.member(name, instruction)
    hints.remove(.unknown("instruction"))
  }

  private mutating func writeTruncation(_ name: StaticString, _ truncates: Bool?, into json: inout JSONWriter) {
    guard let truncates, takes("\(name)") else { return }
    json.member(name, truncates)
    hints.remove(.unknown("truncation"))
  }
}

package import GatewayCore

/// Reads a rerank request of a client.
package enum RerankRequestReader {
  package static func read(_ body: JSONNode, as dialect: RerankDialect) throws(DialectFault) -> RerankRequest {
    let members = try CheckedMembers(body, "the request")
    guard dialect == .dashscope else { return try read(members, dialect) }
    guard let input = body["input"] else { throw members.missing("input") }
    var request = try read(CheckedMembers(input, "an object with 'query' and 'documents'"), dialect)
    if let parameters = try members.object("parameters") {
      for (name, value) in parameters.members where !value.isNull { try read(name, value, into: &request) }
    }
    for (name, value) in body.members where !value.isNull {
      switch name.string {
      case "model", "input", "parameters": continue
      default: request.unknown.append((name, value.raw))
      }
    }
    return request
  }

  /// - Parameter members: the object that has the query.
  private static func read(_ members: CheckedMembers, _ dialect: RerankDialect) throws(DialectFault) -> RerankRequest {
    guard let query = members.node["query"] else { throw members.missing("query") }
    var request = RerankRequest(query: try document(query))
    let name: StaticString = dialect == .textEmbeddingsInference ? "texts" : "documents"
    guard let documents = members.node[name] else { throw members.missing(name) }
    guard documents.isArray, !documents.isEmpty else {
      throw CheckedMembers.wrong(documents, "an array with at least one document")
    }
    for element in documents.elements { request.documents.append(try document(element)) }
    for (name, value) in members.node.members where !value.isNull { try read(name, value, into: &request) }
    return request
  }

  private static func document(_ node: JSONNode) throws(DialectFault) -> RerankDocument {
    if let text = node.text { return .text(text) }
    guard node.isObject else { throw CheckedMembers.wrong(node, "a string or an object") }
    return .object(node.raw)
  }

  private static func read(_ name: RawText, _ value: JSONNode, into request: inout RerankRequest) throws(DialectFault) {
    switch name.string {
    case "model", "query", "documents", "texts": break
    case "top_n", "top_k": request.topN = try CheckedMembers.countDigits(value, from: 1)
    case "return_documents", "return_text": request.returnsDocuments = try CheckedMembers.bool(value)
    case "rank_fields": request.rankFields = try CheckedMembers.texts(value)
    case "instruction", "instruct": request.instruction = try CheckedMembers.text(value)
    case "truncation", "truncate": request.truncates = try CheckedMembers.bool(value)
    case "max_tokens_per_doc", "max_doc_length":
      request.maxTokensPerDocument = .init(name: name, value: try CheckedMembers.countDigits(value, from: 1))
    case "max_chunks_per_doc":
      request.maxChunksPerDocument = .init(name: name, value: try CheckedMembers.countDigits(value, from: 1))
    default: request.unknown.append((name, value.raw))
    }
  }
}

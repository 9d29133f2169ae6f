package import GatewayCore

/// Reads the vectors of a provider.
package enum EmbeddingsAnswerReader {
  /// - Parameter inputs: how many the request had; another number of vectors is a fault.
  package static func read(
    _ body: JSONNode, as dialect: EmbeddingsDialect, inputs: Int
  ) throws(AnswerFault) -> EmbeddingsAnswer {
    var answer = EmbeddingsAnswer()
    switch dialect {
    case .openAI: answer.embeddings = try listed(body["data"], inputs)
    case .dashscope: answer.embeddings = try listed(body["output"]?["embeddings"], inputs)
    case .hunyuan: answer.embeddings = try numbered(body["Response"]?["Data"])
    case .minimax: answer.embeddings = try byType(body["vectors"])
    case .cohere, .bedrockCohere, .ollama: answer.embeddings = try byType(body["embeddings"])
    case .gemini, .geminiBatch:
      guard let list = body["embeddings"], list.isArray else { throw missing }
      for element in list.elements {
        guard let values = element["values"] else { throw missing }
        answer.embeddings.append(.init(.float, try numbers(values)))
      }
    case .vertex:
      guard let list = body["predictions"], list.isArray else { throw missing }
      var tokens = 0
      for element in list.elements {
        guard let embedding = element["embeddings"], let values = embedding["values"] else { throw missing }
        answer.embeddings.append(.init(.float, try numbers(values)))
        tokens += CheckedMembers.tokens(embedding["statistics"]?["token_count"]) ?? 0
      }
      if tokens < 0 { answer.usage = .impossible }
      if tokens > 0 { answer.usage = TokenUsage(inputUncached: tokens) }
    case .bedrockTitan:
      guard let vector = body["embedding"] ?? body["embeddingsByType"]?["float"] else { throw missing }
      answer.embeddings = [.init(.float, try numbers(vector))]
    }
    guard answer.embeddings.count == inputs else {
      throw AnswerFault("malformed answer: \(answer.embeddings.count) embeddings for \(inputs) inputs")
    }
    answer.id = body["id"]?.text ?? body["request_id"]?.text ?? body["Response"]?["RequestId"]?.text
    answer.model = body["model"]?.text
    if answer.usage == nil {
      answer.usage = tokens(of: body).map { $0 < 0 ? .impossible : TokenUsage(inputUncached: $0) }
    }
    return answer
  }

  private static var missing: AnswerFault { AnswerFault("malformed answer: it has no embeddings") }

  // MARK: Vectors

  /// Objects with an index, in any order.
  private static func listed(_ list: JSONNode?, _ inputs: Int) throws(AnswerFault) -> [EmbeddingsAnswer.Embedding] {
    guard let list, list.isArray else { throw missing }
    var embeddings = [EmbeddingsAnswer.Embedding?](repeating: nil, count: inputs)
    var position = 0
    for element in list.elements {
      let index = element["index"]?.int ?? element["text_index"]?.int ?? position
      guard embeddings.indices.contains(index), embeddings[index] == nil else {
        throw AnswerFault("malformed answer: an embedding with the index \(index) for \(inputs) inputs")
      }
      guard let vector = element["embedding"] else { throw missing }
      if let text = vector.text {
        embeddings[index] = .init(.base64, .base64(text))
      } else {
        embeddings[index] = .init(.float, try numbers(vector))
      }
      position += 1
    }
    return embeddings.compactMap { $0 }
  }

  /// Tencent Cloud's: those of several inputs may all have the index 0, and stand in the order of the inputs then.
  private static func numbered(_ list: JSONNode?) throws(AnswerFault) -> [EmbeddingsAnswer.Embedding] {
    guard let list, list.isArray else { throw missing }
    var found: [(index: Int, vector: EmbeddingVector)] = []
    for element in list.elements {
      guard let vector = element["Embedding"] else { throw missing }
      found.append((element["Index"]?.int ?? 0, try numbers(vector)))
    }
    if Set(found.map(\.index)) == Set(found.indices) { found.sort { $0.index < $1.index } }
    return found.map { .init(.float, $0.vector) }
  }

  /// Vectors of floats, or an object with lists of vectors by type.
  private static func byType(_ node: JSONNode?) throws(AnswerFault) -> [EmbeddingsAnswer.Embedding] {
    guard let node else { throw missing }
    if node.isArray { return try vectors(node, .float).map { .init(.float, $0) } }
    var embeddings: [EmbeddingsAnswer.Embedding] = []
    var isFirst = true
    for (name, list) in node.members where !list.isNull {
      guard let type = EmbeddingType(rawValue: name.string) else { continue }
      let vectors = try vectors(list, type)
      if isFirst {
        embeddings = vectors.map { .init(type, $0) }
        isFirst = false
        continue
      }
      guard vectors.count == embeddings.count else {
        throw AnswerFault("malformed answer: types with different numbers of embeddings")
      }
      for (index, vector) in vectors.enumerated() { embeddings[index].vectors.append((type, vector)) }
    }
    if isFirst { throw missing }
    return embeddings
  }

  private static func vectors(_ list: JSONNode, _ type: EmbeddingType) throws(AnswerFault) -> [EmbeddingVector] {
    guard list.isArray else { throw missing }
    var vectors: [EmbeddingVector] = []
    for element in list.elements {
      if type == .base64, let text = element.text {
        vectors.append(.base64(text))
      } else {
        vectors.append(try numbers(element))
      }
    }
    return vectors
  }

  private static func numbers(_ node: JSONNode) throws(AnswerFault) -> EmbeddingVector {
    guard node.isArray, !node.isEmpty, node.holdsOnlyNumbers else {
      throw AnswerFault("malformed answer: an embedding that is no array of numbers")
    }
    return .numbers(node.raw)
  }

  // MARK: Usage

  private static func tokens(of body: JSONNode) -> Int? {
    if let usage = body["usage"] {
      return CheckedMembers.tokens(usage["prompt_tokens"] ?? usage["total_tokens"] ?? usage["input_tokens"])
    }
    if let billed = body["meta"]?["billed_units"] {
      let text = CheckedMembers.tokens(billed["input_tokens"])
      let image = CheckedMembers.tokens(billed["image_tokens"])
      return text == nil && image == nil ? nil : (text ?? 0) + (image ?? 0)
    }
    if let usage = body["Response"]?["Usage"] { return CheckedMembers.tokens(usage["PromptTokens"]) }
    return CheckedMembers.tokens(
      body["total_tokens"] ?? body["inputTextTokenCount"] ?? body["prompt_eval_count"]
        ?? body["usageMetadata"]?["promptTokenCount"])
  }
}

extension JSONNode {
  /// Of an array.
  fileprivate var holdsOnlyNumbers: Bool {
    let nodes = document.nodes
    for position in (index + 1)..<Int(nodes[index].next) where nodes[position].kind != .number { return false }
    return true
  }
}

import GatewayCore

/// Reads the answer of any provider: Cohere and Jina have `results`, Voyage `data`, DashScope `output.results`, Text
/// Embeddings Inference a bare array.
package enum RerankAnswerReader {
  /// - Parameter documents: how many the request had; an index beyond them is a fault.
  package static func read(_ body: JSONNode, documents: Int) throws(AnswerFault) -> RerankAnswer {
    let list = body.isArray ? body : body["results"] ?? body["data"] ?? body["output"]?["results"]
    guard let list, list.isArray else { throw AnswerFault("malformed answer: it has no list of results") }
    var answer = RerankAnswer()
    for element in list.elements { answer.results.append(try result(element, documents)) }
    answer.id = body["id"]?.text ?? body["request_id"]?.text
    answer.model = body["model"]?.text
    answer.usage = tokens(of: body).map { $0 < 0 ? .impossible : TokenUsage(inputUncached: $0) }
    if let units = body["meta"]?["billed_units"]?["search_units"], units.kind == .number {
      answer.searchUnits = units.raw
    }
    return answer
  }

  private static func result(_ node: JSONNode, _ documents: Int) throws(AnswerFault) -> RerankAnswer.Result {
    guard let index = node["index"]?.int, index >= 0, index < documents else {
      throw AnswerFault("malformed answer: a result without the index of a document")
    }
    guard let score = node["relevance_score"] ?? node["score"], score.kind == .number else {
      throw AnswerFault("malformed answer: a result without a score")
    }
    var result = RerankAnswer.Result(index: index, score: score.raw)
    if let document = node["document"] ?? node["text"] {
      result.document = document.text.map { .text($0) } ?? (document.isObject ? .object(document.raw) : nil)
    }
    result.spans = node["relevant_spans"]?.raw
    return result
  }

  /// `usage` of Jina, Voyage and DashScope, `meta` of Cohere, `tokens` of older SiliconFlow answers.
  private static func tokens(of body: JSONNode) -> Int? {
    if let usage = body["usage"] {
      if let total = CheckedMembers.tokens(usage["total_tokens"] ?? usage["prompt_tokens"]) { return total }
    }
    let meta = body["meta"]
    for counts in [meta?["tokens"], body["tokens"], meta?["billed_units"]] {
      if let input = CheckedMembers.tokens(counts?["input_tokens"]) { return input }
    }
    return nil
  }
}

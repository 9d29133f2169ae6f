import GatewayCore

/// Reads an answer in blocking mode: of a conversation `{"answer":…,"metadata":…}`, of a workflow `{"data":{"outputs":…}}`.
package enum DifyAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    var choice = CanonicalResponse.Choice(index: 0)
    choice.finish = .stop
    var answer = CanonicalResponse()
    answer.id = id(of: body)
    answer.created = body["created_at"]?.int
    if let data = body["data"], data["status"] != nil {
      if let error = error(ofRun: data) { throw AnswerFault(error.message) }
      let text = text(ofOutputs: data["outputs"])
      if !text.isEmpty { choice.parts = [.text(text)] }
    } else {
      guard let text = body["answer"]?.text else { throw AnswerFault("malformed answer: it has no 'answer'") }
      if !text.isEmpty {
        choice.parts = [CanonicalPart(.text(TextPart(text: text, citations: citations(body["metadata"]))))]
      }
      answer.usage = OpenAIChatUsage.read(body["metadata"]?["usage"])
    }
    answer.choices = [choice]
    return answer
  }

  static func id(of node: JSONNode) -> RawText? { (node["message_id"] ?? node["workflow_run_id"])?.text }

  /// What a workflow came to: its text, or its only text, or all of its outputs.
  static func text(ofOutputs outputs: JSONNode?) -> RawText {
    guard let outputs, !outputs.isEmpty else { return .empty }
    for name in ["text", "answer", "result", "output"] as [StaticString] {
      if let text = outputs[name]?.text { return text }
    }
    let values = outputs.members.map { $0.value }
    if values.count == 1, let text = values[0].text { return text }
    return RawText(escaping: outputs.raw.bytes)
  }

  /// Why a run has no result; `nil` where it has one.
  static func error(ofRun data: JSONNode) -> ProviderError? {
    let status = data["status"]?.string ?? ""
    if status.hasSuffix("succeeded") { return nil }
    let reason = data["error"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    return ProviderError(message: "The workflow ended as '\(status)'" + (reason.map { ": \($0)" } ?? "."), code: status)
  }

  /// `retriever_resources`: the documents that the answer rests on.
  static func citations(_ metadata: JSONNode?) -> [Citation] {
    metadata?["retriever_resources"]?.elements.filter(\.isObject).map { node in
      var citation = Citation(title: node["document_name"]?.text)
      citation.citedText = node["content"]?.text
      return citation
    } ?? []
  }
}

import GatewayCore

/// Reads an answer of the action `ChatCompletions`: `{"Response":{"Choices":[…],"Usage":…,"Id":…,"RequestId":…}}`.
package enum HunyuanAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    guard let response = body["Response"], response.isObject else {
      throw AnswerFault("malformed answer: it has no 'Response'")
    }
    if let error = error(in: response) { throw AnswerFault("the provider answered with an error: \(error.message)") }
    guard let chat = HunyuanNames.chat(response) else { throw AnswerFault("malformed answer") }
    var answer = try OpenAIChatAnswerReader.read(chat)
    answer.cite(citations(in: response))
    return answer
  }

  /// `Error` in the place of an answer, `ErrorMsg` in one that broke off; both come with the status 200.
  static func error(in response: JSONNode) -> ProviderError? {
    guard let error = response["Error"] ?? response["ErrorMsg"], error.isObject else { return nil }
    let code = error["Code"].flatMap { node in node.string ?? (node.int ?? 0 == 0 ? nil : node.raw.string) }
    let message = (error["Message"] ?? error["Msg"])?.string ?? ""
    if message.isEmpty, code?.isEmpty ?? true { return nil }
    return ProviderError(
      message: message.isEmpty ? "The provider answered with an error." : message,
      code: code.flatMap { $0.isEmpty ? nil : $0 })
  }

  /// What the search has found.
  static func citations(in response: JSONNode) -> [Citation] {
    (response["SearchInfo"]?["SearchResults"]?.elements.map { $0 } ?? []).compactMap { result in
      guard let url = result["Url"]?.text, !url.isEmpty else { return nil }
      return Citation(url: url, title: result["Title"]?.text)
    }
  }
}

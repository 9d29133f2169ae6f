import GatewayCore

/// Reads an answer of `chatcompletion_v2`: one of chat, with `base_resp`, and with words for what was filtered.
package enum MiniMaxAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    if let code = body["base_resp"]?["status_code"]?.int, code != 0 {
      let message = body["base_resp"]?["status_msg"]?.string ?? ""
      throw AnswerFault("the provider answered with an error: \(message.isEmpty ? String(code) : message)")
    }
    var answer = try OpenAIChatAnswerReader.read(body)
    guard isSensitive(body) else { return answer }
    for index in answer.choices.indices where answer.choices[index].parts.isEmpty {
      answer.choices[index].finish = .contentFilter
    }
    return answer
  }

  /// Whether words of the question or of the answer were found sensitive. The answer is withheld where it is bad enough.
  static func isSensitive(_ body: JSONNode) -> Bool {
    body["input_sensitive"]?.bool == true || body["output_sensitive"]?.bool == true
  }
}

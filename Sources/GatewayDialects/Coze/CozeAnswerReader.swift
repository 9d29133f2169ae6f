import GatewayCore

/// Reads what Coze sends in the place of a stream: `{"code":…,"msg":…}`, mostly with status 200.
package enum CozeAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    if let error = error(in: body) { throw AnswerFault("the provider answered with an error: \(error.message)") }
    throw AnswerFault("a chat that answers later, although a stream was asked for")
  }

  static func error(in node: JSONNode) -> ProviderError? {
    guard let code = node["code"], code.int != 0 else { return nil }
    let message = (node["msg"] ?? node["message"])?.string ?? ""
    return ProviderError(
      message: message.isEmpty ? "The provider answered with an error." : message, code: code.string ?? code.raw.string)
  }

  static func usage(_ node: JSONNode?) -> TokenUsage? {
    guard let input = CheckedMembers.tokens(node?["input_count"]),
      let output = CheckedMembers.tokens(node?["output_count"]),
      input != 0 || output != 0
    else { return nil }
    if min(input, output) < 0 { return .impossible }
    return TokenUsage(inputUncached: input, output: output)
  }
}

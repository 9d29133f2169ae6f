extension ProviderError {
  /// Whether an answer with status 200 is an error nonetheless: OpenAI's `error`, MiniMax's `base_resp`, Tencent Cloud's `Error`,
  /// `code` with `message` (DashScope) or `msg` (Coze).
  package static func isIn(_ answer: JSONNode) -> Bool {
    if let error = answer["error"], !error.isEmpty || error.isString { return true }
    if let status = answer["base_resp"]?["status_code"]?.int, status != 0 { return true }
    if let response = answer["Response"], HunyuanAnswerReader.error(in: response) != nil { return true }
    guard let code = answer["code"], answer["message"] != nil || answer["msg"] != nil else { return false }
    if answer["output"] != nil || answer["choices"] != nil { return false }
    return code.text.map { !$0.isEmpty } ?? (code.int ?? 0 != 0)
  }
}

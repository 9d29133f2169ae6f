/// Chat has the logprobs of an answer beside it, as the `content` of an object; here they stand in each text. The tokens are alike.
enum ResponsesLogprobs {
  /// `nil` without any.
  static func read(_ tokens: [JSONNode]) -> RawJSON? {
    if tokens.isEmpty { return nil }
    var json = JSONWriter()
    json.object { json in
      json.array("content") { json in for token in tokens { json.value(token.raw) } }
      json.null("refusal")
    }
    return RawJSON(written: json.bytes)
  }

  /// The tokens of chat's object.
  static func tokens(_ logprobs: RawJSON?) -> [RawJSON] { logprobs?.node?["content"]?.elements.map(\.raw) ?? [] }

  static func write(_ tokens: [RawJSON], into json: inout JSONWriter) {
    json.array("logprobs") { json in for token in tokens { json.value(token) } }
  }
}

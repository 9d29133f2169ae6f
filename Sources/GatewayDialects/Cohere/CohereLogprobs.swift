/// Log probabilities: Cohere's `{"text":…,"token_ids":[…],"logprobs":[…]}` for a piece of text, and OpenAI's
/// `{"content":[{"token":…,"logprob":…}]}`.
enum CohereLogprobs {
  /// A piece of several tokens is told with its text at the first of them, as Cohere does not say where they part.
  ///
  /// - Returns: nil when there is nothing in it.
  static func read(_ pieces: [JSONNode]) -> RawJSON? {
    var hasTokens = false
    var json = JSONWriter(capacity: 128)
    json.object { json in
      json.array("content") { json in
        for piece in pieces {
          var text = piece["text"]?.text ?? .empty
          for logprob in piece["logprobs"]?.elements ?? piece.elements {
            guard logprob.kind == .number else { continue }
            hasTokens = true
            json.object { json in
              json.member("token", text)
              json.member("logprob", logprob.raw)
              json.null("bytes")
              json.array("top_logprobs") { _ in }
            }
            text = .empty
          }
        }
      }
    }
    return hasTokens ? RawJSON(written: json.bytes) : nil
  }

  /// Cohere's pieces, one for each token of OpenAI's object.
  static func items(of logprobs: RawJSON) -> [RawJSON] {
    guard let content = logprobs.node?["content"] else { return [] }
    var items: [RawJSON] = []
    for token in content.elements {
      guard let logprob = token["logprob"] else { continue }
      var json = JSONWriter(capacity: 64)
      json.object { json in
        json.member("text", token["token"]?.text ?? .empty)
        json.array("token_ids") { _ in }
        json.array("logprobs") { json in json.value(logprob.raw) }
      }
      items.append(RawJSON(written: json.bytes))
    }
    return items
  }
}

/// Log probabilities: Gemini's `logprobsResult` and OpenAI's `{"content":[{"token":…,"logprob":…,"top_logprobs":[…]}]}`.
enum GeminiLogprobs {
  /// `nil`: the candidate has none.
  static func read(_ candidate: JSONNode) -> RawJSON? {
    guard let result = candidate.either("logprobsResult", "logprobs_result"),
      let chosen = result.either("chosenCandidates", "chosen_candidates"), chosen.isArray, !chosen.isEmpty
    else { return nil }
    let top = result.either("topCandidates", "top_candidates")?.elements.map { $0["candidates"] } ?? []
    var json = JSONWriter()
    json.object { json in
      json.array("content") { json in
        for (index, token) in chosen.elements.enumerated() {
          json.object { json in
            write(token, into: &json)
            json.array("top_logprobs") { json in
              guard index < top.count, let others = top[index]?.elements else { return }
              for other in others { json.object { write(other, into: &$0) } }
            }
          }
        }
      }
    }
    return RawJSON(written: json.bytes)
  }

  private static func write(_ token: JSONNode, into json: inout JSONWriter) {
    let text = token["token"]?.text ?? .empty
    json.member("token", text)
    json.member("logprob", token.either("logProbability", "log_probability")?.raw ?? RawJSON("0"))
    json.array("bytes") { json in for byte in text.decoded { json.value(Int(byte)) } }
  }

  /// Nothing for what is not OpenAI's object.
  static func write(_ logprobs: RawJSON, into json: inout JSONWriter) {
    guard let content = logprobs.node?["content"], content.isArray, !content.isEmpty else { return }
    json.object("logprobsResult") { json in
      json.array("topCandidates") { json in
        for token in content.elements {
          json.object { json in
            json.array("candidates") { json in
              for other in token["top_logprobs"]?.elements.map({ $0 }) ?? [] { writeOwn(other, into: &json) }
            }
          }
        }
      }
      json.array("chosenCandidates") { json in for token in content.elements { writeOwn(token, into: &json) } }
    }
  }

  private static func writeOwn(_ token: JSONNode, into json: inout JSONWriter) {
    json.object { json in
      json.member("token", token["token"]?.text ?? .empty)
      json.member("logProbability", token["logprob"]?.raw ?? RawJSON("0"))
    }
  }
}

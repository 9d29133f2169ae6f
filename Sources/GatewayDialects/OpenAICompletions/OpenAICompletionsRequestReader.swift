import GatewayCore

/// Reads the body of `POST /v1/completions` for a provider that has chat only: the prompt becomes the user's message.
package enum OpenAICompletionsRequestReader {
  package static func read(_ body: JSONNode) throws(DialectFault) -> CanonicalRequest {
    let members = try CheckedMembers(body, "the request")
    guard let prompt = body["prompt"] else { throw members.missing("prompt") }
    var request = CanonicalRequest()
    request.messages = [CanonicalMessage(.user, parts: [.text(try text(prompt))])]
    for (name, value) in body.members where !value.isNull {
      if try !read(name.string, value, into: &request) { request.unknown.append((name, value.raw)) }
    }
    if let best = body["best_of"] { try check(best, choices: request.choices ?? 1) }
    return request
  }

  /// One text: several prompts are several calls, and tokens mean nothing to another model.
  private static func text(_ node: JSONNode) throws(DialectFault) -> RawText {
    if let text = node.text { return text }
    guard node.isArray else { throw CheckedMembers.wrong(node, "a string or an array") }
    let elements = node.elements.map { $0 }
    if elements.isEmpty { throw CheckedMembers.wrong(node, "an array with at least one element") }
    for element in elements where !element.isString && element.int == nil && !element.isArray {
      throw CheckedMembers.wrong(element, "a string, a token or an array of tokens")
    }
    guard elements.count == 1, let text = elements[0].text else {
      throw DialectFault(
        unsupported: .tokenInputs, "several prompts, or tokens, need a provider that has this API itself",
        path: "prompt")
    }
    return text
  }

  /// The best of as many as are wanted are all of them.
  private static func check(_ best: JSONNode, choices: Int) throws(DialectFault) {
    let count = try CheckedMembers.count(best, from: 1)
    if count < choices { throw DialectFault("'best_of' must not be less than 'n'.", at: best) }
    if count > choices { throw unsupported("best_of") }
  }

  private static func unsupported(_ name: String) -> DialectFault {
    DialectFault(unsupported: .opaqueContent, "'\(name)' needs a provider that has this API itself", path: name)
  }

  /// - Returns: false when the member is not known.
  private static func read(
    _ name: String, _ value: JSONNode, into request: inout CanonicalRequest
  ) throws(DialectFault) -> Bool {
    switch name {
    case "model", "prompt", "best_of": break
    case "stream": request.isStream = try CheckedMembers.bool(value)
    case "stream_options":
      request.includesUsage = try CheckedMembers(value, "an object").bool("include_usage") ?? request.includesUsage
    case "max_tokens": request.maxOutputTokens = try CheckedMembers.countDigits(value)
    case "n": request.choices = try CheckedMembers.count(value, from: 1)
    case "stop": request.stop = try OpenAIChatRequestReader.stop(value)
    case "user": request.user = try CheckedMembers.text(value)
    case "logprobs":
      _ = try CheckedMembers.count(value)
      throw DialectFault(unsupported: .logprobs, "chat has logprobs of another form", path: name)
    case "suffix": if try !CheckedMembers.text(value).isEmpty { throw unsupported(name) }
    case "echo": if try CheckedMembers.bool(value) { throw unsupported(name) }
    default: return try request.sampling.read(name, value)
    }
    return true
  }
}

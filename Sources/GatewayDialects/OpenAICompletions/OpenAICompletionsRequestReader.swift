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
    return request
  }

  /// One text: several prompts are several calls, and tokens mean nothing to another model.
  private static func text(_ node: JSONNode) throws(DialectFault) -> RawText {
    if let text = node.text { return text }
    guard node.isArray else { throw CheckedMembers.wrong(node, "a string") }
    let elements = node.elements.map { $0 }
    guard elements.count == 1, let text = elements[0].text else {
      throw DialectFault(
        unsupported: .tokenInputs, "several prompts, or tokens, need a provider that has this API itself",
        path: "prompt")
    }
    return text
  }

  /// - Returns: false when the member is not known.
  private static func read(
    _ name: String, _ value: JSONNode, into request: inout CanonicalRequest
  ) throws(DialectFault) -> Bool {
    switch name {
    case "model", "prompt": break
    case "stream": request.isStream = try CheckedMembers.bool(value)
    case "stream_options":
      request.includesUsage = try CheckedMembers(value, "an object").bool("include_usage")
    case "max_tokens": request.maxOutputTokens = try CheckedMembers.countDigits(value)
    case "n": request.choices = try CheckedMembers.count(value, from: 1)
    case "stop":
      if let text = value.text { request.stop = [text] } else { request.stop = try CheckedMembers.texts(value) }
    case "temperature": request.sampling.temperature = try CheckedMembers.number(value)
    case "top_p": request.sampling.topP = try CheckedMembers.number(value)
    case "seed": request.sampling.seed = try CheckedMembers.number(value)
    case "frequency_penalty": request.sampling.frequencyPenalty = try CheckedMembers.number(value)
    case "presence_penalty": request.sampling.presencePenalty = try CheckedMembers.number(value)
    case "logit_bias": request.sampling.logitBias = try CheckedMembers.object(value).raw
    case "user": request.user = try CheckedMembers.text(value)
    case "logprobs":
      throw DialectFault(unsupported: .logprobs, "chat has logprobs of another form", path: name)
    case "suffix", "echo", "best_of":
      if value.kind == .false || value.int == 1 || value.text?.isEmpty == true { return true }
      throw DialectFault(
        unsupported: .opaqueContent, "'\(name)' needs a provider that has this API itself", path: name)
    default: return false
    }
    return true
  }
}

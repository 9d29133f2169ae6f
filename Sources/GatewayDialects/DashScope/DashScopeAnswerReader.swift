/// Reads an answer: `{"output":{"choices":[…]},"usage":…,"request_id":…}`.
package enum DashScopeAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    guard let output = body["output"], output.isObject else {
      if let error = error(in: body) { throw AnswerFault("the provider answered with an error: \(error.message)") }
      throw AnswerFault("malformed answer: it has no 'output'")
    }
    var answer = CanonicalResponse()
    answer.id = body["request_id"]?.text
    answer.usage = OpenAIChatUsage.read(body["usage"])
    for (position, node) in choices(of: output).enumerated() {
      guard node.isObject else { throw AnswerFault("malformed answer: a choice that is no object") }
      answer.choices.append(try choice(node, position))
    }
    if answer.choices.isEmpty { throw AnswerFault("malformed answer: 'output' has no choices") }
    answer.cite(citations(in: output))
    return answer
  }

  /// What the search has found: `"search_info":{"search_results":[{"index":1,"title":…,"url":…,"site_name":…}]}`.
  static func citations(in output: JSONNode) -> [Citation] {
    (output["search_info"]?["search_results"]?.elements.map { $0 } ?? []).compactMap { result in
      guard let url = result["url"]?.text, !url.isEmpty else { return nil }
      return Citation(url: url, title: result["title"]?.text ?? result["site_name"]?.text)
    }
  }

  /// Without `"result_format":"message"` the output itself is the only choice.
  static func choices(of output: JSONNode) -> [JSONNode] {
    if let choices = output["choices"] { return choices.elements.map { $0 } }
    return output["text"] != nil || output["finish_reason"] != nil ? [output] : []
  }

  /// What a choice says, in the words of a message.
  static func message(of choice: JSONNode) -> JSONNode? {
    if let message = choice["message"] { return message }
    guard let text = choice["text"]?.text else { return nil }
    var json = JSONWriter()
    json.object { $0.member("content", text) }
    return RawJSON(written: json.bytes).node
  }

  /// `{"code":…,"message":…,"request_id":…}`; a good answer may have both members, empty.
  static func error(in body: JSONNode) -> ProviderError? {
    guard let code = body["code"], code.text?.isEmpty != true else { return nil }
    let message = body["message"]?.text
    return ProviderError(
      message: message.flatMap { $0.isEmpty ? nil : $0.string } ?? "The provider answered with an error.",
      code: code.string ?? code.raw.string)
  }

  /// In a stream every event but the last has the word `null`.
  static func finish(_ choice: JSONNode) -> RawText? {
    choice["finish_reason"]?.text.flatMap { $0.isEmpty || $0.equals("null") ? nil : $0 }
  }

  private static func choice(_ node: JSONNode, _ position: Int) throws(AnswerFault) -> CanonicalResponse.Choice {
    var choice = CanonicalResponse.Choice(index: node["index"]?.int ?? position)
    let message = message(of: node)
    choice.parts = message.map(OpenAIChatReasoning.parts) ?? []
    if let content = message?["content"] { try add(content, to: &choice.parts) }
    var hasCalls = false
    for call in message?["tool_calls"]?.elements.map({ $0 }) ?? [] {
      choice.parts.append(CanonicalPart(.toolCall(try self.call(call))))
      hasCalls = true
    }
    if let reason = finish(node) {
      if OpenAIChatFinish.isFailure(reason) { throw AnswerFault("an answer that was broken off (\(reason.string))") }
      let finish = OpenAIChatFinish.read(reason)
      choice.finish = hasCalls && finish == .stop ? .toolCalls : finish
    }
    if choice.parts.isEmpty, choice.finish == nil {
      throw AnswerFault("malformed answer: a choice without a message and without 'finish_reason'")
    }
    if let logprobs = node["logprobs"], logprobs.isObject, !logprobs.isEmpty { choice.logprobs = logprobs.raw }
    return choice
  }

  /// A string, or the parts of a multimodal model.
  private static func add(_ content: JSONNode, to parts: inout [CanonicalPart]) throws(AnswerFault) {
    if let text = content.text {
      if !text.isEmpty { parts.append(.text(text)) }
      return
    }
    guard content.isArray else { throw AnswerFault("malformed answer: 'content' is neither text nor a list of parts") }
    let texts = content.elements.compactMap { $0["text"]?.text }.filter { !$0.isEmpty }
    if !texts.isEmpty { parts.append(.text(texts.reduce(.empty, +))) }
  }

  private static func call(_ node: JSONNode) throws(AnswerFault) -> ToolCall {
    guard let function = node["function"], let name = function["name"]?.text, !name.isEmpty else {
      throw AnswerFault("malformed answer: a tool call without a name")
    }
    let arguments = function["arguments"]
    return ToolCall(
      id: node["id"]?.text ?? .empty, name: name,
      arguments: arguments?.text.map { .string($0) } ?? arguments.map { .json($0.raw) } ?? .string(.empty))
  }
}

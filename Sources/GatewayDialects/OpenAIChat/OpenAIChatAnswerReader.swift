/// Reads a whole answer of chat.
package enum OpenAIChatAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    guard let choices = body["choices"], choices.isArray, !choices.isEmpty else {
      throw AnswerFault("an answer without choices")
    }
    var answer = CanonicalResponse()
    answer.id = body["id"]?.text
    answer.model = body["model"]?.text
    answer.created = body["created"]?.int
    answer.serviceTier = body["service_tier"]?.text
    answer.systemFingerprint = body["system_fingerprint"]?.text
    for (position, node) in choices.elements.enumerated() {
      guard node.isObject else { throw AnswerFault("a choice that is no object") }
      answer.choices.append(try choice(node, position))
    }
    answer.usage = OpenAIChatUsage.read(body["usage"] ?? choices.elements.first { _ in true }?["usage"])
    return answer
  }

  private static func choice(_ node: JSONNode, _ position: Int) throws(AnswerFault) -> CanonicalResponse.Choice {
    var choice = CanonicalResponse.Choice(index: node["index"]?.int ?? position)
    guard let message = node["message"], message.isObject else { throw AnswerFault("a choice without a message") }
    if let error = node["error"], error.isObject, !error.isEmpty {
      let said = error.raw.bytes.withUnsafeBytes { ProviderError.parse(errorBody: $0) }
      throw AnswerFault("a choice with an error: \(said.message)")
    }
    choice.parts = OpenAIChatReasoning.parts(of: message)
    try addContent(message, to: &choice.parts)
    if let refusal = message["refusal"]?.text, !refusal.isEmpty {
      choice.parts.append(CanonicalPart(.refusal(refusal)))
    }
    for call in message["tool_calls"]?.elements.map({ $0 }) ?? [] {
      choice.parts.append(CanonicalPart(.toolCall(try toolCall(call))))
    }
    if let legacy = message["function_call"], let name = legacy["name"]?.text {
      choice.parts.append(
        CanonicalPart(.toolCall(ToolCall(id: "call_0", name: name, arguments: arguments(legacy["arguments"])))))
    }
    if let reason = node["finish_reason"]?.text {
      if OpenAIChatFinish.isFailure(reason) { throw AnswerFault("an answer that was broken off (\(reason.string))") }
      let hasCalls = choice.parts.contains { if case .toolCall = $0.content { true } else { false } }
      let finish = OpenAIChatFinish.read(reason)
      choice.finish = hasCalls && finish == .stop ? .toolCalls : finish
    }
    choice.stopSequence = node["stop_reason"]?.text
    choice.logprobs = node["logprobs"]?.raw
    return choice
  }

  private static func addContent(_ message: JSONNode, to parts: inout [CanonicalPart]) throws(AnswerFault) {
    var content: [CanonicalPart] = []
    if let text = message["content"]?.text {
      if !text.isEmpty { content.append(.text(text)) }
    } else if let list = message["content"], list.isArray {
      content = try Self.content(list)
    }
    if let notes = message["annotations"], let last = content.lastIndex(where: { $0.isText }),
      case .text(var text) = content[last].content
    {
      text.citations = notes.elements.compactMap(OpenAIChatCitations.read)
      content[last].content = .text(text)
    }
    parts += content
    if let audio = message["audio"], audio["data"] != nil {
      var sound = OpenAIChatAudio()
      sound.take(audio)
      parts.append(CanonicalPart(.audio(sound.media)))
    }
    for image in message["images"]?.elements.map({ $0 }) ?? [] {
      if let url = (image["image_url"]?["url"] ?? image["image_url"])?.text {
        parts.append(CanonicalPart(.image(OpenAIChatMedia.media(url))))
      }
    }
  }

  /// A content in parts; those of Mistral's reasoning models are thoughts, and references to documents.
  private static func content(_ list: JSONNode) throws(AnswerFault) -> [CanonicalPart] {
    var parts: [CanonicalPart] = []
    for node in list.elements {
      if let thought = OpenAIChatReasoning.thinking(node) {
        parts.append(CanonicalPart(.reasoning(ReasoningPart(text: thought))))
        continue
      }
      if node["type"]?.text?.equals("reference") == true { continue }
      do throws(DialectFault) {
        parts.append(CanonicalPart(try OpenAIChatMessageReader.content(node)))
      } catch {
        throw AnswerFault("a content that is not understood: \(error.message)")
      }
    }
    return parts
  }

  private static func toolCall(_ node: JSONNode) throws(AnswerFault) -> ToolCall {
    let signature = node["extra_content"]?["google"]?["thought_signature"]?.text
    if let custom = node["custom"], let name = custom["name"]?.text {
      return ToolCall(
        kind: .custom, id: node["id"]?.text ?? .empty, name: name,
        arguments: .string(custom["input"]?.text ?? .empty), signature: signature)
    }
    guard let function = node["function"], let name = function["name"]?.text else {
      throw AnswerFault("a tool call without a name")
    }
    return ToolCall(
      id: node["id"]?.text ?? .empty, name: name, arguments: arguments(function["arguments"]), signature: signature)
  }

  /// Some servers send the object itself.
  private static func arguments(_ node: JSONNode?) -> ToolArguments {
    guard let node else { return .string(.empty) }
    return node.text.map { .string($0) } ?? .json(node.raw)
  }
}

/// `annotations` of a message: `url_citation`.
enum OpenAIChatCitations {
  static func read(_ node: JSONNode) -> Citation? {
    guard let inner = node["url_citation"] else { return nil }
    var citation = Citation(url: inner["url"]?.text, title: inner["title"]?.text)
    citation.start = inner["start_index"]?.int
    citation.end = inner["end_index"]?.int
    return citation
  }

  static func write(_ citations: [Citation], into json: inout JSONWriter) {
    let known = citations.filter { $0.url != nil }
    if known.isEmpty { return }
    json.array("annotations") { json in
      for citation in known {
        json.object { json in
          json.member("type", "url_citation")
          json.object("url_citation") { json in
            json.member("start_index", citation.start ?? 0)
            json.member("end_index", citation.end ?? 0)
            json.member("url", citation.url)
            json.member("title", citation.title ?? citation.url)
          }
        }
      }
    }
  }
}

extension CanonicalPart {
  var isText: Bool { if case .text = content { true } else { false } }
}

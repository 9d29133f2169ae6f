import GatewayCore

/// Reads a `GenerateContentResponse`.
package enum GeminiAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    var answer = CanonicalResponse()
    answer.id = body.either("responseId", "response_id")?.text
    answer.model = body.either("modelVersion", "model_version")?.text
    answer.usage = GeminiUsage.read(body.either("usageMetadata", "usage_metadata"))
    let candidates = body["candidates"]
    if candidates == nil || candidates?.isEmpty == true {
      // The prompt was blocked: an answer without content.
      guard blockReason(body) != nil else { throw AnswerFault("an answer without candidates") }
      var choice = CanonicalResponse.Choice(index: 0)
      choice.finish = .contentFilter
      answer.choices = [choice]
      return answer
    }
    for (position, node) in (candidates?.elements.map { $0 } ?? []).enumerated() {
      answer.choices.append(choice(node, position))
    }
    return answer
  }

  static func blockReason(_ body: JSONNode) -> RawText? {
    let feedback = body.either("promptFeedback", "prompt_feedback")
    return feedback?.either("blockReason", "block_reason")?.text
  }

  private static func choice(_ node: JSONNode, _ position: Int) -> CanonicalResponse.Choice {
    var choice = CanonicalResponse.Choice(index: node["index"]?.int ?? position)
    var calls = 0
    for part in node["content"]?["parts"]?.elements.map({ $0 }) ?? [] {
      guard let part = GeminiAnswerPart(part) else { continue }
      switch part {
      case .text(let text, let signature):
        if let signature {
          choice.parts.append(CanonicalPart(.reasoning(ReasoningPart(signature: signature))))
        }
        if !text.isEmpty { append(text, to: &choice.parts) }
      case .thought(let text, let signature):
        append(thought: text, signature, to: &choice.parts)
      case .call(let name, let args, let id, let signature):
        choice.parts.append(
          CanonicalPart(
            .toolCall(
              ToolCall(
                id: id ?? GeminiAnswerPart.callID(calls, of: choice.index), name: name, arguments: .json(args),
                signature: signature))))
        calls += 1
      case .whole(let part): choice.parts.append(part)
      }
    }
    addCitations(node, to: &choice.parts)
    choice.finish = node.either("finishReason", "finish_reason")?.text.map {
      GeminiFinish.read($0, hasCalls: calls > 0)
    }
    return choice
  }

  /// Texts that follow each other are one.
  private static func append(_ text: RawText, to parts: inout [CanonicalPart]) {
    if let last = parts.indices.last, case .text(var before) = parts[last].content {
      before.text = before.text + text
      parts[last].content = .text(before)
    } else {
      parts.append(.text(text))
    }
  }

  private static func append(thought text: RawText, _ signature: RawText?, to parts: inout [CanonicalPart]) {
    if let last = parts.indices.last, case .reasoning(var before) = parts[last].content, before.signature == nil {
      before.text = before.text + text
      before.signature = signature
      parts[last].content = .reasoning(before)
    } else {
      parts.append(CanonicalPart(.reasoning(ReasoningPart(text: text, signature: signature))))
    }
  }

  private static func addCitations(_ node: JSONNode, to parts: inout [CanonicalPart]) {
    let citations = GeminiCitations.read(node)
    guard !citations.isEmpty, let last = parts.lastIndex(where: \.isText), case .text(var text) = parts[last].content
    else { return }
    text.citations = citations
    parts[last].content = .text(text)
  }
}

/// One part of an answer.
enum GeminiAnswerPart {
  case text(RawText, signature: RawText?)
  case thought(RawText, signature: RawText?)
  case call(name: RawText, args: RawJSON, id: RawText?, signature: RawText?)
  case whole(CanonicalPart)

  init?(_ node: JSONNode) {
    let signature = node.either("thoughtSignature", "thought_signature")?.text
    if let call = node.either("functionCall", "function_call"), let name = call["name"]?.text {
      self = .call(name: name, args: call["args"]?.raw ?? .emptyObject, id: call["id"]?.text, signature: signature)
    } else if let text = node["text"]?.text {
      self = node["thought"]?.bool == true ? .thought(text, signature: signature) : .text(text, signature: signature)
    } else if let media = (try? GeminiMedia.read(node)) ?? nil {
      self = .whole(media)
    } else if let member = node.members.first(where: { _ in true }) {
      self = .whole(CanonicalPart(.opaque(.gemini, kind: member.name, node.raw)))
    } else {
      return nil
    }
  }

  /// Gemini's calls have none.
  static func callID(_ number: Int, of choice: Int) -> RawText { RawText("call_\(choice)_\(number)") }
}

/// `groundingMetadata`.
enum GeminiCitations {
  static func read(_ candidate: JSONNode) -> [Citation] {
    guard let metadata = candidate.either("groundingMetadata", "grounding_metadata") else { return [] }
    let chunks = metadata.either("groundingChunks", "grounding_chunks")?.elements.map { $0 } ?? []
    return chunks.compactMap { chunk in
      guard let web = chunk["web"] else { return nil }
      var citation = Citation(url: web["uri"]?.text, title: web["title"]?.text)
      citation.original = (.gemini, chunk.raw)
      return citation
    }
  }

  static func write(_ citations: [Citation], into json: inout JSONWriter) {
    let known = citations.filter { $0.url != nil }
    if known.isEmpty { return }
    json.object("groundingMetadata") { json in
      json.array("groundingChunks") { json in
        for citation in known {
          json.object { json in
            json.object("web") { json in
              json.member("uri", citation.url)
              json.member("title", citation.title)
            }
          }
        }
      }
    }
  }
}

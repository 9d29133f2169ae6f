/// Why a request cannot be read, or cannot be written for a provider.
package struct DialectFault: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The caller's mistake.
    case invalid
    /// A part that changes the meaning and that the dialect has no word for: another target may have one.
    case unsupported(RequestPart)
  }

  package var kind: Kind
  /// The JSON path of the fault in the caller's body: `messages[3].content[0].type`.
  package var path: String?
  /// What is wrong and what to do.
  package var message: String

  package init(_ message: String, path: String? = nil) {
    kind = .invalid
    self.path = path
    self.message = message
  }

  package init(unsupported part: RequestPart, _ message: String, path: String? = nil) {
    kind = .unsupported(part)
    self.path = path
    self.message = message
  }

  package init(_ message: String, at node: JSONNode) { self.init(message, path: node.path) }
}

/// Parts of a request that change its meaning: a target either has them or is passed over.
package enum RequestPart: String, CaseIterable, Hashable, Sendable {
  case tools
  case toolChoice = "tool choice"
  case singleToolCalls = "parallel_tool_calls: false"
  case serverTools = "server tools"
  case webSearch = "web search"
  case structuredOutput = "structured output"
  case severalChoices = "several choices"
  case logprobs
  case images, audio, video, files
  case mediaURLs = "media by URL"
  case audioOutput = "audio output"
  case imageOutput = "image output"
  case cachedContent = "cached content"
  case storedState = "previous_response_id"
  case stopSequences = "stop sequences"
  case reasoningContent = "reasoning"
  case opaqueContent = "content of another provider"
  case guardrail
  case embeddingTypes = "embedding types"
  case tokenInputs = "token inputs"
}

/// A malformed answer of a provider.
package struct AnswerFault: Error, Hashable, Sendable {
  package var message: String

  package init(_ message: String) { self.message = message }

  package init(_ fault: JSONFault) { message = "malformed answer: \(fault)" }
}

extension JSONDocument {
  /// What a provider sent: an answer, or the payload of an event.
  convenience init(answer bytes: UnsafeRawBufferPointer) throws(AnswerFault) {
    do throws(JSONFault) {
      try self.init(copying: bytes, loneSurrogates: .replaced)
    } catch {
      throw AnswerFault(error)
    }
  }
}

import GatewayCore

/// A conversation as one text, for apps that take a question and no turns.
enum Transcript {
  /// The text of the only message, or all of them, each behind its role.
  static func text(of messages: [CanonicalMessage]) -> RawText {
    guard messages.count > 1 else { return messages.first?.text ?? .empty }
    var text = RawText.empty
    for message in messages {
      if !text.isEmpty { text = text + "\n\n" }
      text = text + RawText("\(message.role.rawValue): ") + message.text
    }
    return text
  }
}

extension CanonicalRequest {
  /// Throws for all that changes the meaning and that an app has by itself or not at all: tools, formats, limits of the output.
  ///
  /// - Parameter app: how messages name it: `a Dify app`.
  func refuseAllButMessages(for app: String) throws(DialectFault) {
    if previousResponseID != nil {
      throw DialectFault(unsupported: .storedState, "\(app) does not know the answers of others.")
    }
    if cachedContent != nil { throw DialectFault(unsupported: .cachedContent, "\(app) has no cached content.") }
    if let tool = tools.first {
      throw DialectFault(unsupported: part(of: tool), "\(app) has tools of its own and takes no others.", path: "tools")
    }
    if output != .text { throw DialectFault(unsupported: .structuredOutput, "\(app) takes no response format.") }
    if let choices, choices > 1 { throw DialectFault(unsupported: .severalChoices, "\(app) gives one answer.") }
    if logprobs == true { throw DialectFault(unsupported: .logprobs, "\(app) tells no log probabilities.") }
    if audioOutput != nil || modalities.contains("audio") {
      throw DialectFault(unsupported: .audioOutput, "\(app) answers with text.")
    }
    if modalities.contains("image") { throw DialectFault(unsupported: .imageOutput, "\(app) answers with text.") }
    if !stop.isEmpty { throw DialectFault(unsupported: .stopSequences, "\(app) takes no stop sequences.") }
    for message in messages {
      for part in message.parts {
        switch part.content {
        case .toolCall, .toolResult: throw DialectFault(unsupported: .tools, "\(app) takes no calls of tools.")
        case .opaque(let dialect, let kind, _):
          throw DialectFault(
            unsupported: .opaqueContent, "the part '\(kind.string)' is understood by \(dialect.rawValue) only")
        case .text, .image, .audio, .video, .file, .reasoning, .refusal: break
        }
      }
    }
  }

  private func part(of tool: CanonicalTool) -> RequestPart {
    switch tool.kind {
    case .function, .custom: .tools
    case .webSearch: .webSearch
    case .server: .serverTools
    }
  }

  /// Hints, without those in `written`, in an order that does not change from call to call.
  func dropped(but written: Set<Hint>) -> [Hint] {
    var hints = hints.subtracting(written)
    if maxOutputTokens != nil { hints.insert(.unknown("max_tokens")) }
    if hasCacheMarks || cacheControl != nil { hints.insert(.cacheControl) }
    return hints.sorted { "\($0)" < "\($1)" }
  }

  /// A member that the gateway does not know and the app does.
  func own(_ name: StaticString) -> RawJSON? { unknown.last { $0.name.equals(name) }?.value }
}

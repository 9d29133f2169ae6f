package import GatewayCore

/// One turn of a conversation.
package struct CanonicalMessage: Sendable {
  package enum Role: String, Hashable, Sendable {
    case system, developer, user, assistant
    /// Results of tool calls, and nothing else.
    case tool
  }

  package var role: Role
  /// The participant's name (OpenAI).
  package var name: RawText?
  package var parts: [CanonicalPart]

  package init(_ role: Role, name: RawText? = nil, parts: [CanonicalPart]) {
    self.role = role
    self.name = name
    self.parts = parts
  }

  /// The text of all its text parts.
  package var text: RawText {
    parts.reduce(.empty) { sum, part in if case .text(let text) = part.content { sum + text.text } else { sum } }
  }
}

/// A piece of a message, and whether the prompt is to be cached up to its end.
package struct CanonicalPart: Sendable {
  package enum Content: Sendable {
    case text(TextPart)
    case image(MediaPart)
    case audio(MediaPart)
    case video(MediaPart)
    case file(MediaPart)
    case toolCall(ToolCall)
    case toolResult(ToolResult)
    case reasoning(ReasoningPart)
    case refusal(RawText)
    /// What only one dialect knows: a server tool's call or result, a container. It can go back to that dialect only.
    case opaque(Dialect, kind: RawText, RawJSON)
  }

  package var content: Content
  package var cacheControl: CacheControl?

  package init(_ content: Content, cacheControl: CacheControl? = nil) {
    self.content = content
    self.cacheControl = cacheControl
  }

  package static func text(_ text: RawText) -> CanonicalPart { CanonicalPart(.text(TextPart(text: text))) }
}

package struct TextPart: Hashable, Sendable {
  package var text: RawText
  package var citations: [Citation] = []

  package init(text: RawText, citations: [Citation] = []) {
    self.text = text
    self.citations = citations
  }
}

/// Where a statement of the answer comes from.
package struct Citation: Hashable, Sendable {
  package var url: RawText?
  package var title: RawText?
  package var citedText: RawText?
  /// The part of the answer that it supports, in characters; not every dialect says so.
  package var start: Int?
  package var end: Int?
  /// The dialect's own object, for the way back to the same dialect.
  package var original: (dialect: Dialect, value: RawJSON)?

  package init(url: RawText? = nil, title: RawText? = nil) {
    self.url = url
    self.title = title
  }

  package static func == (first: Citation, second: Citation) -> Bool {
    first.url == second.url && first.title == second.title && first.citedText == second.citedText
      && first.start == second.start && first.end == second.end
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(url)
    hasher.combine(title)
    hasher.combine(citedText)
  }
}

/// An image, a sound, a video or a document.
package struct MediaPart: Hashable, Sendable {
  package enum Source: Hashable, Sendable {
    /// `http`, `https`, `gs`, `s3` …; never `data:`.
    case url(RawText)
    /// Base64, never decoded on the way.
    case base64(RawText)
    /// The provider's own id.
    case fileID(RawText)
    /// Plain text (Anthropic's text documents).
    case text(RawText)
  }

  package var source: Source
  /// `image/png`; nil when the caller did not say.
  package var mediaType: RawText?
  /// Of a file.
  package var name: RawText?
  /// `low`, `high`, `auto` of an image.
  package var detail: RawText?
  /// Anthropic's documents: whether the answer cites them, and what else is known of them.
  package var citesSource: Bool?
  package var context: RawText?

  package init(_ source: Source, mediaType: RawText? = nil, name: RawText? = nil, detail: RawText? = nil) {
    self.source = source
    self.mediaType = mediaType
    self.name = name
    self.detail = detail
  }
}

/// The model asks for a tool.
package struct ToolCall: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case function
    /// Free text instead of JSON arguments (OpenAI's custom tools).
    case custom
  }

  package var kind = Kind.function
  /// Empty where the dialect has none (Gemini); writers that need one make it up.
  package var id: RawText
  package var name: RawText
  package var arguments: ToolArguments
  /// Gemini's `thoughtSignature`, which must come back with the call.
  package var signature: RawText?

  package init(
    kind: Kind = .function, id: RawText, name: RawText, arguments: ToolArguments, signature: RawText? = nil
  ) {
    self.kind = kind
    self.id = id
    self.name = name
    self.arguments = arguments
    self.signature = signature
  }
}

/// The arguments of a call: some dialects have them as JSON, some as a string that holds JSON.
package enum ToolArguments: Hashable, Sendable {
  /// A JSON object.
  case json(RawJSON)
  /// The inside of a string: JSON with its quotes escaped, as the model wrote it; it may be cut or broken.
  case string(RawText)
}

/// What a tool answered.
package struct ToolResult: Sendable {
  package var callID: RawText
  /// Of the tool; not every dialect has it here. `CanonicalRequest.nameOfCall` finds it.
  package var name: RawText?
  /// Text and media.
  package var parts: [CanonicalPart]
  package var isError: Bool

  package init(callID: RawText, name: RawText? = nil, parts: [CanonicalPart], isError: Bool = false) {
    self.callID = callID
    self.name = name
    self.parts = parts
    self.isError = isError
  }
}

/// A thought of the model, which goes back to it with the next turn.
package struct ReasoningPart: Hashable, Sendable {
  package var text: RawText
  /// Proves that the thought is the model's own (Anthropic, Bedrock, Gemini).
  package var signature: RawText?
  /// The thought itself, encrypted: Anthropic's `redacted_thinking`, OpenAI's `encrypted_content`.
  package var redacted: RawText?
  /// Of OpenAI's reasoning items.
  package var id: RawText?
  /// Whether `text` is a summary (OpenAI Responses).
  package var isSummary = false

  package init(text: RawText = .empty, signature: RawText? = nil, redacted: RawText? = nil) {
    self.text = text
    self.signature = signature
    self.redacted = redacted
  }
}

/// Asks the provider to keep the prompt up to here (Anthropic `cache_control`, Bedrock `cachePoint`).
package struct CacheControl: Hashable, Sendable {
  /// `5m`, `1h`; nil: the provider's default.
  package var ttl: RawText?

  package init(ttl: RawText? = nil) { self.ttl = ttl }
}

/// What the model may call.
package struct CanonicalTool: Sendable {
  package enum Kind: Sendable {
    /// `parameters`: a JSON schema; nil: none.
    case function(parameters: RawJSON?, isStrict: Bool?)
    /// Free text instead of JSON (OpenAI); `format` is its grammar.
    case custom(format: RawJSON?)
    /// Web search that the provider runs itself. `options` is the whole tool in its dialect's words.
    case webSearch(Dialect, options: RawJSON)
    /// Any other tool that the provider runs: only its own dialect has it.
    case server(Dialect, type: RawText, definition: RawJSON)
  }

  package var name: RawText
  package var description: RawText?
  package var kind: Kind
  package var cacheControl: CacheControl?

  package init(name: RawText, description: RawText? = nil, kind: Kind, cacheControl: CacheControl? = nil) {
    self.name = name
    self.description = description
    self.kind = kind
    self.cacheControl = cacheControl
  }
}

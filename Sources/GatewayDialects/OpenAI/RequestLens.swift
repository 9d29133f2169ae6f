package import GatewayCore

/// What the gateway needs to know of a request body in the OpenAI dialect (chat, completions, embeddings), found in one
/// pass that also proves that the whole body is valid JSON. It refers to the body by offsets and keeps no bytes of it.
package struct RequestLens: Hashable, Sendable {
  /// Top-level members (and members of `stream_options`); OpenAI's largest request has about 40.
  package static let maximumMembers = 256
  /// Bytes of a top-level name, escapes decoded.
  package static let maximumNameLength = 256
  /// Bytes of a model name.
  package static let maximumModelLength = 256

  /// A top-level member.
  package struct Member: Hashable, Sendable {
    package let name: JSONString
    package let value: Range<Int>
    package let kind: JSONKind
  }

  /// Where `stream_options` is.
  package struct StreamOptions: Hashable, Sendable {
    /// The value: an object or null.
    package let value: Range<Int>
    package let isNull: Bool
    package let isEmpty: Bool
    /// The value of `include_usage`, when there is such a member.
    package let includeUsageValue: Range<Int>?
  }

  /// What `messages` is made of.
  package enum Messages: Hashable, Sendable {
    case absent, notAnArray, empty, notAllObjects
    case objects(count: Int)
  }

  /// In the order of the body; no name occurs twice.
  package internal(set) var members: [Member] = []
  /// Not empty, at most `maximumModelLength` bytes, without control characters.
  package internal(set) var model = ""
  /// With the quotes.
  package internal(set) var modelRange: Range<Int> = 0..<0
  /// Whether the path names the model; what the body says of it beside that is in Gemini's form, `models/NAME`.
  package internal(set) var isModelInPath = false
  package internal(set) var stream = false
  package internal(set) var streamOptions: StreamOptions?
  /// `stream_options.include_usage`; nil when absent or null.
  package internal(set) var includeUsage: Bool?
  package internal(set) var messages = Messages.absent
  package internal(set) var hasPrompt = false
  package internal(set) var hasInput = false
  /// Gemini's.
  package internal(set) var hasContents = false
  /// Text of `messages`, `prompt`, `suffix`, `input`, `tools`, `functions`, and of what other dialects call these, without
  /// names of members, `data:` URLs and other embedded files: for an estimate of the input's tokens.
  package internal(set) var inputText = TextCount()
  /// Numbers in `prompt` and `input`, which stand for tokens there.
  package internal(set) var inputTokenIDs = 0

  /// Offset after the opening brace, where members can be inserted.
  package internal(set) var contentStart = 0

  /// Of a request that calls no model.
  package static let empty = RequestLens()

  /// Reads a body.
  ///
  /// - Parameter requiresModel: false where the path names the model.
  package static func scan(
    _ body: UnsafeRawBufferPointer, requiresModel: Bool = true
  ) throws(RequestFault) -> RequestLens {
    var scan = RequestScan(body, requiresModel: requiresModel)
    return try scan.run()
  }

  /// The member of that name, escapes decoded.
  package func member(_ name: String, in body: UnsafeRawBufferPointer) -> Member? {
    members.first { $0.name.equals(name, in: body) }
  }

  /// Of a form; empty for JSON.
  package internal(set) var fields: [FormField] = []
  /// The line between the fields of a form; empty for JSON.
  package internal(set) var delimiter: [UInt8] = []

  package var isForm: Bool { !delimiter.isEmpty }

  /// What the surface cannot do without.
  package func check(for surface: Surface, in body: UnsafeRawBufferPointer) throws(RequestFault) {
    switch surface {
    case .chatCompletions:
      switch messages {
      case .objects: break
      case .absent: throw .missingMember("messages")
      case .empty: throw .wrongType(member: "messages", expected: "an array with at least one message")
      case .notAnArray, .notAllObjects: throw .wrongType(member: "messages", expected: "an array of objects")
      }
    case .completions: if !hasPrompt { throw .missingMember("prompt") }
    case .embeddings, .moderations, .dashScopeGeneration: if !hasInput { throw .missingMember("input") }
    case .messages, .countTokens, .converse, .cohereChat:
      if messages == .absent { throw .missingMember("messages") }
    case .generateContent: if !hasContents { throw .missingMember("contents") }
    case .imageGenerations, .videos: if !isForm, !hasPrompt { throw .missingMember("prompt") }
    case .speech: if !hasInput { throw .missingMember("input") }
    case .rerank, .cohereRerank: if member("query", in: body) == nil { throw .missingMember("query") }
    case .imageEdits, .imageVariations, .transcriptions, .translations:
      let file = surface == .transcriptions || surface == .translations ? "file" : "image"
      // A list of images is `image[]`; several SDKs number them.
      if isForm, !fields.contains(where: { $0.name == file || $0.name.hasPrefix(file + "[") }) {
        throw .missingMember(file)
      }
    default: break
    }
  }
}

import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// A kept conversation as the admin API lists it: nothing of what was said.
struct ConversationNumbers: Codable {
  /// Of the exchange: the `x-request-id` that the client got.
  let id: String
  let endedAt: WallTime
  let consumer: String
  @OrNull var team: String?
  /// The label of an issued key.
  @OrNull var key: String?
  let model: String
  let surface: String
  let outcome: String
  let truncated: Bool
  let bytes: Int

  init(_ summary: ConversationSummary) {
    id = "\(summary.id)"
    endedAt = summary.endedAt
    consumer = summary.consumer
    team = summary.team
    key = summary.key
    model = summary.model
    surface = summary.surface
    outcome = summary.outcome
    truncated = summary.isTruncated
    bytes = summary.bytes
  }
}

/// The same with what was said, as `ConversationContents` writes it; for the document.
struct ConversationContents: Codable {
  /// The caller's own JSON, masked.
  struct Document: Encodable, SchemaDescribedAnswer {
    static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
      .typed("object")
    }
    static var sample: Document { Document() }
  }

  let about: ConversationNumbers
  let conversation: Document

  /// - Parameter document: JSON.
  static func json(_ summary: ConversationSummary, _ document: String) throws -> JSONValue {
    let about = try AdminJSON.text(ConversationNumbers(summary))
    return .object([("about", .verbatim(about)), ("conversation", .verbatim(document))])
  }
}

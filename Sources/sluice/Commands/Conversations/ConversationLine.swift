import GatewayCore
import GatewayDialects
import GatewayPolicies
import GatewayStorage

/// A conversation as a line of an export.
enum ConversationLine {
  static func text(_ conversation: StoredConversation, _ key: ConversationKey) throws -> String {
    let summary = conversation.summary
    let document = try JSONDocument(try key.open(conversation.sealed, of: summary.id), loneSurrogates: .replaced)
    let said = try ConversationMessages(document.root)
    var json = JSONWriter(capacity: 4096)
    json.object { json in
      json.member("messages", said.messages)
      json.member("tools", said.tools)
      json.object("metadata") { json in
        json.member("id", "\(summary.id)")
        json.member("endedAt", summary.endedAt.text)
        json.member("consumer", summary.consumer)
        json.member("model", summary.model)
        json.member("outcome", summary.outcome)
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

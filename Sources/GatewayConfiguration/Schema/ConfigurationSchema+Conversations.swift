import GatewayCore

extension ConfigurationSchema {
  static let conversations = SchemaObject(
    "How conversations are kept, sealed with a key of `storage.masterKey`. None is until `conversations: true` stands at a consumer, a team "
      + "or an organisation. See [conversations.md](conversations.md).",
    [
      SchemaField(
        "retention", .duration(.seconds(3600) ... .seconds(3650 * 86_400)), default: "30d",
        "How long one is kept; also those that are there already.", alsoCalled: ["keep", "ttl", "maxAge"]),
      SchemaField(
        "maximum", .size(4 << 10...8 << 20), default: "256KiB",
        "The longest that is kept whole: beyond it, long texts are cut.", alsoCalled: ["limit", "maxSize"]),
      SchemaField(
        "mask", .list(.shorthand(.maskRule, maskPattern)), default: "[email, phone, id-card, bank-card]",
        "What is made unreadable in all texts before they are sealed.", alsoCalled: ["redact", "masks", "anonymize"]),
    ])

  static let maskPattern = SchemaObject(
    "What is made unreadable, where no name says it.",
    [
      SchemaField(
        "pattern", .text(.plain), "A regular expression (ICU's), such as `ORD-[0-9]{8}`.",
        alsoCalled: ["regex", "match"]
      ).required(),
      SchemaField(
        "replace", .text(.plain), default: "\"[masked]\"", "What stands in the place of each match.",
        alsoCalled: ["replacement", "with"]),
    ])

  /// At a consumer, a team or an organisation.
  static func keepsConversations(_ otherwise: String) -> SchemaField {
    SchemaField(
      "conversations", .flag, default: otherwise,
      "Whether its conversations are kept. Needs `storage.masterKey`. See [conversations.md](conversations.md).",
      alsoCalled: ["conversationLog", "logConversations", "recordConversations"])
  }
}

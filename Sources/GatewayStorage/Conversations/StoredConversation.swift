package import GatewayCore

/// What is known of a conversation without opening it.
package struct ConversationSummary: Hashable, Sendable {
  package let id: ExchangeID
  package let endedAt: WallTime
  package let consumer: String
  package let team: String?
  /// The label of an issued key.
  package let key: String?
  /// As the caller wrote it.
  package let model: String
  package let surface: String
  package let outcome: String
  /// Something of it was left out for its length.
  package let isTruncated: Bool
  /// As it is sealed.
  package let bytes: Int

  package init(
    id: ExchangeID, endedAt: WallTime, consumer: String, team: String?, key: String?, model: String, surface: String,
    outcome: String, isTruncated: Bool, bytes: Int
  ) {
    self.id = id
    self.endedAt = endedAt
    self.consumer = consumer
    self.team = team
    self.key = key
    self.model = model
    self.surface = surface
    self.outcome = outcome
    self.isTruncated = isTruncated
    self.bytes = bytes
  }
}

/// A conversation as the database has it.
package struct StoredConversation: Hashable, Sendable {
  package let summary: ConversationSummary
  /// By `ConversationKey`.
  package let sealed: [UInt8]

  package init(_ summary: ConversationSummary, sealed: [UInt8]) {
    self.summary = summary
    self.sealed = sealed
  }
}

/// Which conversations are asked for.
package struct ConversationQuery: Sendable {
  package var consumer: String?
  package var team: String?
  package var model: String?
  /// When they ended.
  package var from: WallTime?
  /// Not included.
  package var to: WallTime?
  /// Only those behind this one.
  package var after: ConversationPlace?
  /// The newest come first, or the oldest.
  package var isNewestFirst = true
  package var limit: Int

  package init(limit: Int) { self.limit = limit }
}

/// Where a conversation is in their order.
package struct ConversationPlace: Hashable, Sendable {
  package let endedAt: WallTime
  package let id: ExchangeID

  package init(_ summary: ConversationSummary) {
    endedAt = summary.endedAt
    id = summary.id
  }

  /// Reads `text`; nil: nobody has written it.
  package init?(text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let moment = Int64(parts[0]), let id = ExchangeID(text: String(parts[1])) else {
      return nil
    }
    endedAt = WallTime(milliseconds: moment)
    self.id = id
  }

  package var text: String { "\(endedAt.milliseconds) \(id)" }
}

extension ExchangeID {
  /// As people write it, with or without hyphens; nil: it is none.
  package init?(text: String) {
    guard let (_, id) = StoredExchange.parse(id: text) else { return nil }
    self = id
  }

  /// 16 bytes.
  var stored: [UInt8] {
    withUnsafeBytes(of: (halves.0.bigEndian, halves.1.bigEndian)) { Array($0) }
  }

  /// The same back; what is too short is filled with zeros.
  init(stored bytes: [UInt8]) {
    let words = [bytes.prefix(8), bytes.dropFirst(8).prefix(8)].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
    self.init(halves: (words[0], words[1]))
  }
}

package import GatewayCore

/// Conversations that are kept. Whoever reads what is said in one, or deletes any, stands in the audit trail, in the same
/// transaction.
extension DatabaseStore {
  // Of a deletion: some 20 ms of work, so that keys and counters wait no longer for the database.
  private static let step = 200

  /// What is there already stays as it is.
  package func keepConversations(_ conversations: [StoredConversation]) async throws {
    var batch = SQLBatch(
      "conversation", [ConversationColumns.id] + ConversationColumns.others, .skips(key: [ConversationColumns.id.name]))
    for conversation in conversations { batch.append(ConversationColumns.values(conversation)) }
    try await database.transaction { [batch] in try $0.write(batch) }
  }

  package func conversations(_ query: ConversationQuery) async throws -> [ConversationSummary] {
    let (condition, values) = Self.condition(query)
    let sql = "SELECT \(ConversationColumns.summary) FROM conversation \(condition)"
    return try await database.transaction { try $0.all(sql, values) { ConversationColumns.summary($0) } }
  }

  /// - Parameter team: whose it must be; nil: anybody's.
  package func conversation(
    _ id: ExchangeID, of team: String? = nil, by author: AuditAuthor
  ) async throws -> StoredConversation? {
    let now = Self.now()
    return try await database.transaction { session in
      guard let found = try Self.find(id, of: team, in: session) else { return nil }
      try Self.append(Self.entry("conversations.read", of: found.summary), by: author, now: now, in: session)
      return found
    }
  }

  /// A page of them with what is said: one record of the trail names all.
  package func exportConversations(
    _ query: ConversationQuery, by author: AuditAuthor
  ) async throws -> [StoredConversation] {
    let (condition, values) = Self.condition(query)
    let sql = "SELECT \(ConversationColumns.summary), sealed FROM conversation \(condition)"
    let now = Self.now()
    return try await database.transaction { session in
      let found = try session.all(sql, values) { ConversationColumns.conversation($0) }
      if !found.isEmpty {
        var detail = AuditDetail()
        detail.add("ids", found.map { "\($0.summary.id)" })
        try Self.append(
          AuditEntry("conversations.export", detail: detail.text), by: author, now: now, in: session)
      }
      return found
    }
  }

  /// - Parameter team: whose it must be; nil: anybody's.
  /// - Returns: whether there was one.
  package func removeConversation(
    _ id: ExchangeID, of team: String? = nil, by author: AuditAuthor
  ) async throws -> Bool {
    let now = Self.now()
    return try await database.transaction { session in
      guard let found = try Self.find(id, of: team, in: session) else { return false }
      try session.run("DELETE FROM conversation WHERE id = ?", [.bytes(id.stored)])
      try Self.append(Self.entry("conversations.delete", of: found.summary), by: author, now: now, in: session)
      return true
    }
  }

  /// All of one consumer.
  /// - Parameter team: only those that it has had with this team; nil: all.
  /// - Returns: how many there were.
  package func removeConversations(
    of consumer: String, in team: String? = nil, by author: AuditAuthor
  ) async throws -> Int {
    var query = ConversationQuery(limit: Self.step)
    query.consumer = consumer
    query.team = team
    let (condition, values) = Self.condition(query)
    let filter = Self.filter(query).sql
    let now = Self.now()
    var removed = 0
    while true {
      let isFirst = removed == 0
      let count = try await database.transaction { session -> Int in
        let count = try session.run(
          "DELETE FROM conversation WHERE id IN (SELECT id FROM conversation \(condition))", values)
        // Before the rest, so that nothing goes without a record.
        if isFirst, count > 0 {
          let more = try count < Self.step ? 0 : Self.count(filter, values, in: session)
          var detail = AuditDetail()
          detail.add("consumer", consumer)
          detail.add("team", team)
          detail.add("conversations", json: "\(count + more)")
          try Self.append(
            AuditEntry("conversations.delete-all", consumer, detail: detail.text), by: author, now: now, in: session)
        }
        return count
      }
      removed += count
      if count < Self.step { return removed }
    }
  }

  /// Deletes some of those that ended before a moment.
  /// - Returns: whether there may be more.
  package func expireConversations(before moment: WallTime) async throws -> Bool {
    try await database.transaction { session in
      try session.run(
        """
        DELETE FROM conversation WHERE id IN
          (SELECT id FROM conversation WHERE ended_at < ? ORDER BY ended_at, id LIMIT \(Self.step))
        """, [SQLValue(moment)]) >= Self.step
    }
  }

  private static func find(
    _ id: ExchangeID, of team: String?, in session: any SQLSession
  ) throws -> StoredConversation? {
    let found = try session.first(
      "SELECT \(ConversationColumns.summary), sealed FROM conversation WHERE id = ?", [.bytes(id.stored)]
    ) { ConversationColumns.conversation($0) }
    if let team, found?.summary.team != team { return nil }
    return found
  }

  private static func entry(_ action: String, of summary: ConversationSummary) -> AuditEntry {
    var detail = AuditDetail()
    detail.add("consumer", summary.consumer)
    detail.add("endedAt", summary.endedAt)
    return AuditEntry(action, "\(summary.id)", detail: detail.text)
  }

  private static func count(_ filter: String, _ values: [SQLValue], in session: any SQLSession) throws -> Int {
    try session.first("SELECT count(*) FROM conversation \(filter)", values) { Int($0.integer(0) ?? 0) } ?? 0
  }

  private static func condition(_ query: ConversationQuery) -> (sql: String, values: [SQLValue]) {
    let (filter, values) = filter(query)
    let order = query.isNewestFirst ? "DESC" : "ASC"
    return ("\(filter)ORDER BY ended_at \(order), id \(order) LIMIT \(query.limit)", values)
  }

  private static func filter(_ query: ConversationQuery) -> (sql: String, values: [SQLValue]) {
    var conditions: [String] = []
    var values: [SQLValue] = []
    func add(_ condition: String, _ value: SQLValue?) {
      guard let value else { return }
      conditions.append(condition)
      values.append(value)
    }
    add("consumer = ?", query.consumer.map { .text($0) })
    add("team = ?", query.team.map { .text($0) })
    add("model = ?", query.model.map { .text($0) })
    add("ended_at >= ?", query.from.map { SQLValue($0) })
    add("ended_at < ?", query.to.map { SQLValue($0) })
    if let after = query.after {
      conditions.append("(ended_at, id) \(query.isNewestFirst ? "<" : ">") (?, ?)")
      values += [SQLValue(after.endedAt), .bytes(after.id.stored)]
    }
    return (conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) ", values)
  }
}

package import GatewayCore

/// What providers keep, in bytes, for limits of them: rows of `kept_object`, so that a file and its size are one thing.
extension DatabaseStore {
  // Longer than any upload through the gateway takes; then the node that has taken it is taken for dead.
  private static let lease: Int64 = 3_600_000
  // Of `pg_advisory_xact_lock`: any number that nobody else uses.
  private static let lockOfClaims: Int64 = 0x51_0E_5B_17_E5

  package func take(
    _ claim: StoredClaim, now: WallTime,
    completion: @escaping @Sendable (Result<LimitRefusal?, any Error>) -> Void
  ) {
    // In the order of the calls: behind all that was noted before, such as files that were deleted.
    database.submit {
      try Self.take(claim, now: now, in: $0)
    } completion: { result in
      completion(result.mapError { $0 })
    }
  }

  package func letGo(_ claim: StoredClaim) { forget(id: claim.id, provider: claim.provider) }

  /// What these have stored, in their order.
  ///
  /// - Parameter demands: of limits of stored bytes.
  package func stored(by demands: [Demand], now: WallTime) async throws(StorageError) -> [Int64] {
    guard !demands.isEmpty else { return [] }
    let result: Result<[Int64], StorageError> = await withCheckedContinuation { continuation in
      stored(by: demands, now: now) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// The same, for those that wait for nothing.
  package func stored(
    by demands: [Demand], now: WallTime, completion: @escaping @Sendable (Result<[Int64], StorageError>) -> Void
  ) {
    // In the order of the calls, as above.
    database.submit(
      { session in try demands.map { try Self.sum(StoredScope($0), now: now, in: session) } }, completion: completion)
  }

  /// - Returns: the first limit that has no room; nil: it is taken.
  private static func take(
    _ claim: StoredClaim, now: WallTime, in session: any SQLSession
  ) throws -> LimitRefusal? {
    // One claim after the other, of all nodes. SQLite has one writer at a time, and the first statement is a writing one.
    if session.dialect == .postgres {
      try session.each("SELECT pg_advisory_xact_lock(?)", [.integer(lockOfClaims)]) { _ in }
    }
    try session.run(
      "DELETE FROM kept_object WHERE expires_at IS NOT NULL AND expires_at <= ? AND kind IN (?, ?)",
      [SQLValue(now), .text(StoredRow.claim), .text(StoredRow.upload)])
    for demand in claim.demands {
      let used = try sum(StoredScope(demand), now: now, in: session)
      guard used > demand.limit.amount - claim.bytes else { continue }
      return LimitRefusal(
        limit: demand.limit, subject: demand.subject, used: used, amount: claim.bytes, wait: nil,
        standings: Standings())
    }
    let owner = claim.owner
    try session.run(
      """
      INSERT INTO kept_object
        (provider, id, kind, consumer, created_at, bytes, expires_at, team, organisation, gateway_key)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(claim.provider), .text(claim.id), .text(StoredRow.claim), .text(owner.consumer), SQLValue(now),
        .integer(claim.bytes), .integer(now.milliseconds + lease), SQLValue(owner.team),
        SQLValue(owner.organisation), SQLValue(owner.key),
      ])
    return nil
  }

  private static func sum(_ scope: StoredScope, now: WallTime, in session: any SQLSession) throws -> Int64 {
    var conditions = ["bytes > 0", "(expires_at IS NULL OR expires_at > ?)"]
    var values: [SQLValue] = [SQLValue(now)]
    for condition in scope.conditions {
      if let name = condition.name {
        conditions.append("\(condition.holder.column) = ?")
        values.append(.text(name))
      } else {
        conditions.append("\(condition.holder.column) IS NULL")
      }
    }
    // PostgreSQL adds up to a number of its own type.
    let sql =
      "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM kept_object WHERE \(conditions.joined(separator: " AND "))"
    return try session.first(sql, values) { $0.integer(0) ?? 0 } ?? 0
  }

  /// Writes an object down, and in place of its claim.
  static func write(_ object: KeptObject, at time: Int64, in session: any SQLSession) throws {
    if let claim = object.claim { try forget(claim, object.provider, in: session) }
    let owner = object.owner
    try session.run(
      """
      INSERT INTO kept_object
        (provider, id, kind, consumer, purpose, created_at, bytes, expires_at, team, organisation, gateway_key)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (provider, id) DO UPDATE SET
        bytes = excluded.bytes, expires_at = excluded.expires_at, team = COALESCE(kept_object.team, excluded.team),
        organisation = COALESCE(kept_object.organisation, excluded.organisation),
        gateway_key = COALESCE(kept_object.gateway_key, excluded.gateway_key)
      WHERE kept_object.bytes IS NULL AND excluded.bytes IS NOT NULL AND kept_object.consumer = excluded.consumer
      """,
      [
        .text(object.provider), .text(object.id), .text(StoredRow.kind(of: object.kind)), .text(object.consumer),
        SQLValue(object.purpose), .integer(time), SQLValue(object.bytes),
        SQLValue(object.bytes == nil ? nil : object.expiresAt), SQLValue(owner?.team),
        SQLValue(owner?.organisation), SQLValue(owner?.key),
      ])
  }

  static func forget(_ id: String, _ provider: String, in session: any SQLSession) throws {
    try session.run("DELETE FROM kept_object WHERE provider = ? AND id = ?", [.text(provider), .text(id)])
  }
}

import GatewayCore

extension LedgerDatabase {
  // Some 20 ms of work, so that keys and counters wait no longer for the database.
  private static let pruneBatch = 1000
  // Any number that nothing else uses: of several nodes one deletes at a time.
  private static let lock: Int64 = 0x736C_7569_6366

  /// Deletes a small part of what is older than `retention` says.
  ///
  /// - Returns: whether there may be more.
  func prune(_ retention: LedgerSettings.Retention, now: WallTime) throws(StorageError) -> Bool {
    let moment = now.milliseconds
    let hour = (moment - retention.hours.milliseconds).dividedDown(by: 3_600_000)
    let today = (now.seconds + zone.offset(at: now.seconds)).dividedDown(by: 86_400)
    let day = today - retention.days.milliseconds / 86_400_000
    let steps: [(sql: String, before: Int64)] = [
      (
        """
        DELETE FROM exchange WHERE number IN
          (SELECT number FROM exchange WHERE ended_at < ? ORDER BY ended_at LIMIT \(Self.pruneBatch))
        """, moment - retention.exchanges.milliseconds
      ),
      (Self.pruneUsage("usage_hour", "hour"), hour), (Self.pruneUsage("usage_day", "day"), day),
    ]
    return try connection.perform { session in
      guard try Self.isAlone(session) else { return false }
      var isMore = false
      for step in steps where try session.run(step.sql, [.integer(step.before)]) >= Self.pruneBatch { isMore = true }
      return isMore
    }
  }

  private static func isAlone(_ session: any SQLSession) throws -> Bool {
    switch session.dialect {
    case .sqlite: true
    case .postgres:
      try session.first("SELECT CASE WHEN pg_try_advisory_xact_lock(?) THEN 1 ELSE 0 END", [.integer(lock)]) {
        $0.integer(0)
      } == 1
    }
  }

  private static func pruneUsage(_ table: String, _ span: String) -> String {
    """
    DELETE FROM \(table) WHERE (\(span), subject) IN
      (SELECT \(span), subject FROM \(table) WHERE \(span) < ? ORDER BY \(span) LIMIT \(pruneBatch))
    """
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

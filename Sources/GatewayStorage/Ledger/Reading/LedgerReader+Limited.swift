extension LedgerReader {
  /// Whom limits have refused, and how often; those who were refused most come first.
  ///
  /// - Parameters:
  ///   - ended: milliseconds since 1970.
  ///   - team: nil: of all.
  ///   - limit: so many consumers at most.
  ///   - budget: calls without success that are looked at, the newest first.
  /// - Returns: names of consumers; empty: who called was not known.
  package func limitedConsumers(
    ended: Range<Int64>, team: String?, limit: Int, budget: Int
  ) throws(StorageError) -> [(consumer: String, refusals: Int64)] {
    let sql = """
      SELECT consumer, CAST(count(*) AS BIGINT) FROM (
        SELECT coalesce(consumer, '') AS consumer, team, outcome, status FROM exchange
        WHERE ended_at >= ? AND ended_at < ? AND outcome <> 'success' ORDER BY ended_at DESC LIMIT ?
      ) AS newest
      WHERE \(ExchangeQuery.Ending.limited.condition)\(team == nil ? "" : " AND team = ?")
      GROUP BY consumer ORDER BY 2 DESC, 1 LIMIT ?
      """
    let span: [SQLValue] = [.integer(ended.lowerBound), .integer(ended.upperBound), .integer(Int64(budget))]
    return try read { session in
      try session.all(sql, span + (team.map { [.text($0)] } ?? []) + [.integer(Int64(limit))]) {
        ($0.text(0) ?? "", $0.integer(1) ?? 0)
      }
    }
  }
}

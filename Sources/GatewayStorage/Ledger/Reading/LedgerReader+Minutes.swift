package import GatewayCore

extension LedgerReader {
  /// What exchanges have used by minute, team, consumer and model: of the rows themselves, the newest first.
  ///
  /// - Parameters:
  ///   - ended: milliseconds since 1970.
  ///   - budget: rows that are looked at; what ended before them is left out.
  package func minutes(
    ended: Range<Int64>, budget: Int
  ) throws(StorageError) -> [(minute: Int64, group: TrafficGroup, totals: UsageTotals)] {
    let tokens = LedgerRow.buckets
    let sums =
      ["count(*)", "sum(CASE WHEN outcome IN ('success', 'client_gone') THEN 0 ELSE 1 END)"]
      + [
        "sum(CASE WHEN cost_billionths IS NULL AND \(tokens.map { "coalesce(\($0), 0)" }.joined(separator: " + ")) > 0 THEN 1 ELSE 0 END)"
      ] + tokens.map { "coalesce(sum(\($0)), 0)" }
      + [
        "coalesce(sum(cost_billionths), 0)", "sum(duration_us)", "coalesce(sum(first_token_us), 0)",
        "count(first_token_us)", "sum(CASE WHEN cache = 'hit' THEN 1 ELSE 0 END)",
      ]
    let names = ["team", "consumer", "route"].map { "coalesce(\($0), '')" }
    let sql = """
      SELECT \((["minute"] + names + ["coalesce(currency, '')"] + sums.map { "CAST(\($0) AS BIGINT)" }).joined(separator: ", "))
      FROM (
        SELECT ended_at / 60000 AS minute, team, consumer, route, currency, outcome, cost_billionths, duration_us,
          first_token_us, cache, \(tokens.joined(separator: ", "))
        FROM exchange WHERE ended_at >= ? AND ended_at < ? ORDER BY ended_at DESC LIMIT ?
      ) AS newest GROUP BY minute, team, consumer, route, currency
      """
    return try read { session in
      try session.all(
        sql, [.integer(ended.lowerBound), .integer(ended.upperBound), .integer(Int64(budget))]
      ) { row in
        let group = TrafficGroup(
          team: row.text(1) ?? "", consumer: row.text(2) ?? "", route: row.text(3) ?? "")
        var totals = UsageTotals()
        totals.add(row, from: 4)
        return (row.integer(0) ?? 0, group, totals)
      }
    }
  }
}

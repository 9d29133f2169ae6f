import GatewayCore
package import GatewayStorage
package import Hummingbird

/// `/exchanges`: what the ledger has kept of single calls, the newest first.
package struct ExchangeRoutes: AdminRoutes {
  private let ledger: LedgerSource
  private let keys: DatabaseStore
  private let gateway: any RunningGateway

  /// - Parameter keys: where the labels of issued keys are.
  package init(_ ledger: LedgerSource, keys: DatabaseStore, gateway: any RunningGateway) {
    self.ledger = ledger
    self.keys = keys
    self.gateway = gateway
  }

  private struct Answer: Encodable {
    let data: [ExchangeNumbers]
    @OrNull var next: AdminCursor?
    /// So far back the search has come, where it has stopped before a full page; `next` goes on.
    @OrNull var searchedUntil: WallTime?
    /// Seconds by which the ledger is behind: what ended since is not there yet.
    let lag: Double
  }

  package func add(to group: RouterGroup<AdminContext>) {
    group.get("exchanges", use: list)
    group.get("exchanges/:id", use: one)
  }

  private func one(_ request: Request, _ context: AdminContext) async throws -> Response {
    try context.require(.read)
    _ = try AdminQuery(request)
    let id = try context.name("id")
    let team = context.team
    guard let found = try await ledger.ask(or: nil, { try $0.exchange(id: id, of: team) }) else {
      throw AdminProblem.notFound(
        "the ledger has no exchange '\(id)'; one that has just ended is there \(Int(gateway.lag) + 1) s later")
    }
    let labels = await labels(of: [found])
    return try AdminJSON.response(.ok, ExchangeNumbers(found, labels: labels, withTimeline: true))
  }

  private func list(_ request: Request, _ context: AdminContext) async throws -> Response {
    try context.require(.read)
    let query = try AdminQuery(
      request, "from", "to", "consumer", "team", "organisation", "key", "model", "provider", "target", "version",
      "outcome", "status", "code", "q", "limit", "cursor")
    var wanted = try exchangeQuery(query)
    if let key = wanted.matching[.key] { wanted.matching[.key] = await keys.subject(ofKey: key) }
    if let team = context.team { wanted.matching[.team] = team }
    let team = context.team
    let final = wanted
    let text = query["q"]
    let page = try await ledger.ask(or: ExchangePage(exchanges: [])) { reader in
      if let text {
        if let found = try reader.exchange(id: text, of: team) { return ExchangePage(exchanges: [found]) }
      }
      return try reader.exchanges(final)
    }
    let labels = await labels(of: page.exchanges)
    return try AdminJSON.response(
      .ok,
      Answer(
        data: page.exchanges.map { ExchangeNumbers($0, labels: labels) },
        next: page.next.map { AdminCursor(place: $0.text) },
        searchedUntil: page.searchedUntil.map { WallTime(milliseconds: $0) }, lag: gateway.lag))
  }

  private func exchangeQuery(_ query: AdminQuery) throws(AdminProblem) -> ExchangeQuery {
    var wanted = ExchangeQuery(ended: 0..<Int64.max, limit: try query.limit(default: 50))
    if query["from"] != nil || query["to"] != nil {
      // Without `from`, from the beginning.
      let span = try TimeSpan(query, zone: ledger.zone, now: gateway.now, standard: 36_500)
      wanted.ended = max(0, span.moments.lowerBound)..<max(1, span.moments.upperBound)
    }
    for member in ExchangeQuery.Member.allCases where member != .clientRequestID {
      wanted.matching[member] = query[member.rawValue]
    }
    wanted.matching[.clientRequestID] = query["q"]
    wanted.endings = try Self.endings(query["outcome"])
    wanted.statuses = try Self.statuses(query["status"])
    if let cursor = try query.cursor() {
      guard let after = ExchangeQuery.Cursor(text: cursor.place) else {
        throw .invalidRequest("'cursor' is what 'next' of the page before has said")
      }
      wanted.after = after
    }
    return wanted
  }

  private static func endings(_ text: String?) throws(AdminProblem) -> Set<ExchangeQuery.Ending> {
    guard let text else { return [] }
    var endings: Set<ExchangeQuery.Ending> = []
    for name in text.split(separator: ",") {
      if name == "error" {
        // As usage counts errors.
        endings.formUnion(ExchangeQuery.Ending.errors)
      } else if let ending = ExchangeQuery.Ending(rawValue: String(name)) {
        endings.insert(ending)
      } else {
        let names = (ExchangeQuery.Ending.allCases.map(\.rawValue) + ["error"]).joined(separator: ", ")
        throw .invalidRequest("'outcome' names some of \(names), between commas, not '\(name)'")
      }
    }
    return endings
  }

  /// `503`, or `5xx`.
  private static func statuses(_ text: String?) throws(AdminProblem) -> ClosedRange<Int64>? {
    guard let text else { return nil }
    if let status = Int64(text), (0...999).contains(status) { return status...status }
    if text.utf8.count == 3, text.hasSuffix("xx"), let hundred = text.prefix(1).first?.wholeNumberValue,
      (1...5).contains(hundred)
    {
      return Int64(hundred) * 100...Int64(hundred) * 100 + 99
    }
    throw .invalidRequest("'status' is a number like 503, or all that begin alike: 5xx")
  }

  /// Without them keys show by their ids.
  private func labels(of exchanges: [StoredExchange]) async -> [Int64: String] {
    let ids = Set(exchanges.compactMap { $0.key.flatMap { Int64($0) } })
    return (try? await keys.labels(of: Array(ids))) ?? [:]
  }
}

import GatewayCore
package import GatewayStorage
import Hummingbird

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

  private struct Answer: Codable {
    let data: [ExchangeNumbers]
    @OrNull var next: AdminCursor?
    /// So far back the search has come, where it has stopped before a full page; `next` goes on.
    @OrNull var searchedUntil: WallTime?
    /// Seconds by which the ledger is behind: what ended since is not there yet.
    let lag: Double
  }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "exchanges",
      AdminOperation(
        "listExchanges", "Calls, the newest first.", .permitted(.read), query: Self.query,
        answers: [.json(Answer.self, "A page of them.")]), use: list)
    group.get(
      "exchanges/:id",
      AdminOperation(
        "getExchange", "One call with its timeline.", .permitted(.read),
        path: [.text("id", "Of the exchange: the `x-request-id` that the client got.")],
        answers: [.json(ExchangeNumbers.self, "The call.")]), use: one)
  }

  private func one(_ request: Request, _ context: AdminContext) async throws -> Response {
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
    let query = context.query
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
    var wanted = ExchangeQuery(ended: 0..<Int64.max, limit: query.limit(default: 50))
    if query["from"] != nil || query["to"] != nil {
      // Without `from`, from the beginning.
      let span = try TimeSpan(query, zone: ledger.zone, now: gateway.now, standard: 36_500)
      wanted.ended = max(0, span.moments.lowerBound)..<max(1, span.moments.upperBound)
    }
    for member in ExchangeQuery.Member.allCases where member != .clientRequestID {
      wanted.matching[member] = query[member.rawValue]
    }
    wanted.matching[.clientRequestID] = query["q"]
    wanted.endings = Self.endings(query["outcome"])
    wanted.statuses = query["status"].flatMap(Self.statuses)
    if let cursor = try query.cursor() {
      guard let after = ExchangeQuery.Cursor(text: cursor.place) else { throw AdminCursor.unknown }
      wanted.after = after
    }
    return wanted
  }

  /// As usage counts errors.
  private static let anyError = "error"

  private static var query: [QueryParameter] {
    let filters = ExchangeQuery.Member.allCases.filter { $0 != .clientRequestID }
    return [.from, .to] + filters.map { QueryParameter($0.rawValue, "Only with this.") } + [
      QueryParameter(
        "outcome", .choices(ExchangeQuery.Ending.allCases.map(\.rawValue) + [anyError]),
        "How they ended; `error` is all that usage counts as errors."),
      QueryParameter(
        "status",
        .form(
          pattern: "^([0-9]{1,3}|[1-5]xx)$", words: "is a number like 503, or all that begin alike: 5xx",
          fits: { statuses($0) != nil }), "A number, or all that begin alike: `5xx`."),
      .search("An `x-request-id`, or the id that the client has sent."), .limit(50), .cursor,
    ]
  }

  private static func endings(_ text: String?) -> Set<ExchangeQuery.Ending> {
    var endings: Set<ExchangeQuery.Ending> = []
    for name in text?.split(separator: ",") ?? [] {
      if name == anyError { endings.formUnion(ExchangeQuery.Ending.errors) }
      if let ending = ExchangeQuery.Ending(rawValue: String(name)) { endings.insert(ending) }
    }
    return endings
  }

  /// `503`, or `5xx`; nil: neither.
  private static func statuses(_ text: String) -> ClosedRange<Int64>? {
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.utf8.count <= 3, let status = Int64(text) {
      return status...status
    }
    guard text.utf8.count == 3, text.hasSuffix("xx"), let hundred = text.utf8.first.map({ Int64($0) - 0x30 }),
      (1...5).contains(hundred)
    else { return nil }
    return hundred * 100...hundred * 100 + 99
  }

  /// Without them keys show by their ids.
  private func labels(of exchanges: [StoredExchange]) async -> [Int64: String] {
    let ids = Set(exchanges.compactMap { $0.key.flatMap { Int64($0) } })
    return (try? await keys.labels(of: Array(ids))) ?? [:]
  }
}

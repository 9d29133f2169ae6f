import GatewayCore
package import GatewayStorage
import GatewayTelemetry
import Hummingbird

/// `/overview`: how things stand, for the first page of the console.
package struct OverviewRoutes: AdminRoutes {
  private static let mostTop = 5
  private static let pause = Duration.seconds(15)

  private let source: OverviewSource
  private let endings: KeyEndings
  private let gateway: any RunningGateway

  /// - Parameter keys: where keys are that end soon.
  package init(_ ledger: LedgerSource, keys: DatabaseStore, gateway: any RunningGateway) {
    source = OverviewSource(ledger, gateway: gateway)
    endings = KeyEndings(keys)
    self.gateway = gateway
  }

  private struct Point: Codable {
    let at: WallTime
    let requests: Int64
    let errors: Int64
    let tokens: Int64
    let costs: [MoneyText]
    @OrNull var milliseconds: Double?
    @OrNull var firstToken: Double?
  }

  private struct Top: Codable {
    let name: String
    let requests: Int64
    let tokens: Int64
    let costs: [MoneyText]
  }

  /// Whom limits have refused.
  struct Limited: Codable {
    let name: String
    let refusals: Int64
  }

  private struct Live: Codable {
    /// Null for those who see one team only.
    @OrNull var openStreams: Int?
    let requestsPerSecond: Double
  }

  private struct Answer: Codable {
    let span: String
    let from: WallTime
    let to: WallTime
    let step: String
    let points: [Point]
    let totals: UsageNumbers
    let before: UsageNumbers
    let attention: [Attention]
    let topModels: [Top]
    let topConsumers: [Top]
    /// Of the newest calls of the span.
    let limited: [Limited]
    /// Of this process.
    let live: Live
    let lag: Double
  }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "overview",
      AdminOperation(
        "getOverview", "How things stand.", .permitted(.read),
        query: [
          QueryParameter(
            "span", .choice(OverviewSpan.allCases.map(\.rawValue)), "The stretch of time; `day` unless named.")
        ], answers: [.json(Answer.self, "Sums, points of a chart, and what needs attention.")]), use: overview)
  }

  /// The first who opens the console does not wait for the sums of a month.
  package func keepReady() async {
    repeat { await source.workAhead(now: gateway.now) } while (try? await Task.sleep(for: Self.pause)) != nil
  }

  private func overview(_ request: Request, _ context: AdminContext) async throws -> Response {
    let span = context.query["span"].flatMap { OverviewSpan(rawValue: $0) } ?? .day
    let now = gateway.now
    let team = context.team
    let (present, before) = try await source.sums(span, team: team, now: now)
    let steps = span.steps(now: now, source.zone)
    let limited = try await source.limited(since: span.start(of: steps.lowerBound, source.zone), team: team, now: now)
      .map { Limited(name: $0.consumer, refusals: $0.refusals) }
    return try AdminJSON.response(
      .ok,
      Answer(
        span: span.rawValue, from: span.start(of: steps.lowerBound, source.zone), to: now, step: span.step,
        points: steps.map { point($0, span, present.steps[$0] ?? UsageTotals()) },
        totals: UsageNumbers(present.totals), before: UsageNumbers(before),
        attention: await attention(present, limited, team: team, now: now), topModels: Self.top(present.models),
        topConsumers: Self.top(present.consumers), limited: limited,
        live: live(team: team, now: now), lag: gateway.lag))
  }

  private func live(team: String?, now: WallTime) -> Live {
    let traffic = gateway.traffic
    guard let team else {
      return Live(openStreams: gateway.openStreams, requestsPerSecond: Self.rounded(traffic.requestsPerSecond))
    }
    let minute = now.seconds.dividedDown(by: 60)
    let calls = traffic.totals(of: minute - 1..<minute, team: team).values.reduce(0) { $0 + $1.requests }
    return Live(openStreams: nil, requestsPerSecond: Self.rounded(Double(calls) / 60))
  }

  private static func rounded(_ rate: Double) -> Double { (rate * 100).rounded() / 100 }

  private func point(_ step: Int64, _ span: OverviewSpan, _ totals: UsageTotals) -> Point {
    let times = MeanTimes(totals)
    return Point(
      at: span.start(of: step, source.zone), requests: totals.requests, errors: totals.errors,
      tokens: totals.totalTokens, costs: totals.moneys, milliseconds: times.average, firstToken: times.firstToken)
  }

  private static func top(_ totals: [String: UsageTotals]) -> [Top] {
    let sorted = totals.filter { !$0.key.isEmpty && $0.value.requests > 0 }
      .sorted { ($1.value.requests, $0.key) < ($0.value.requests, $1.key) }
    return sorted.prefix(mostTop).map { name, totals in
      Top(name: name, requests: totals.requests, tokens: totals.totalTokens, costs: totals.moneys)
    }
  }

  private func attention(
    _ sums: OverviewSums, _ limited: [Limited], team: String?, now: WallTime
  ) async -> [Attention] {
    var list = AttentionList()
    if team == nil {
      let minute = now.seconds.dividedDown(by: 60)
      list.addFindings(gateway.findings)
      list.addLedger(gateway.ledger)
      let (traffic, hour) = (gateway.traffic, minute - 59..<minute + 1)
      list.addProviders(traffic.targets(of: hour))
      list.addFailovers(
        traffic.failovers(of: hour), requests: traffic.totals(of: hour).values.reduce(0) { $0 + $1.requests })
      list.addHealth(gateway.health)
      list.addUnpriced(sums.models)
      list.addCertificate(endsAt: gateway.certificateExpiry, now: now)
    }
    list.addLimited(limited.map { ($0.name, $0.refusals, sums.consumers[$0.name]?.requests ?? 0) })
    if let snapshot = gateway.snapshot {
      let consumers = team.map { team in snapshot.consumers.filter { $0.team?.name == team }.map(\.name) }
      list.addExpiring(await endings.keys(team: team, consumers: consumers, now: now), now: now)
      let demands = AttentionList.budgets(in: snapshot, team: team)
      list.addBudgets(demands, await gateway.standings(of: demands))
    }
    return list.items.filter { $0.severity == .error } + list.items.filter { $0.severity == .warning }
  }
}

import GatewayCore
import GatewayStorage
import GatewayTelemetry
import Synchronization

/// Adds up what an overview shows: of the last hour from memory, of longer spans from the sums of the ledger. Sums of hours and days
/// that are over do not change any more, so they are kept for a while.
final class OverviewSource: Sendable {
  // Rows that go into a list of the first five, with room for what the present step adds.
  private static let mostNames = 200
  // 10 min: what a killed process has left in its journal comes late.
  private static let keeping: Int64 = 600_000
  // 2 min: some calls that are over are still on their way into the ledger.
  private static let settling: Int64 = 120_000
  private static let mostLimited = 5
  // Calls without success that are looked at: some milliseconds.
  private static let mostTroubles = 10_000
  // Spans of teams.
  private static let mostKept = 64

  private struct Stretch: Hashable {
    let span: OverviewSpan
    let team: String?
    let steps: Range<Int64>
  }

  private struct Kept {
    let sums: OverviewSums
    let at: WallTime
  }

  private let ledger: LedgerSource
  private let gateway: any RunningGateway
  private let kept = Mutex<[Stretch: Kept]>([:])

  init(_ ledger: LedgerSource, gateway: any RunningGateway) {
    self.ledger = ledger
    self.gateway = gateway
  }

  var zone: ZoneOffsets { ledger.zone }

  /// - Parameter team: whose calls; nil: all.
  func sums(
    _ span: OverviewSpan, team: String?, now: WallTime
  ) async throws -> (present: OverviewSums, before: UsageTotals) {
    let steps = span.steps(now: now, zone)
    let earlier = steps.lowerBound - span.count..<steps.lowerBound
    if span.unit == .minutes {
      let traffic = gateway.traffic
      var present = OverviewSums()
      present.steps = traffic.totals(of: steps, team: team)
      present.models = traffic.totals(of: steps, by: \.route, team: team)
      present.consumers = traffic.totals(of: steps, by: \.consumer, team: team)
      return (present, traffic.totals(of: earlier, team: team).values.reduce(into: UsageTotals()) { $0.add($1) })
    }
    let before = try await over(Stretch(span: span, team: team, steps: earlier), now).totals
    let last = steps.upperBound - 1
    var present = try await over(Stretch(span: span, team: team, steps: steps.lowerBound..<last), now)
    present.add(try await read(Stretch(span: span, team: team, steps: last..<last + 1)))
    return (present, before)
  }

  /// Whom limits have refused most, and how often.
  func limited(since start: WallTime, team: String?, now: WallTime) async throws -> [(
    consumer: String, refusals: Int64
  )] {
    guard ledger.desk != nil else { return [] }
    let span = start.milliseconds..<max(start.milliseconds, now.milliseconds)
    return try await ledger.ask(or: []) {
      try $0.limitedConsumers(ended: span, team: team, limit: Self.mostLimited, budget: Self.mostTroubles)
    }
  }

  /// Of steps that are over.
  private func over(_ stretch: Stretch, _ now: WallTime) async throws -> OverviewSums {
    let known = kept.withLock { $0[stretch] }
    if let known, now.milliseconds - known.at.milliseconds < Self.keeping { return known.sums }
    let sums = try await read(stretch)
    let end = stretch.span.start(of: stretch.steps.upperBound, zone)
    guard now.milliseconds - end.milliseconds >= Self.settling else { return sums }
    kept.withLock { kept in
      if kept.count >= Self.mostKept {
        kept = kept.filter { now.milliseconds - $0.value.at.milliseconds < Self.keeping }
      }
      if kept.count >= Self.mostKept { kept = [:] }
      kept[stretch] = Kept(sums: sums, at: now)
    }
    return sums
  }

  private func read(_ stretch: Stretch) async throws -> OverviewSums {
    let (span, step): (UsageQuery.Span, UsageQuery.Dimension) =
      stretch.span.unit == .hours ? (.hours(stretch.steps), .hour) : (.days(stretch.steps), .day)
    let team = stretch.team
    return try await ledger.ask(or: OverviewSums()) { reader in
      func lines(by dimension: UsageQuery.Dimension, limit: Int?) throws -> [(String, UsageTotals)] {
        var query = UsageQuery(span: span, dimensions: [dimension])
        query.matching[.team] = team
        if let limit { (query.order, query.limit) = (.requests, limit) }
        return try reader.usage(query).map { ($0.names.first ?? "", $0.totals) }
      }
      var sums = OverviewSums()
      for (name, totals) in try lines(by: step, limit: nil) { sums.steps[Int64(name) ?? 0] = totals }
      for (name, totals) in try lines(by: .model, limit: Self.mostNames) { sums.models[name] = totals }
      for (name, totals) in try lines(by: .consumer, limit: Self.mostNames) { sums.consumers[name] = totals }
      return sums
    }
  }
}

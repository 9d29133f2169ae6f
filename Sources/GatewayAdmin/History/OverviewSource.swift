import GatewayCore
import GatewayStorage
import GatewayTelemetry
import Synchronization

/// Adds up what an overview shows: of the last hour from memory, of longer spans from the sums of the ledger. Sums of hours and days
/// that are over do not change any more, so they are kept for a while, and read ahead while somebody looks at overviews.
final class OverviewSource: Sendable {
  // Rows that go into a list of the first five, with room for what the present step adds.
  private static let mostNames = 200
  // 10 min: what a killed process has left in its journal comes late.
  private static let keeping: Int64 = 600_000
  // 2 min: some calls that are over are still on their way into the ledger.
  private static let settling: Int64 = 120_000
  private static let mostLimited = 5
  // Calls without success that are looked at.
  private static let mostTroubles = 10_000
  // 30 s: sums of steps that have just ended, and who was refused.
  private static let keepingUnsettled: Int64 = 30_000
  // A minute before they are too old, sums are read again.
  private static let ahead: Int64 = 60_000
  // 15 min after the last question nobody looks any more.
  private static let attention: Int64 = 900_000
  // Spans of teams.
  private static let mostKept = 64

  private struct Stretch: Hashable {
    let span: OverviewSpan
    let team: String?
    let steps: Range<Int64>
    /// Of all steps together, and neither by model nor by consumer.
    var isTotal = false
  }

  private struct Kept {
    let sums: OverviewSums
    let at: WallTime
    let isSettled: Bool

    func isGood(at now: WallTime, for time: Int64 = 0) -> Bool {
      now.milliseconds + time - at.milliseconds < (isSettled ? keeping : keepingUnsettled)
    }
  }

  private struct Limited: Hashable {
    let since: WallTime
    let team: String?
  }

  private struct State {
    var kept: [Stretch: Kept] = [:]
    var limited: [Limited: (refusals: [(consumer: String, refusals: Int64)], at: WallTime)] = [:]
    /// When an overview of the ledger's sums was asked for last; nil: not since the start.
    var askedAt: WallTime?
    var hasWorkedAhead = false
  }

  private let ledger: LedgerSource
  private let gateway: any RunningGateway
  private let state = Mutex(State())

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
    if span.unit == .minutes {
      let earlier = steps.lowerBound - span.count..<steps.lowerBound
      let traffic = gateway.traffic
      var present = OverviewSums()
      present.steps = traffic.totals(of: steps, team: team)
      present.models = traffic.totals(of: steps, by: \.route, team: team)
      present.consumers = traffic.totals(of: steps, by: \.consumer, team: team)
      return (present, traffic.totals(of: earlier, team: team).values.reduce(into: UsageTotals()) { $0.add($1) })
    }
    state.withLock { $0.askedAt = now }
    let (earlier, past) = Self.stretches(span, team: team, steps)
    let before = try await over(earlier, now).totals
    var present = try await over(past, now)
    let last = steps.upperBound - 1
    present.add(try await read(Stretch(span: span, team: team, steps: last..<last + 1)))
    return (present, before)
  }

  /// Whom limits have refused most, and how often.
  func limited(since start: WallTime, team: String?, now: WallTime) async throws -> [(
    consumer: String, refusals: Int64
  )] {
    guard ledger.desk != nil else { return [] }
    let key = Limited(since: start, team: team)
    if let known = state.withLock({ $0.limited[key] }), now.milliseconds - known.at.milliseconds < Self.keepingUnsettled
    {
      return known.refusals
    }
    let span = start.milliseconds..<max(start.milliseconds, now.milliseconds)
    let refusals = try await ledger.ask(or: []) {
      try $0.limitedConsumers(ended: span, team: team, limit: Self.mostLimited, budget: Self.mostTroubles)
    }
    state.withLock { state in
      if state.limited.count >= Self.mostKept { state.limited = [:] }
      state.limited[key] = (refusals, now)
    }
    return refusals
  }

  /// Reads what the next overview will need: at the start, and while overviews are asked for.
  func workAhead(now: WallTime) async {
    let isWorth = state.withLock { state in
      let isWorth =
        !state.hasWorkedAhead || state.askedAt.map { now.milliseconds - $0.milliseconds < Self.attention } ?? false
      state.hasWorkedAhead = true
      return isWorth
    }
    guard isWorth else { return }
    for span in OverviewSpan.allCases where span.unit != .minutes {
      let (earlier, past) = Self.stretches(span, team: nil, span.steps(now: now, zone))
      for stretch in [past, earlier] {
        let known = state.withLock { $0.kept[stretch] }
        // Whoever asks is told what is wrong with the ledger.
        if known?.isGood(at: now, for: Self.ahead) != true { _ = try? await refresh(stretch, now) }
      }
    }
  }

  /// What is over of the steps, and as many before them.
  private static func stretches(
    _ span: OverviewSpan, team: String?, _ steps: Range<Int64>
  ) -> (earlier: Stretch, past: Stretch) {
    (
      Stretch(span: span, team: team, steps: steps.lowerBound - span.count..<steps.lowerBound, isTotal: true),
      Stretch(span: span, team: team, steps: steps.lowerBound..<steps.upperBound - 1)
    )
  }

  /// Of steps that are over.
  private func over(_ stretch: Stretch, _ now: WallTime) async throws -> OverviewSums {
    if let known = state.withLock({ $0.kept[stretch] }), known.isGood(at: now) { return known.sums }
    return try await refresh(stretch, now)
  }

  private func refresh(_ stretch: Stretch, _ now: WallTime) async throws -> OverviewSums {
    let sums = try await read(stretch)
    let end = stretch.span.start(of: stretch.steps.upperBound, zone)
    let isSettled = now.milliseconds - end.milliseconds >= Self.settling
    state.withLock { state in
      if state.kept.count >= Self.mostKept { state.kept = state.kept.filter { $0.value.isGood(at: now) } }
      if state.kept.count >= Self.mostKept { state.kept = [:] }
      state.kept[stretch] = Kept(sums: sums, at: now, isSettled: isSettled)
    }
    return sums
  }

  private func read(_ stretch: Stretch) async throws -> OverviewSums {
    let (span, step): (UsageQuery.Span, UsageQuery.Dimension) =
      stretch.span.unit == .hours ? (.hours(stretch.steps), .hour) : (.days(stretch.steps), .day)
    let team = stretch.team
    return try await ledger.ask(or: OverviewSums()) { reader in
      func query(by dimensions: [UsageQuery.Dimension]) -> UsageQuery {
        var query = UsageQuery(span: span, dimensions: dimensions)
        query.matching[.team] = team
        return query
      }
      func lines(by dimensions: [UsageQuery.Dimension], limit: Int?) throws -> [(String, UsageTotals)] {
        var query = query(by: dimensions)
        if let limit { (query.order, query.limit) = (.requests, limit) }
        return try reader.usage(query).map { ($0.names.first ?? "", $0.totals) }
      }
      var sums = OverviewSums()
      if stretch.steps.count == 1, !stretch.isTotal {
        // The present step is read for each overview: once for all three.
        for line in try reader.usage(query(by: [.model, .consumer])) {
          sums.steps[stretch.steps.lowerBound, default: UsageTotals()].add(line.totals)
          sums.models[line.names[0], default: UsageTotals()].add(line.totals)
          sums.consumers[line.names[1], default: UsageTotals()].add(line.totals)
        }
        return sums
      }
      if stretch.isTotal {
        for (_, totals) in try lines(by: [], limit: nil) { sums.steps[stretch.steps.lowerBound] = totals }
        return sums
      }
      for (name, totals) in try lines(by: [step], limit: nil) { sums.steps[Int64(name) ?? 0] = totals }
      for (name, totals) in try lines(by: [.model], limit: Self.mostNames) { sums.models[name] = totals }
      for (name, totals) in try lines(by: [.consumer], limit: Self.mostNames) { sums.consumers[name] = totals }
      return sums
    }
  }
}

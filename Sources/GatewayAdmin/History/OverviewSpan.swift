import GatewayCore

/// The stretch of time that an overview shows, in steps.
enum OverviewSpan: String, CaseIterable {
  case hour, day, week, month

  /// What steps are counted in since 1970; days are local.
  enum Unit { case minutes, hours, days }

  var unit: Unit {
    switch self {
    case .hour: .minutes
    case .day: .hours
    case .week, .month: .days
    }
  }

  /// How many there are; the last is the present one.
  var count: Int64 {
    switch self {
    case .hour: 60
    case .day: 24
    case .week: 7
    case .month: 30
    }
  }

  /// As a duration of the file.
  var step: String {
    switch unit {
    case .minutes: "1m"
    case .hours: "1h"
    case .days: "1d"
    }
  }

  /// The steps that are shown, the present one included.
  func steps(now: WallTime, _ zone: ZoneOffsets) -> Range<Int64> {
    let present =
      switch unit {
      case .minutes: now.seconds.dividedDown(by: 60)
      case .hours: now.seconds.dividedDown(by: 3600)
      case .days: (now.seconds + zone.offset(at: now.seconds)).dividedDown(by: 86_400)
      }
    return present - count + 1..<present + 1
  }

  /// When a step begins.
  func start(of step: Int64, _ zone: ZoneOffsets) -> WallTime {
    let seconds =
      switch unit {
      case .minutes: step * 60
      case .hours: step * 3600
      case .days: zone.moment(ofLocal: step * 86_400)
      }
    return WallTime(milliseconds: seconds * 1000)
  }
}

/// What was used in a stretch of time.
struct OverviewSums: Sendable {
  /// By step.
  var steps: [Int64: UsageTotals] = [:]
  /// Those with the most calls, at least.
  var models: [String: UsageTotals] = [:]
  var consumers: [String: UsageTotals] = [:]

  var totals: UsageTotals { steps.values.reduce(into: UsageTotals()) { $0.add($1) } }

  mutating func add(_ other: OverviewSums) {
    for (step, totals) in other.steps { steps[step, default: UsageTotals()].add(totals) }
    for (name, totals) in other.models { models[name, default: UsageTotals()].add(totals) }
    for (name, totals) in other.consumers { consumers[name, default: UsageTotals()].add(totals) }
  }
}

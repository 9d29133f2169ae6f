import ArgumentParser
import GatewayCore
import GatewayStorage

/// `--by` of `sluice usage`.
enum UsageGrouping: String, CaseIterable, ExpressibleByArgument {
  case consumer, team, organisation, key, model, route, provider, target, version, hour, day, month
  /// Only rows have it.
  case outcome, status, error

  /// How the sums tell it; nil: they do not.
  var dimension: UsageQuery.Dimension? {
    switch self {
    case .month: .day
    // The sums have the name of the model's entry, not what callers wrote.
    case .route: .model
    case .outcome, .status, .error: nil
    default: UsageQuery.Dimension(rawValue: rawValue)
    }
  }

  static func check(_ groupings: [UsageGrouping]) throws(StartFailure) {
    var seen: [UsageQuery.Dimension: UsageGrouping] = [:]
    for grouping in groupings {
      guard let dimension = grouping.dimension else {
        throw StartFailure(
          "the sums do not tell calls apart by \(grouping.rawValue), beside their number of errors: "
            + "`sluice exchanges export` has the outcome, the status and the error of each")
      }
      if let other = seen.updateValue(grouping, forKey: dimension) {
        throw StartFailure(
          other == grouping
            ? "--by \(grouping.rawValue) is given twice"
            : "--by \(other.rawValue) and --by \(grouping.rawValue) do not go together: name one of them")
      }
    }
  }

  /// Lines with names for people; days of one month are added together.
  static func named(_ lines: [UsageLine], by groupings: [UsageGrouping]) -> [UsageLine] {
    var named = lines.map { line in
      var line = line
      line.names = zip(groupings, line.names).map { $0.text($1) }
      return line
    }
    guard groupings.contains(.month) else { return named }
    var sums: [[String]: UsageLine] = [:]
    for line in named { sums[line.names, default: UsageLine(names: line.names)].totals.add(line.totals) }
    named = sums.values.sorted { $0.names.lexicographicallyPrecedes($1.names) }
    return named
  }

  private func text(_ name: String) -> String {
    switch self {
    case .hour: Int64(name).map(UsageOutput.text(ofHour:)) ?? name
    case .day: Int64(name).map(UsageOutput.text(ofDay:)) ?? name
    case .month: Int64(name).map { String(UsageOutput.text(ofDay: $0).prefix(7)) } ?? name
    default: name
    }
  }
}

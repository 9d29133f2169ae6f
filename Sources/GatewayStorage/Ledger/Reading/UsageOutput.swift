import Foundation
import GatewayCore

/// Lines of usage as text.
package struct UsageOutput {
  private let lines: [UsageLine]
  /// In the order of the names of a line.
  private let headings: [String]

  /// - Parameter lines: with their names as people read them.
  package init(lines: [UsageLine], headings: [String]) {
    self.lines = lines
    self.headings = headings
  }

  /// - Parameter lines: as the ledger reads them.
  package init(lines: [UsageLine], dimensions: [UsageQuery.Dimension]) {
    self.init(
      lines: lines.map { line in
        var line = line
        line.names = Self.names(line, dimensions)
        return line
      }, headings: dimensions.map(\.rawValue))
  }

  private static let numbers =
    ["requests", "errors", "unpriced"] + UsageTotals.buckets + ["duration_ms", "ttft_ms"]

  /// For a terminal.
  package var table: String {
    let head =
      headings + ["requests", "errors", "input", "output", "cost", "unpriced", "ttft", "duration"]
    let rows = lines.map { line in
      line.names.map { $0.isEmpty ? "-" : $0 } + [
        "\(line.requests)", "\(line.errors)", "\(line.tokens[..<4].reduce(0, +))", "\(line.tokens[4...].reduce(0, +))",
        Self.cost(line), "\(line.unpriced)", Self.mean(line.firstTokenMicroseconds, line.firstTokens),
        Self.mean(line.durationMicroseconds, line.requests),
      ]
    }
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    return ([head] + rows).map { row in
      let cells = row.indices.map { column in
        let gap = String(repeating: " ", count: widths[column] - row[column].count)
        return column < headings.count ? row[column] + gap : gap + row[column]
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }

  /// With a line of names; durations are means in milliseconds.
  package var csv: String {
    let head = headings + Self.numbers + ["cost"]
    let rows = lines.map { line in
      line.names + values(line).map { "\($0)" } + [Self.cost(line)]
    }
    return ([head] + rows).map { CSV.line($0) }.joined()
  }

  /// An array of objects; `cost` by currency as decimal texts, durations are means.
  package var json: String {
    get throws {
      let objects = lines.map { line in
        var object: [String: Any] = [:]
        for (heading, name) in zip(headings, line.names) where !name.isEmpty { object[heading] = name }
        for (name, value) in zip(Self.numbers, values(line)) { object[name] = value }
        object["cost"] = line.costs.mapValues { Money.decimal($0) }
        return object
      }
      let data = try JSONSerialization.data(
        withJSONObject: objects, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      return String(decoding: data, as: UTF8.self)
    }
  }

  /// `2026-11-01` of a number of days since 1970.
  package static func text(ofDay day: Int64) -> String {
    String(WallTime(milliseconds: day * 86_400_000).text.prefix(10))
  }

  /// `2026-11-01T08Z` of a number of hours since 1970.
  package static func text(ofHour hour: Int64) -> String {
    String(WallTime(milliseconds: hour * 3_600_000).text.prefix(13)) + "Z"
  }

  private static func names(_ line: UsageLine, _ dimensions: [UsageQuery.Dimension]) -> [String] {
    zip(dimensions, line.names).map { dimension, name in
      switch dimension {
      case .day: Int64(name).map(text(ofDay:)) ?? name
      case .hour: Int64(name).map(text(ofHour:)) ?? name
      default: name
      }
    }
  }

  private func values(_ line: UsageLine) -> [Int64] {
    [line.requests, line.errors, line.unpriced] + line.tokens + [
      line.durationMicroseconds / max(1, line.requests) / 1000,
      line.firstTokenMicroseconds / max(1, line.firstTokens) / 1000,
    ]
  }

  private static func cost(_ line: UsageLine) -> String {
    line.costs.sorted { $0.key < $1.key }.map { "\(Money.decimal($0.value)) \($0.key)" }.joined(separator: " + ")
  }

  private static func mean(_ microseconds: Int64, _ count: Int64) -> String {
    count == 0 ? "-" : "\(microseconds / count / 1000)ms"
  }
}

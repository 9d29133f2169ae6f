import Foundation
import GatewayCore
import GatewayStorage

/// The lines of `sluice usage` as text.
struct UsageOutput {
  let lines: [UsageLine]
  /// In the order of the names of a line.
  let groupings: [UsageGrouping]

  private static let numbers =
    ["requests", "errors", "unpriced"] + UsageLine.buckets + ["duration_ms", "ttft_ms"]

  var table: String {
    let head =
      groupings.map(\.rawValue) + ["requests", "errors", "input", "output", "cost", "unpriced", "ttft", "duration"]
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
        return column < groupings.count ? row[column] + gap : gap + row[column]
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }

  var csv: String {
    let head = groupings.map(\.rawValue) + Self.numbers + ["cost"]
    let rows = lines.map { line in
      line.names + values(line).map { "\($0)" } + [Self.cost(line)]
    }
    return ([head] + rows).map { CSV.line($0) }.joined()
  }

  /// An array of objects; `cost` by currency as decimal texts, durations are means.
  var json: String {
    get throws {
      let objects = lines.map { line in
        var object: [String: Any] = [:]
        for (grouping, name) in zip(groupings, line.names) where !name.isEmpty { object[grouping.rawValue] = name }
        for (name, value) in zip(Self.numbers, values(line)) { object[name] = value }
        object["cost"] = line.costs.mapValues { Money.decimal($0) }
        return object
      }
      let data = try JSONSerialization.data(
        withJSONObject: objects, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      return String(decoding: data, as: UTF8.self)
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

/// RFC 4180, safe for spreadsheets.
enum CSV {
  static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\r\n" }

  private static func field(_ text: String) -> String {
    var text = text
    // A cell that begins like a formula would be run by a spreadsheet; callers choose model names.
    if let first = text.utf8.first, "=+-@\t\r".utf8.contains(first), Double(text) == nil { text = "'" + text }
    guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

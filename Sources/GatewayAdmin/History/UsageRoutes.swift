import GatewayCore
package import GatewayStorage
import HTTPTypes
import Hummingbird

/// `/usage`: what was used, by whom and of what, as JSON or as CSV.
package struct UsageRoutes: AdminRoutes {
  // So many lines at once; a table of more is for `sluice usage`.
  private static let mostLines = 10_000

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
    let data: [UsageNumbers]
    let from: WallTime
    let to: WallTime
    /// There are more lines than these.
    let isCut: Bool
    let lag: Double
  }

  package func add(to group: inout AdminRouteList) {
    let dimensions = UsageQuery.Dimension.allCases
    group.get(
      "usage",
      AdminOperation(
        "getUsage", "What was used, by whom and of what.", .permitted(.read),
        query: [
          QueryParameter("span", .choice(TimeSpan.names), "In the place of `from` and `to`."), .from, .to,
          QueryParameter(
            "by", .choices(dimensions.map(\.rawValue)), "What the lines tell apart; `consumer` unless named."),
        ] + dimensions.filter { $0 != .day && $0 != .hour }.map { QueryParameter($0.rawValue, "Only of this one.") },
        answers: [
          OperationAnswer(
            200, "At most 10,000 lines; `accept: text/csv` gives a table.",
            content: [
              ("application/json", { try $0.schema(of: Answer.self, .answer) }), ("text/csv", { _ in .text }),
            ])
        ]), use: usage)
  }

  private func usage(_ request: Request, _ context: AdminContext) async throws -> Response {
    let query = context.query
    let dimensions = try Self.dimensions(query["by"])
    let span = try TimeSpan(query, zone: ledger.zone, now: gateway.now, standard: 30)
    var wanted = UsageQuery(span: try span.sums(by: dimensions), dimensions: dimensions)
    for dimension in UsageQuery.Dimension.allCases where dimension != .day && dimension != .hour {
      wanted.matching[dimension] = query[dimension.rawValue]
    }
    if let key = wanted.matching[.key] { wanted.matching[.key] = await keys.subject(ofKey: key) }
    if let team = context.team { wanted.matching[.team] = team }
    wanted.limit = Self.mostLines + 1
    let final = wanted
    var lines = try await ledger.ask(or: []) { try $0.usage(final) }
    let isCut = lines.count > Self.mostLines
    if isCut { lines.removeLast(lines.count - Self.mostLines) }
    lines = await labelled(lines, dimensions)
    if Self.wantsCSV(request) {
      let text = UsageOutput(lines: lines, dimensions: dimensions).csv
      var response = AdminJSON.response(.ok, bytes: Array(text.utf8), contentType: "text/csv; charset=utf-8")
      response.headers[.contentDisposition] = "attachment; filename=\"usage.csv\""
      return response
    }
    return try AdminJSON.response(
      .ok,
      Answer(
        data: lines.map { UsageNumbers($0.totals, names: Self.names($0, dimensions)) },
        from: WallTime(milliseconds: span.moments.lowerBound),
        to: WallTime(milliseconds: min(span.moments.upperBound, gateway.now.milliseconds)), isCut: isCut,
        lag: gateway.lag))
  }

  private static func dimensions(_ text: String?) throws(AdminProblem) -> [UsageQuery.Dimension] {
    var dimensions: [UsageQuery.Dimension] = []
    for name in (text ?? "consumer").split(separator: ",") {
      guard let dimension = UsageQuery.Dimension(rawValue: String(name)), !dimensions.contains(dimension) else {
        let known = UsageQuery.Dimension.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalidParameter("by", "'by' names each of \(known) once at most, between commas, not '\(name)'")
      }
      dimensions.append(dimension)
    }
    return dimensions
  }

  /// Issued keys by their labels.
  private func labelled(_ lines: [UsageLine], _ dimensions: [UsageQuery.Dimension]) async -> [UsageLine] {
    guard let place = dimensions.firstIndex(of: .key) else { return lines }
    let ids = Array(Set(lines.compactMap { Int64($0.names[place]) }))
    let labels = (try? await keys.labels(of: ids)) ?? [:]
    return lines.map { line in
      var line = line
      if let label = Int64(line.names[place]).flatMap({ labels[$0] }) { line.names[place] = label }
      return line
    }
  }

  private static func wantsCSV(_ request: Request) -> Bool {
    request.headers[.accept]?.split(separator: ",").contains { $0.contains("text/csv") } == true
  }

  private static func names(_ line: UsageLine, _ dimensions: [UsageQuery.Dimension]) -> [String: String] {
    var names: [String: String] = [:]
    for (dimension, name) in zip(dimensions, line.names) {
      names[dimension.rawValue] =
        switch dimension {
        case .day: Int64(name).map { UsageOutput.text(ofDay: $0) } ?? name
        case .hour: Int64(name).map { WallTime(milliseconds: $0 * 3_600_000).text } ?? name
        default: name
        }
    }
    return names
  }
}

package import GatewayCore
package import Hummingbird

/// What stands behind the `?` of a path. A name that the path does not take, or one that stands there twice, is refused: a filter that
/// is not applied would show too much.
package struct AdminQuery: Sendable {
  private var values: [String: String] = [:]

  /// - Parameter known: the names that the path takes.
  package init(_ request: Request, _ known: String...) throws(AdminProblem) {
    for pair in (request.uri.query ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentText.decode(parts[0], plusIsBlank: true),
        let value = PercentText.decode(parts.count > 1 ? parts[1] : "", plusIsBlank: true)
      else { throw .invalidRequest("the query of the path is not percent-encoded UTF-8") }
      guard known.contains(name) else {
        let list = known.isEmpty ? "none" : known.joined(separator: ", ")
        throw .invalidRequest("the path takes no parameter '\(name)'; it takes: \(list)")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw .invalidRequest("the parameter '\(name)' stands there twice")
      }
    }
  }

  /// nil: it is not there, or empty.
  package subscript(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  package func integer(_ name: String, default standard: Int, in range: ClosedRange<Int>) throws(AdminProblem) -> Int {
    guard let text = self[name] else { return standard }
    guard let number = Int(text), range.contains(number) else {
      throw .invalidRequest("'\(name)' is a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package func flag(_ name: String) throws(AdminProblem) -> Bool {
    switch self[name] {
    case nil, "false": return false
    case "true": return true
    default: throw .invalidRequest("'\(name)' is true or false")
    }
  }

  /// A moment, or a day, of which it is the start in UTC.
  package func moment(_ name: String) throws(AdminProblem) -> WallTime? {
    guard let text = self[name] else { return nil }
    guard let moment = WallTime(text: text) else {
      throw .invalidRequest("'\(name)' is like 2026-11-21 or 2026-11-21T09:30:00Z")
    }
    return moment
  }

  /// How many rows a page has.
  package func limit(default standard: Int = 100) throws(AdminProblem) -> Int {
    try integer("limit", default: standard, in: 1...1000)
  }

  /// What the `next` of the page before has said; nil: the first page.
  package func cursor() throws(AdminProblem) -> AdminCursor? {
    guard let text = self["cursor"] else { return nil }
    guard let cursor = AdminCursor(text) else {
      throw .invalidRequest("'cursor' is what 'next' of the page before has said")
    }
    return cursor
  }
}

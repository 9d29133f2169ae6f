import GatewayConfiguration
package import GatewayCore
import Hummingbird

/// What stands behind the `?` of a path. A name that the path does not take, or one that stands there twice, is refused: a filter that
/// is not applied would show too much.
package struct AdminQuery: Sendable {
  private var values: [String: String] = [:]

  init() {}

  /// - Parameter known: what the path takes.
  init(_ request: Request, _ known: [QueryParameter]) throws(AdminProblem) {
    for pair in (request.uri.query ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentText.decode(parts[0], plusIsBlank: true),
        let value = PercentText.decode(parts.count > 1 ? parts[1] : "", plusIsBlank: true)
      else { throw .invalidRequest("the query of the path is not percent-encoded UTF-8") }
      guard let parameter = known.first(where: { $0.name == name }) else {
        let list = known.isEmpty ? "none" : known.map(\.name).joined(separator: ", ")
        throw .invalidParameter(name, "the path takes no parameter '\(name)'; it takes: \(list)")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw .invalidParameter(name, "the parameter '\(name)' stands there twice")
      }
      try parameter.check(value)
    }
  }

  /// nil: it is not there, or empty.
  package subscript(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  package func integer(_ name: String, default standard: Int) -> Int { self[name].flatMap { Int($0) } ?? standard }

  package func flag(_ name: String) -> Bool { self[name] == "true" }

  /// A moment, or a day, of which it is the start in UTC.
  package func moment(_ name: String) -> WallTime? { self[name].flatMap { KeyRuleTexts.moment($0) } }

  /// How many rows a page has.
  package func limit(default standard: Int = 100) -> Int { integer("limit", default: standard) }

  /// What the `next` of the page before has said; nil: the first page.
  package func cursor() throws(AdminProblem) -> AdminCursor? {
    guard let text = self["cursor"] else { return nil }
    guard let cursor = AdminCursor(text) else { throw AdminCursor.unknown }
    return cursor
  }
}

import Foundation
import GatewayDialects

/// The query of a call about objects: without what is for the gateway, and ids without their owners.
struct ObjectQuery {
  /// `provider=NAME`
  private(set) var provider: String?
  /// The provider that the id in `after` or `before` names.
  private(set) var owner: String?
  /// `limit=20`
  private(set) var limit: Int?
  /// `stream=true`: the answer is wanted as events.
  private(set) var isStream = false
  /// `purpose=batch`, of files.
  private(set) var purpose: String?
  /// `order=asc`
  private(set) var isAscending = false
  /// The last id of the page before.
  var after: String?
  /// The objects that `after` and `before` name, where they name their providers.
  private(set) var places: [String: ObjectMark.Name] = [:]
  private var others: [String] = []

  /// - Parameters:
  ///   - query: without the `?`.
  ///   - credentials: parameters that are for the gateway alone.
  init(_ query: String, _ mark: ObjectMark, credentials: [String]) {
    for parameter in query.split(separator: "&") {
      let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if !credentials.isEmpty, let name = pair[0].removingPercentEncoding, credentials.contains(name) { continue }
      let written = pair.count == 2 ? String(pair[1]) : ""
      let value = written.replacing("%7E", with: "~").replacing("%7e", with: "~")
      switch pair[0] {
      case "provider": provider = value
      case "after", "before":
        let name = mark.read(value)
        places[String(pair[0])] = name
        owner = name?.owner ?? owner
        let text = "\(pair[0])=\(name?.id ?? value)"
        if pair[0] == "after" { after = text } else { others.append(text) }
      case "limit":
        limit = Int(value)
        others.append(String(parameter))
      default:
        switch pair[0] {
        case "stream": isStream = value == "true"
        case "purpose": purpose = value
        case "order": isAscending = value == "asc"
        default: break
        }
        others.append(String(parameter))
      }
    }
  }

  /// With its `?`; empty where nothing is left.
  var text: String {
    let all = (after.map { [$0] } ?? []) + others
    return all.isEmpty ? "" : "?" + all.joined(separator: "&")
  }
}

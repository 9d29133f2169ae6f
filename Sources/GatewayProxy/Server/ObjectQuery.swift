import GatewayDialects

/// The query of a call about objects: without what is for the gateway, and ids without their owners.
struct ObjectQuery {
  /// `provider=NAME`
  private(set) var provider: String?
  /// The provider that the id in `after` or `before` names.
  private(set) var owner: String?
  /// `limit=20`
  private(set) var limit: Int?
  /// The last id of the page before.
  var after: String?
  private var others: [String] = []

  /// - Parameter query: without the `?`.
  init(_ query: String, isOwner: (String) -> Bool) {
    for parameter in query.split(separator: "&") {
      let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let written = pair.count == 2 ? String(pair[1]) : ""
      let value = written.replacing("%7E", with: "~").replacing("%7e", with: "~")
      switch pair[0] {
      case "provider": provider = value
      case "after", "before":
        let split = ObjectIDs.split(value, isOwner: isOwner)
        owner = split?.owner ?? owner
        let text = "\(pair[0])=\(split?.id ?? value)"
        if pair[0] == "after" { after = text } else { others.append(text) }
      case "limit":
        limit = Int(value)
        others.append(String(parameter))
      default: others.append(String(parameter))
      }
    }
  }

  /// With its `?`; empty where nothing is left.
  var text: String {
    let all = (after.map { [$0] } ?? []) + others
    return all.isEmpty ? "" : "?" + all.joined(separator: "&")
  }
}

package import GatewayCore

/// The JSON object that tells more of a change; members keep their order. Whoever adds one sees to it that it is no secret.
package struct AuditDetail: Hashable, Sendable {
  private var members: [String] = []

  package init() {}

  package var text: String { "{\(members.joined(separator: ","))}" }

  /// nil where there is nothing to tell.
  package var textIfAny: String? { members.isEmpty ? nil : text }

  /// - Parameter text: nil: nothing is added.
  package mutating func add(_ name: String, _ text: String?) {
    if let text { add(name, json: JSONQuote.quoted(text)) }
  }

  package mutating func add(_ name: String, _ moment: WallTime?) { add(name, moment?.text) }

  package mutating func add(_ name: String, _ texts: [String]) {
    add(name, json: "[\(texts.map { JSONQuote.quoted($0) }.joined(separator: ","))]")
  }

  package mutating func add(_ name: String, json: String) { members.append("\(JSONQuote.quoted(name)):\(json)") }
}

/// A text as a JSON string.
enum JSONQuote {
  static func quoted(_ text: String) -> String {
    var json = ByteWriter(capacity: text.utf8.count + 16)
    json.append(quoted: text)
    return json.text
  }
}

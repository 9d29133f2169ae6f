import Foundation
import GatewayCore

// A record of a change as a line of a file: the members that records of calls have as well, then its own. Written from the record
// alone, so that a line whose text was changed is not what its record writes.
extension AuditRecord {
  /// JSON, without the end of the line.
  package var line: String {
    var detail = AuditDetail()
    detail.add("timestamp", at)
    detail.add("user_id", author.name)
    detail.add("action", entry.action)
    for name in ["model_id", "input_length", "output_length"] { detail.add(name, json: "null") }
    detail.add("status", entry.action.hasSuffix(".refused") ? "refused" : "success")
    detail.add("ip_address", json: author.address.map { JSONQuote.quoted($0) } ?? "null")
    detail.add("object", entry.object)
    if let revision = entry.revision { detail.add("revision", json: "\(revision)") }
    detail.add("detail", entry.detail)
    detail.add("milliseconds", json: "\(at.milliseconds)")
    detail.add("number", json: "\(number)")
    detail.add("previous", HexText.write(previous))
    detail.add("hash", HexText.write(digest))
    return detail.text
  }

  private struct Members: Decodable {
    enum CodingKeys: String, CodingKey {
      case user = "user_id"
      case address = "ip_address"
      case action, object, revision, detail, milliseconds, number, previous
    }

    var user: String
    var action: String
    var address: String?
    var object: String?
    var revision: Int?
    var detail: String?
    var milliseconds: Int64
    var number: Int64
    var previous: String
  }

  /// Reads what `line` has written; nil: something else, or changed.
  init?(line: [UInt8]) {
    guard let members = try? JSONDecoder().decode(Members.self, from: Data(line)),
      let previous = HexText.bytes(members.previous), previous.count == Self.start.count,
      (1..<1 << 53).contains(members.number)
    else { return nil }
    self.init(
      number: members.number, at: WallTime(milliseconds: members.milliseconds),
      author: AuditAuthor(name: members.user, address: members.address),
      entry: AuditEntry(members.action, members.object, revision: members.revision, detail: members.detail),
      previous: previous)
    guard Array(self.line.utf8) == line else { return nil }
  }
}

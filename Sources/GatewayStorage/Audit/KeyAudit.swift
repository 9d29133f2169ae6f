import GatewayCore

/// What the audit trail tells of a change of an issued key: which one, by its label, and what is different. Never the key itself.
enum KeyAudit {
  static func created(_ key: IssuedKey) throws -> AuditEntry {
    var detail = identity(of: key)
    for member in try members(of: key.settings) where member.json != none { detail.add(member.name, json: member.json) }
    return AuditEntry("keys.create", key.label, detail: detail.text)
  }

  static func rotated(_ key: IssuedKey, into successor: IssuedKey, until end: WallTime) -> AuditEntry {
    var detail = identity(of: key)
    detail.add("successor", json: "\(successor.id)")
    detail.add("successorKey", successor.label)
    detail.add("until", end)
    return AuditEntry("keys.rotate", key.label, detail: detail.text)
  }

  /// - Parameter new: the same key after the change; each setting that differs is told with both values.
  static func entry(_ action: String, _ key: IssuedKey, became new: IssuedKey? = nil) throws -> AuditEntry {
    var detail = identity(of: key)
    if let new {
      for (before, after) in zip(try members(of: key.settings), try members(of: new.settings))
      where before.json != after.json {
        detail.add(before.name, json: "{\"from\":\(before.json),\"to\":\(after.json)}")
      }
    }
    return AuditEntry(action, key.label, detail: detail.text)
  }

  private static let none = "null"

  private static func identity(of key: IssuedKey) -> AuditDetail {
    var detail = AuditDetail()
    detail.add("id", json: "\(key.id)")
    detail.add("consumer", key.consumer)
    return detail
  }

  private static func members(of settings: KeySettings?) throws -> [(name: String, json: String)] {
    let rules = try settings.flatMap { try KeyRulesText.write($0.rules) }
    return [
      ("note", settings?.note.map { JSONQuote.quoted($0) } ?? none),
      ("expires", settings?.expiresAt.map { JSONQuote.quoted($0.text) } ?? none), ("rules", rules ?? none),
    ]
  }
}

import Crypto
package import GatewayCore

/// Who has changed something.
package struct AuditAuthor: Hashable, Sendable {
  /// Of the user, the API token, or the command.
  package var name: String
  package var address: String?

  package init(name: String, address: String? = nil) {
    self.name = name
    self.address = address
  }

  /// A command on the machine of the gateway: `terminal:USER`, by the user of the system who runs it.
  package static let terminal = AuditAuthor(name: "terminal:\(SystemUser.name)")
  /// The program itself.
  package static let gateway = AuditAuthor(name: "gateway")
}

/// What has been changed.
package struct AuditEntry: Hashable, Sendable {
  /// What kind of thing, and what happened to it: `models.put`.
  package var action: String
  /// Its name.
  package var object: String?
  /// The revision of the configuration that it made.
  package var revision: Int?
  /// A JSON object.
  package var detail: String?

  package init(_ action: String, _ object: String? = nil, revision: Int? = nil, detail: String? = nil) {
    self.action = action
    self.object = object
    self.revision = revision
    self.detail = detail
  }
}

/// A line of the audit trail.
package struct AuditRecord: Hashable, Sendable {
  /// From 1, without gaps.
  package let number: Int64
  package let at: WallTime
  package let author: AuditAuthor
  package let entry: AuditEntry
  /// SHA-256 of the record before; of the first: 32 zero bytes.
  package let previous: [UInt8]

  /// SHA-256 of all of the record. Each text stands behind its length, so that no two records are the same bytes.
  package var digest: [UInt8] {
    var hash = SHA256()
    func add(_ number: Int64) { withUnsafeBytes(of: number.bigEndian) { hash.update(bufferPointer: $0) } }
    func add(_ text: String?) {
      guard let text else { return add(-1) }
      add(Int64(text.utf8.count))
      hash.update(data: Array(text.utf8))
    }
    hash.update(data: previous)
    add(number)
    add(at.milliseconds)
    for text in [author.name, author.address, entry.action, entry.object, entry.detail] { add(text) }
    add(Int64(entry.revision ?? -1))
    return Array(hash.finalize())
  }

  static let start = [UInt8](repeating: 0, count: SHA256.byteCount)
}

/// Which records of the audit trail are asked for.
package struct AuditQuery: Sendable {
  package var from: WallTime?
  /// Not included.
  package var to: WallTime?
  package var author: String?
  /// Only records with a smaller number.
  package var before: Int64?
  package var limit: Int

  package init(limit: Int) { self.limit = limit }
}

/// `audit`: records that must not be lost or changed unseen.
package struct AuditSettings: Hashable, Sendable {
  /// Where this node keeps files of it.
  package var directory: String
  /// Whether every exchange of somebody who is known gets a record.
  package var exchanges = false
  /// Records of changes older than this leave the database for a file; nil: never.
  package var archiveAfter: Duration?
  /// Files older than this are deleted; nil: never.
  package var retention: Duration?

  /// Where it is unless another one is named.
  /// - Parameter files: what the names of this node's own files begin with.
  package static func directory(beside files: String) -> String { files + ".audit" }

  package init(directory: String) { self.directory = directory }
}

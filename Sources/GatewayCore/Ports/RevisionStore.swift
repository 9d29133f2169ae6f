/// What the database keeps of the configuration: each change is a revision, with all objects as they were from then on.
package protocol RevisionStore: Sendable {
  /// The number of the last revision; 0: there was none yet.
  func latestRevision() async throws -> Int64
  /// nil: there is none with this number.
  func revision(_ number: Int64) async throws -> StoredRevision?
  /// The newest first, without their documents.
  /// - Parameter before: only older ones.
  func revisions(before: Int64?, limit: Int) async throws -> [StoredRevision]
  /// Adds the revision behind `last`.
  /// - Returns: nil where `last` is not the last any more: somebody else was faster.
  func add(_ revision: RevisionDraft, after last: Int64) async throws -> StoredRevision?
}

/// A revision that has no number yet.
package struct RevisionDraft: Sendable, Hashable {
  /// Who made it: the name of an administrator or of a token.
  package var by: String
  package var note: String?
  /// What it changed: `models.fast`, at most 100.
  package var changes: [String]
  /// All objects, as JSON.
  package var document: String

  package init(by: String, note: String?, changes: [String], document: String) {
    self.by = by
    self.note = note
    self.changes = changes
    self.document = document
  }
}

package struct StoredRevision: Sendable, Hashable {
  /// From 1.
  package let number: Int64
  package let at: WallTime
  /// Its document is empty in lists.
  package let content: RevisionDraft

  package init(number: Int64, at: WallTime, content: RevisionDraft) {
    self.number = number
    self.at = at
    self.content = content
  }
}

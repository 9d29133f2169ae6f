package import GatewayConfiguration
package import GatewayCore

/// The configuration as the admin API shows and changes it.
package protocol ConfigurationEditing: Sendable {
  /// What runs, and where it comes from.
  func configurationView() async -> ConfigurationView
  /// One change, or what it would do. Changes run one after another.
  func change(_ request: ChangeRequest) async throws(ChangeRefusal) -> ChangeOutcome
  /// nil: there is none with this number.
  func revision(_ number: Int64) async throws(ChangeRefusal) -> StoredRevision?
  func revisions(before: Int64?, limit: Int) async throws(ChangeRefusal) -> [StoredRevision]
}

package struct ConfigurationView: Sendable {
  /// Of the database; 0: nothing was ever changed there.
  package var revision: Int64
  /// nil in no-file mode.
  package var file: String?
  package var stored: StoredObjects
  /// Without their plain secrets.
  package var ofFile: StoredObjects
  package var found: StoredObjects
  package var problems: [Problem]
  package var needsRestart: [String]

  package init(
    revision: Int64, file: String?, stored: StoredObjects, ofFile: StoredObjects, found: StoredObjects,
    problems: [Problem], needsRestart: [String]
  ) {
    self.revision = revision
    self.file = file
    self.stored = stored
    self.ofFile = ofFile
    self.found = found
    self.problems = problems
    self.needsRestart = needsRestart
  }
}

/// What the caller knows of what it changes (RFC 9110 §13.1).
package enum Precondition: Sendable, Hashable {
  /// `if-match`: it still is what it was.
  case tag(String)
  /// `if-none-match: *`
  case absent
  case none
}

/// One object that is written or removed.
package struct ObjectEdit: Sendable, Hashable {
  package var collection: StoredObjects.Collection
  package var name: String
  /// nil removes it.
  package var value: ConfigurationValue?
  package var precondition: Precondition

  package init(
    _ collection: StoredObjects.Collection, _ name: String, _ value: ConfigurationValue?, _ precondition: Precondition
  ) {
    self.collection = collection
    self.name = name
    self.value = value
    self.precondition = precondition
  }
}

/// The limits for everyone as they are to be.
package struct LimitsEdit: Sendable, Hashable {
  package var limits: [ConfigurationValue]
  package var precondition: Precondition

  package init(_ limits: [ConfigurationValue], _ precondition: Precondition) {
    self.limits = limits
    self.precondition = precondition
  }
}

package struct ChangeRequest: Sendable {
  package enum Edit: Sendable {
    /// Several objects, and with them the limits for everyone.
    case objects([ObjectEdit], limits: LimitsEdit? = nil)
    /// All objects, as YAML.
    case document(String, Precondition)
    /// The objects of an older revision.
    case restore(Int64)
  }

  package var edit: Edit
  /// For the history: who.
  package var by: String
  /// For the history: why.
  package var note: String?
  package var isDryRun: Bool
  /// Whether providers may come to send secrets elsewhere: see `SecretReach`.
  package var mayMoveSecrets: Bool

  package init(
    _ edit: Edit, by: String, note: String? = nil, isDryRun: Bool = false, mayMoveSecrets: Bool
  ) {
    self.edit = edit
    self.by = by
    self.mayMoveSecrets = mayMoveSecrets
    self.note = note
    self.isDryRun = isDryRun
  }
}

package struct ChangeOutcome: Sendable {
  /// The last one, if nothing changes.
  package var revision: Int64
  package var isDryRun: Bool
  package var changes: [SettingChange]
  package var warnings: [Problem]
  package var needsRestart: [String]
  package var stored: StoredObjects

  package init(
    revision: Int64, isDryRun: Bool, changes: [SettingChange], warnings: [Problem], needsRestart: [String],
    stored: StoredObjects
  ) {
    self.revision = revision
    self.isDryRun = isDryRun
    self.changes = changes
    self.warnings = warnings
    self.needsRestart = needsRestart
    self.stored = stored
  }
}

/// Why a change was not made. Nothing has changed.
package enum ChangeRefusal: Error, Sendable {
  case notFound(String)
  case exists(String)
  /// Where it stands instead: `the file sluice.yaml`.
  case readOnly(String, owner: String)
  /// Somebody has changed it since it was read.
  case changed(String)
  case unconditional(String)
  case refused([Problem])
  /// It may be changed, but not by who asks.
  case forbidden(Problem)
  /// A sentence.
  case unavailable(String)
}

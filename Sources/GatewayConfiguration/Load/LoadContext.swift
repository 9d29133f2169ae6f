package import GatewayCore

/// What a configuration is loaded with, beside its own text.
package struct LoadContext: Sendable {
  /// Flags of the command line, which win over the file.
  package struct Overrides: Hashable, Sendable {
    /// `--gateway HOST:PORT`
    package var gateway: String?
    /// `--admin HOST:PORT`
    package var admin: String?
    /// `--data DIR`: where the database is.
    package var dataDirectory: String?

    package init() {}
  }

  /// Of this process: `env:NAME`.
  package var environment: [String: String]
  /// Of the snapshot to make.
  package var revision: Int = 1
  /// Of the snapshot to make: now, in seconds since 1970.
  package var createdAt: Int = 0
  package var overrides = Overrides()
  /// Models that providers named when they were asked, by provider; they replace those of the preset.
  package var discovered: [String: [String]] = [:]
  /// Of the database.
  package var storedKeys = StoredKeySet.empty
  /// How the hashes of `storedKeys` are made of a key's SHA-256; `nil`: they are that.
  package var keyedHash: (@Sendable (KeyDigest) -> KeyDigest)?
  /// The objects of the database; `nil`: there is no database yet.
  package var storedObjects: StoredText?
  /// Opens the secrets that objects of the database name, where the file has no `storage.masterKey`.
  package var ownMasterKey: MasterKeySettings?
  /// Opens a `secret:NAME` of the database; `nil`: there is no database yet, and nothing is said of such references.
  package var openSecret: (@Sendable (_ name: String, MasterKeySettings) -> StoredSecretAnswer)?
  /// The health of a target or a provider key. Called with a name that stays the same across reloads as long as it stands
  /// for the same thing.
  package var health: @Sendable (String, HealthPolicy) -> any HealthCell
  /// Reads a file of at most so many bytes.
  package var readFile: @Sendable (_ path: String, _ limit: Int) throws(FileFault) -> [UInt8] = DiskFile.readRegular
  /// Reads the configuration itself; nil: as other files are read.
  package var readConfiguration: (@Sendable (_ path: String, _ limit: Int) throws(FileFault) -> [UInt8])?

  /// What is wrong with the files of `server.tls` or `server.admin.tls`, at a moment in seconds since 1970.
  package var faultsOfTLS: @Sendable (ListenerTLS, _ now: Int) -> [ListenerTLSFault] = { _, _ in [] }

  package init(
    environment: [String: String], health: @escaping @Sendable (String, HealthPolicy) -> any HealthCell
  ) {
    self.environment = environment
    self.health = health
  }
}

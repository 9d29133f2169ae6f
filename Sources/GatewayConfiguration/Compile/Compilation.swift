import GatewayCore

/// One configuration on its way from settings to a snapshot: what all of its compilers share.
struct Compilation {
  let log: ProblemLog
  let context: LoadContext
  /// Relative paths are relative to it.
  let directory: String
  /// Of `storage.masterKey`.
  var masterKey: MasterKeySettings?
  /// It is named, and what it names is no key.
  var isMasterKeyWrong = false

  func resolve(_ path: String) -> String {
    DiskFile.resolve(path, in: directory, home: context.environment["HOME"])
  }
}

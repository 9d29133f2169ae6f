import GatewayCore

/// `audit:`
struct AuditCompiler {
  let compilation: Compilation
  private var log: ProblemLog { compilation.log }

  init(_ compilation: Compilation) { self.compilation = compilation }

  /// - Parameters:
  ///   - files: what the names of this node's own files begin with.
  ///   - hasLedger: whether there are exchanges to record.
  func settings(_ audit: Setting?, files: String, hasLedger: Bool) -> AuditSettings {
    var settings = AuditSettings(directory: AuditSettings.directory(beside: files))
    guard let audit else { return settings }
    if let path = audit["directory"]?.text { settings.directory = compilation.resolve(path) }
    settings.exchanges = audit["exchanges"]?.flag ?? false
    settings.archiveAfter = audit["archiveAfter"]?.duration
    settings.retention = audit["retention"]?.duration
    check(settings, audit, hasLedger: hasLedger)
    return settings
  }

  private func check(_ settings: AuditSettings, _ audit: Setting, hasLedger: Bool) {
    if settings.exchanges, !hasLedger, let field = audit["exchanges"] {
      log.error(
        "calls are recorded on their way into the ledger, which is off", at: field,
        advice: "remove storage.ledger, or this")
    }
    guard let kept = settings.retention, let field = audit["retention"] else { return }
    if let age = settings.archiveAfter, kept <= age {
      log.error(
        "files are deleted after \(DurationLiteral.format(kept)), before records of changes come into them after "
          + DurationLiteral.format(age), at: field, advice: "keep them for longer than 'archiveAfter'")
    } else if settings.archiveAfter == nil, !settings.exchanges {
      log.warning(
        "'retention' has no effect: no records are kept in files", atKeyOf: field,
        advice: "set 'exchanges' or 'archiveAfter', or remove it")
    }
  }
}

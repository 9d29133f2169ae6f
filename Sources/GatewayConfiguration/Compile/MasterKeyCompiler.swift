import GatewayCore

/// `storage.masterKey` and `storage.previousMasterKeys`.
struct MasterKeyCompiler {
  let compilation: Compilation
  private var log: ProblemLog { compilation.log }

  init(_ compilation: Compilation) { self.compilation = compilation }

  func settings(_ storage: Setting?) -> MasterKeySettings? {
    guard let setting = storage?["masterKey"] else {
      if let previous = storage?["previousMasterKeys"] {
        log.error(
          "'previousMasterKeys' without a 'masterKey'", atKeyOf: previous, advice: "name the present one in masterKey")
      }
      return nil
    }
    guard let current = source(setting) else { return nil }
    return MasterKeySettings(
      current: current, previous: (storage?["previousMasterKeys"]?.items ?? []).compactMap(source))
  }

  private func source(_ setting: Setting) -> MasterKeySettings.Source? {
    let place = SecretPlace(file: log.file, position: setting.position, path: setting.path)
    guard let origin = origin(setting) else { return nil }
    return MasterKeySettings.Source(origin: origin, place: place)
  }

  private func origin(_ setting: Setting) -> MasterKeySettings.Origin? {
    guard !setting.isInvalid, let text = setting.text else { return nil }
    switch SecretReference.Form(text) {
    case .command(let line):
      if !line.trimmed.isEmpty { return .command(line) }
      log.error("'command:' names no command", at: setting, advice: "write command:LINE, which prints the key")
      return nil
    case .environment, .file:
      return SecretReference(compilation).content(setting).map { .text(Secret($0)) }
    case .stored:
      log.error(
        "the key that opens the stored secrets cannot be one of them", at: setting,
        advice: "write env:NAME, file:PATH or command:LINE")
      return nil
    case .digest, .literal:
      log.error(
        "a master key does not stand in the file", at: setting, advice: "write env:NAME, file:PATH or command:LINE")
      return nil
    }
  }
}

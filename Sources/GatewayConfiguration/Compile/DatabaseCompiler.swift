import GatewayCore

/// `storage.database`, `storage.postgres` and `storage.pepper`.
struct DatabaseCompiler {
  /// Beside the configuration, or in the directory of `--data`.
  static let sqliteName = "sluice.db"
  static let nodeFiles = "sluice"

  let compilation: Compilation
  let storage: Setting?
  private var log: ProblemLog { compilation.log }

  init(_ compilation: Compilation, _ storage: Setting?) {
    self.compilation = compilation
    self.storage = storage
  }

  func database() -> DatabaseStorage {
    let place = storage?["database"].flatMap(place)
    let pepper = storage?["pepper"].flatMap(pepper)
    if case .postgres(var postgres) = place {
      apply(storage?["postgres"], to: &postgres)
      return DatabaseStorage(.postgres(postgres), files: local(Self.nodeFiles), pepper: pepper)
    }
    if let unused = storage?["postgres"], storage?["database"]?.isInvalid != true,
      place != nil || storage?["database"] == nil
    {
      log.warning(
        "'postgres' has no effect: the database is a file", atKeyOf: unused,
        advice: "name a PostgreSQL in storage.database, or remove it")
    }
    var path = compilation.resolve(Self.sqliteName)
    if compilation.context.overrides.dataDirectory != nil {
      path = local(Self.sqliteName)
    } else if case .sqlite(let named) = place {
      path = compilation.resolve(named)
    }
    return DatabaseStorage(.sqlite(path: path), files: path, pepper: pepper)
  }

  private func local(_ name: String) -> String {
    guard let directory = compilation.context.overrides.dataDirectory else { return compilation.resolve(name) }
    return DiskFile.resolve(name, in: directory, home: nil)
  }

  private func place(_ setting: Setting) -> DatabaseStorage.Place? {
    guard let text = setting.text else { return nil }
    let advice = "write sqlite:PATH or postgres://user@host:5432/database"
    switch SecretReference.Form(text) {
    case .environment, .file, .stored, .command:
      guard let content = outside(setting) else { return nil }
      guard PostgresURL.isOne(content) else {
        log.error("what '\(text)' stands for is no URL of PostgreSQL", at: setting, advice: "write postgres://… there")
        return nil
      }
      return postgres(content, setting, isSecret: true)
    case .literal, .digest:
      if PostgresURL.isOne(text) { return postgres(text, setting, isSecret: false) }
      if !text.hasPrefix("sqlite:") {
        log.error(text.contains("@") ? "unknown database" : "unknown database '\(text)'", at: setting, advice: advice)
      } else if text.count == 7 {
        log.error("'sqlite:' names no file", at: setting, advice: advice)
      } else {
        return .sqlite(path: String(text.dropFirst(7)))
      }
      return nil
    }
  }

  private func postgres(_ text: String, _ setting: Setting, isSecret: Bool) -> DatabaseStorage.Place? {
    let url: PostgresURL
    do throws(LiteralFault) { url = try PostgresURL(text) } catch {
      log.error("the URL of PostgreSQL \(error.message)", at: setting, advice: error.advice)
      return nil
    }
    if url.hasPassword, !isSecret {
      log.warning(
        "a password stands in the file", at: setting, advice: "keep it elsewhere: storage.postgres.password: env:NAME")
    }
    if url.mayBeUnencrypted, storage?["postgres"]?["ca"] == nil {
      log.warning(
        "keys and usage may travel unencrypted: the URL of PostgreSQL does not ask for TLS", at: setting,
        advice: "add ?sslmode=verify-full")
    }
    return .postgres(PostgresStorage(url: Secret(text), address: url.address))
  }

  private func apply(_ settings: Setting?, to postgres: inout PostgresStorage) {
    guard let settings else { return }
    postgres.pool = settings["pool"]?.integer ?? postgres.pool
    settings.set("timeout", &postgres.timeout)
    postgres.password = settings["password"].flatMap(password).map { Secret($0) }
    if let ca = settings["ca"] { authority(ca, &postgres) }
  }

  private func password(_ setting: Setting) -> String? {
    guard let text = setting.text, case .literal = SecretReference.Form(text) else { return outside(setting) }
    return SecretReference(compilation).secret(setting)
  }

  /// What a reference stands for that is not in the database itself.
  private func outside(_ setting: Setting) -> String? {
    if let text = setting.text, case .stored = SecretReference.Form(text) {
      log.error(
        "what opens the database cannot be stored in it", at: setting, advice: "write env:NAME or file:PATH")
      return nil
    }
    return SecretReference(compilation).content(setting)
  }

  private func authority(_ setting: Setting, _ postgres: inout PostgresStorage) {
    guard let text = setting.text else { return }
    guard case .file(let path) = SecretReference.Form(text) else {
      log.error("libpq reads certificates from files only", at: setting, advice: "write file:PATH")
      return
    }
    let mode = postgres.url.reveal { (try? PostgresURL($0))?.encryption }
    guard mode == nil || mode == "verify-ca" || mode == "verify-full" else {
      log.error(
        "'ca' has no effect: the URL says sslmode=\(mode ?? "")", atKeyOf: setting,
        advice: "write sslmode=verify-full, or leave it out")
      return
    }
    guard let content = SecretReference(compilation).content(setting) else { return }
    guard content.contains("-----BEGIN CERTIFICATE-----") else {
      log.error(
        "no certificate in PEM form is in '\(text)'", at: setting,
        advice: "it holds lines from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----")
      return
    }
    postgres.certificateAuthority = compilation.resolve(path)
  }

  private func pepper(_ setting: Setting) -> DatabaseStorage.Pepper? {
    guard let text = setting.text else { return nil }
    if case .file(let path) = SecretReference.Form(text), !path.isEmpty {
      return .file(path: compilation.resolve(path))
    }
    guard let value = outside(setting) else { return nil }
    guard value.utf8.count == 64, value.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
      log.error(
        "what '\(text)' stands for is not 64 hexadecimal digits", at: setting, advice: "make them: openssl rand -hex 32"
      )
      return nil
    }
    return .value(Secret(value))
  }
}

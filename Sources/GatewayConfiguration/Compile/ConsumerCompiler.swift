import GatewayCore

/// `consumers:` and the keys of the database → who may call.
struct ConsumerCompiler {
  struct Callers {
    var consumers: [Consumer] = []
    var keys: [KeyDigest: Consumer] = [:]
    var issued: IssuedKeys?
    var findings = IssuedKeyFindings()
    var certificates: [CertificateName: Consumer] = [:]
  }

  /// Bytes of a key of the file.
  private static let minimumLength = 4
  private static let safeLength = 16

  let compilation: Compilation
  let models: AllowedModels
  let limits: LimitCompiler
  /// How the consumers' teams and roles are found; nil where there is no file.
  let tenancy: (compiler: TenantCompiler, tenants: Tenants)?
  let ways: WaysIn
  /// Whether clients can show certificates.
  let asksForCertificates: Bool
  /// Whether keys of the database may be of consumers that nobody has defined: in no-file mode.
  var admitsOthers = false
  private var log: ProblemLog { compilation.log }

  init(
    _ compilation: Compilation, models: AllowedModels, limits: LimitCompiler,
    tenancy: (compiler: TenantCompiler, tenants: Tenants)? = nil, ways: WaysIn = .keysOnly,
    asksForCertificates: Bool = false
  ) {
    self.ways = ways
    self.asksForCertificates = asksForCertificates
    self.compilation = compilation
    self.models = models
    self.limits = limits
    self.tenancy = tenancy
  }

  func callers(_ setting: Setting?) -> Callers {
    var callers = Callers()
    var owners: [KeyDigest: (name: String, setting: Setting)] = [:]
    for entry in setting?.entries ?? [] where !entry.setting.isInvalid {
      let consumer = consumer(entry.name, entry.setting)
      callers.consumers.append(consumer)
      for key in entry.setting["keys"]?.items ?? [] {
        guard let digest = digest(key), claim(digest, by: entry.name, key, &owners) else { continue }
        callers.keys[digest] = consumer
      }
      addCertificates(entry.setting["certificates"], of: consumer, to: &callers)
    }
    addStoredKeys(to: &callers, isDefinedByFile: !admitsOthers && setting?.entries.isEmpty == false)
    callers.findings.keyless = keyless(setting)
    return callers
  }

  private func consumer(_ name: String, _ setting: Setting) -> Consumer {
    let models = models.list(setting["models"])
    let limits = limits.limits(setting["limits"], of: .consumer(name))
    let cache = CacheCompiler.rule(setting["cache"])
    guard let (compiler, tenants) = tenancy else {
      return Consumer(name: name, models: models, limits: limits, cache: cache)
    }
    let consumer = Consumer(
      name: name, models: models, limits: limits, team: compiler.team(setting["team"], in: tenants),
      roles: compiler.roles(setting["roles"], in: tenants), cache: cache, conversations: setting["conversations"]?.flag)
    compiler.warnOfUnreachable(consumer, setting)
    return consumer
  }

  private func addCertificates(_ setting: Setting?, of consumer: Consumer, to callers: inout Callers) {
    if let setting, !setting.isInvalid, !asksForCertificates {
      log.error(
        "no client can show a certificate: 'server.tls.clientCA' is missing", atKeyOf: setting,
        advice: "name the authority of your clients there, or remove this")
    }
    for item in setting?.items ?? [] {
      guard let text = item.text else { continue }
      guard let name = CertificateName(text) else {
        log.error(
          "'\(text)' names no certificate", at: item,
          advice: "write CN=NAME, dns:NAME, uri:URI, or sha256: and the 64 hexadecimal digits of its fingerprint")
        continue
      }
      if let owner = callers.certificates[name] {
        log.error(
          owner === consumer ? "the same name stands here twice" : "consumer '\(owner.name)' has this certificate, too",
          at: item, advice: owner === consumer ? "remove one of them" : "give each consumer certificates of its own")
      }
      callers.certificates[name] = consumer
    }
  }

  private func claim(
    _ digest: KeyDigest, by name: String, _ key: Setting, _ owners: inout [KeyDigest: (name: String, setting: Setting)]
  ) -> Bool {
    guard let owner = owners[digest] else {
      owners[digest] = (name, key)
      return true
    }
    if owner.name == name {
      log.error(
        "the same key is given twice, first at \(owner.setting.position)", at: key, advice: "remove one of them")
    } else {
      log.error(
        "consumer '\(owner.name)' has this key too, at \(owner.setting.position)", at: key,
        advice: "give each consumer keys of its own")
    }
    return false
  }

  private func digest(_ setting: Setting) -> KeyDigest? {
    guard let text = setting.text else { return nil }
    if case .digest(let hex) = SecretReference.Form(text) {
      if let digest = KeyDigest(hex: hex) { return digest }
      log.error(
        "'sha256:' is followed by 64 hexadecimal digits, not by \(hex.count) characters", at: setting,
        advice: "copy what `sluice keys create` prints")
      return nil
    }
    guard let key = SecretReference(compilation).secret(setting) else { return nil }
    // A key arrives in a header, where nothing else can stand.
    guard key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      log.error("the key has a blank or another character that cannot stand in a header", at: setting)
      return nil
    }
    warnIfShort(key, setting)
    return KeyDigest.sha256(of: key)
  }

  /// What can be tried out is no secret: 3 bytes at once, some more in days.
  private func warnIfShort(_ key: String, _ setting: Setting) {
    let count = key.utf8.count
    guard count < Self.safeLength else { return }
    let message = "the key has \(count) character\(count == 1 ? "" : "s"): it can be guessed"
    let advice = "use \(Self.safeLength) or more; `sluice keys create` makes one"
    if count < Self.minimumLength {
      log.error(message, at: setting, advice: advice)
    } else {
      log.warning(message, at: setting, advice: advice)
    }
  }

  /// A key of a consumer that the file has dropped must not outlive the consumer's restrictions, so it is refused.
  private func addStoredKeys(to callers: inout Callers, isDefinedByFile: Bool) {
    let stored = compilation.context.storedKeys
    callers.findings.file = log.file
    callers.findings.consumers = Set(callers.consumers.map(\.name))
    callers.findings.admitsOthers = !isDefinedByFile
    callers.findings.models = models.names
    if !isDefinedByFile {
      let others = callers.findings.others(stored)
      callers.consumers += others.sorted().map { Consumer(name: $0, models: nil) }
    }
    callers.issued = IssuedKeys(
      stored, consumers: callers.consumers, zone: limits.zone, keyedHash: compilation.context.keyedHash ?? { $0 })
  }

  /// Consumers as whom nobody can call unless the database has a key of theirs.
  private func keyless(_ setting: Setting?) -> [String: Problem] {
    var found: [String: Problem] = [:]
    for entry in setting?.entries ?? [] where !entry.setting.isInvalid {
      guard entry.setting["keys"] == nil || entry.setting["keys"]?.items.isEmpty == true,
        entry.setting["keys"]?.isInvalid != true, entry.setting["signing"] == nil, entry.setting["certificates"] == nil,
        !ways.mayName(entry.name)
      else { continue }
      found[entry.name] = log.possibleWarning(
        "nobody can call as '\(entry.name)': it has no key", atKeyOf: entry.setting,
        advice: "add 'keys', or `sluice keys create --consumer \(entry.name)`")
    }
    return found
  }
}

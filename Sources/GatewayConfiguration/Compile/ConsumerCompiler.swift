import GatewayCore

/// `consumers:` and the keys of the database → who may call.
struct ConsumerCompiler {
  struct Callers {
    var consumers: [Consumer] = []
    var keys: [KeyDigest: Consumer] = [:]
    var issued: IssuedKeys?
  }

  let compilation: Compilation
  /// Exact names and patterns; consumers may name these.
  let models: [String]
  let limits: LimitCompiler
  private let exact: Set<String>
  private let prefixes: [String]
  private var log: ProblemLog { compilation.log }

  init(_ compilation: Compilation, models: [String], limits: LimitCompiler) {
    self.limits = limits
    self.compilation = compilation
    self.models = models
    exact = Set(models.filter { !$0.hasSuffix("*") })
    prefixes = models.filter { $0.hasSuffix("*") }.map { String($0.dropLast()) }
  }

  func callers(_ setting: Setting?) -> Callers {
    var callers = Callers()
    var owners: [KeyDigest: (name: String, setting: Setting)] = [:]
    for entry in setting?.entries ?? [] where !entry.setting.isInvalid {
      let models = entry.setting["models"].map { ModelAllowList($0.items.compactMap(self.model)) }
      let consumer = Consumer(
        name: entry.name, models: models, limits: limits.limits(entry.setting["limits"], of: .consumer(entry.name)))
      callers.consumers.append(consumer)
      for key in entry.setting["keys"]?.items ?? [] {
        guard let digest = digest(key), claim(digest, by: entry.name, key, &owners) else { continue }
        callers.keys[digest] = consumer
      }
    }
    addStoredKeys(to: &callers, isDefinedByFile: setting?.entries.isEmpty == false)
    warnOfKeyless(setting, callers)
    return callers
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
    return KeyDigest.sha256(of: key)
  }

  private func model(_ setting: Setting) -> String? {
    guard let name = setting.text else { return nil }
    if let fault = SchemaNames.model.fault(name) {
      log.error(fault, at: setting)
      return nil
    }
    guard !isKnown(name) else { return name }
    let what = name.hasSuffix("*") ? "'\(name)' matches no model of this file" : "unknown model '\(name)'"
    log.error(what, at: setting, advice: NameSuggestion.advice(for: name, among: models.sorted(), what: "models are"))
    return nil
  }

  private func isKnown(_ name: String) -> Bool {
    guard name.hasSuffix("*") else { return exact.contains(name) || prefixes.contains(where: name.hasPrefix) }
    let prefix = name.dropLast()
    return exact.contains { $0.hasPrefix(prefix) } || prefixes.contains { $0.hasPrefix(prefix) || prefix.hasPrefix($0) }
  }

  /// A key of a consumer that the file has dropped must not outlive the consumer's restrictions, so it is refused.
  private func addStoredKeys(to callers: inout Callers, isDefinedByFile: Bool) {
    let stored = compilation.context.storedKeys
    guard !stored.isEmpty else { return }
    var known = Set(callers.consumers.map(\.name))
    var refused: Set<String> = []
    for key in stored where !known.contains(key.consumer) {
      if isDefinedByFile {
        refused.insert(key.consumer)
      } else {
        known.insert(key.consumer)
        callers.consumers.append(Consumer(name: key.consumer, models: nil))
      }
    }
    for name in refused.sorted() {
      log.warning(
        "keys of the database belong to consumer '\(name)', which is not in this file; they are refused", at: nil,
        path: "consumers", advice: "add the consumer, or revoke its keys")
    }
    if isDefinedByFile { warnOfLostModels(stored) }
    callers.issued = IssuedKeys(
      stored, consumers: callers.consumers, zone: limits.zone, keyedHash: compilation.context.keyedHash ?? { $0 })
  }

  /// A key that may use nothing else is refused from now on.
  private func warnOfLostModels(_ keys: [ActiveKey]) {
    var seen: Set<ObjectIdentifier> = []
    var lost: Set<String> = []
    for key in keys {
      guard let rules = key.rules, seen.insert(ObjectIdentifier(rules)).inserted else { continue }
      lost.formUnion(rules.rules.models.filter { !isKnown($0) })
    }
    guard let name = lost.min() else { return }
    let others = lost.count == 1 ? "" : " and \(lost.count - 1) more"
    log.warning(
      "keys of the database may use '\(name)'\(others), which this file does not have", at: nil, path: "models",
      advice: "add the model, or change the keys with `sluice keys update`")
  }

  private func warnOfKeyless(_ setting: Setting?, _ callers: Callers) {
    let stored = Set(compilation.context.storedKeys.map(\.consumer))
    for entry in setting?.entries ?? [] where !entry.setting.isInvalid {
      guard entry.setting["keys"] == nil || entry.setting["keys"]?.items.isEmpty == true, !stored.contains(entry.name),
        entry.setting["keys"]?.isInvalid != true
      else { continue }
      log.warning(
        "nobody can call as '\(entry.name)': it has no key", atKeyOf: entry.setting,
        advice: "add 'keys', or `sluice keys create --consumer \(entry.name)`")
    }
  }
}

import GatewayCore

/// `server:` and `storage:`.
struct ServerCompiler {
  /// Listens on every interface, unless nobody needs a key.
  static let defaultGateway = ListenAddress(host: "0.0.0.0", port: 8080)
  static let defaultOpenGateway = ListenAddress(host: "127.0.0.1", port: 8080)
  static let defaultAdmin = ListenAddress(host: "127.0.0.1", port: 8081)

  let compilation: Compilation
  /// The whole file; `nil` in no-file mode.
  let root: Setting?
  private var log: ProblemLog { compilation.log }
  private var server: Setting? { root?["server"] }

  init(_ compilation: Compilation, root: Setting?) {
    self.compilation = compilation
    self.root = root
  }

  func settings() -> ServerSettings {
    var settings = ServerSettings()
    if let limits = server?["limits"] { self.limits(limits, &settings.limits) }
    if let timeouts = server?["timeouts"] {
      timeouts.set("head", &settings.timeouts.head)
      timeouts.set("body", &settings.timeouts.body)
      timeouts.set("idle", &settings.timeouts.idle)
      timeouts.set("write", &settings.timeouts.write)
    }
    if let budget = server?["retryBudget"] {
      settings.retryBudget.ratio = budget["ratio"]?.number ?? settings.retryBudget.ratio
      settings.retryBudget.floor = budget["floor"]?.integer ?? settings.retryBudget.floor
    }
    if let health = server?["health"] { self.health(health, &settings.health) }
    settings.url = server?["gateway"]?["url"].flatMap(callersURL)
    settings.cors = (server?["gateway"]?["cors"]?.items ?? []).compactMap(origin)
    settings.tls = server?["tls"].flatMap(ListenerTLSCompiler(compilation).tls)
    settings.trustedProxies = trustedProxies(server?["gateway"])
    server?.set("drain", &settings.drain)
    settings.objects = server?["objects"]?.text.flatMap(ServerSettings.ObjectSharing.init) ?? settings.objects
    return settings
  }

  private func limits(_ setting: Setting, _ limits: inout ServerSettings.Limits) {
    limits.body = setting["body"]?.integer ?? limits.body
    limits.head = setting["head"]?.integer ?? limits.head
    limits.connections = setting["connections"]?.integer ?? limits.connections
    limits.answer = setting["answer"]?.integer ?? limits.answer
    limits.event = setting["event"]?.integer ?? limits.event
    limits.counters = setting["counters"]?.integer ?? limits.counters
    limits.message = setting["message"]?.integer ?? limits.message
  }

  private func health(_ setting: Setting, _ health: inout HealthPolicy) {
    health.failures = setting["failures"]?.integer ?? health.failures
    setting.set("setAside", &health.setAside)
    setting.set("maximum", &health.maximum)
    guard health.setAside > health.maximum else { return }
    log.error(
      "the first pause of \(DurationLiteral.format(health.setAside)) is longer than the maximum of "
        + DurationLiteral.format(health.maximum), at: setting["setAside"] ?? setting, advice: "raise 'maximum'")
  }

  private func origin(_ setting: Setting) -> String? {
    guard let text = setting.text else { return nil }
    if text == "*" { return text }
    let lower = text.lowercased()
    let rest = ["https://", "http://"].first(where: lower.hasPrefix).map { lower.dropFirst($0.count) }
    guard let rest, let (host, port) = HostText.split(rest), HostText.isHost(host),
      port.map({ HostText.port($0) != nil }) ?? true
    else {
      log.error(
        "'\(text)' is not an origin", at: setting, advice: "write it like https://app.example.com, without a path")
      return nil
    }
    return lower
  }

  private func callersURL(_ setting: Setting) -> String? {
    guard let url = EntranceCompiler.webURL(setting, log)?.text else { return nil }
    guard !url.hasSuffix("/v1") else {
      log.error("the URL ends with '/v1'", at: setting, advice: "leave it out: paths such as /v1/models come behind it")
      return nil
    }
    return url
  }

  private func trustedProxies(_ gateway: Setting?) -> TrustedProxies? {
    let items = gateway?["trustedProxies"]?.items ?? []
    if let field = gateway?["addressHeader"], items.isEmpty {
      log.warning("'addressHeader' has no effect without 'trustedProxies'", atKeyOf: field, advice: "remove it")
    }
    var ranges: [NetworkRange] = []
    for item in items {
      guard let text = item.text else { continue }
      do throws(KeyRuleFault) {
        let range = try NetworkRange(text)
        ranges.append(range)
        guard range.isEverything else { continue }
        log.warning(
          "'\(text)' trusts everybody: each caller can name any address as its own", at: item,
          advice: "name the addresses of your proxies")
      } catch {
        log.error("\(error)", at: item)
      }
    }
    guard !ranges.isEmpty else { return nil }
    let header = gateway?["addressHeader"]?.text.flatMap(TrustedProxies.Header.init(rawValue:))
    return TrustedProxies(ranges: ranges, header: header ?? .xForwardedFor)
  }

  /// - Parameters:
  ///   - needsKey: whether callers must show a key.
  ///   - zone: where the days of the ledger begin.
  func start(needsKey: Bool, zone: ZoneOffsets = .utc) -> StartSettings {
    let overrides = compilation.context.overrides
    let gateway = address(
      server?["gateway"]?["address"], flag: "--gateway", overrides.gateway,
      default: needsKey ? Self.defaultGateway : Self.defaultOpenGateway)
    let admin = address(
      server?["admin"]?["address"], flag: "--admin", overrides.admin, default: Self.defaultAdmin)
    let token = server?["admin"]?["token"]
    checkPlanes(gateway, admin, hasAccess: token != nil || server?["admin"]?["oidc"] != nil)
    let database = DatabaseCompiler(compilation, root?["storage"]).database()
    let ledger = ledger(zone)
    return StartSettings(
      gateway: gateway.address, admin: admin.address,
      adminToken: token.flatMap(SecretReference(compilation).secret).map { Secret($0) },
      database: database, shared: SharedStorageCompiler(compilation).shared(root?["storage"]), ledger: ledger,
      audit: AuditCompiler(compilation).settings(root?["audit"], files: database.files, hasLedger: ledger.isOn))
  }

  /// An address with the place to point to.
  private struct Listener {
    var address: ListenAddress
    var setting: Setting?
    /// The flag that it came from.
    var flag: String?
  }

  private func address(
    _ setting: Setting?, flag: String, _ override: String?, default fallback: ListenAddress
  ) -> Listener {
    do throws(LiteralFault) {
      if let override { return Listener(address: try ListenAddress.parse(override), flag: flag) }
      if let text = setting?.text { return Listener(address: try ListenAddress.parse(text), setting: setting) }
    } catch {
      if override != nil {
        log.error(error.message, at: nil, advice: error.advice, source: flag)
      } else if let setting {
        log.error(error.message, at: setting, advice: error.advice)
      }
    }
    return Listener(address: fallback, setting: setting)
  }

  private func checkPlanes(_ gateway: Listener, _ admin: Listener, hasAccess: Bool) {
    if gateway.address.overlaps(admin.address) {
      log.error(
        "the admin API cannot listen on \(admin.address): the gateway has \(gateway.address)",
        at: admin.setting?.position ?? gateway.setting?.position, path: admin.setting?.path ?? "server.admin.address",
        advice: "give one of them another port", source: admin.flag ?? gateway.flag)
    }
    guard !admin.address.isLoopback else { return }
    checkEncryption(admin)
    guard !hasAccess else { return }
    // Whether there is an administrator is known to the database only.
    log.warning(
      "the admin API listens on \(admin.address), where others can reach it, and has no token: it starts only when there is an "
        + "administrator",
      at: admin.setting?.position, path: admin.setting?.path ?? "server.admin.address",
      advice: "make one with `sluice admin create`, set server.admin.token, or listen on 127.0.0.1", source: admin.flag)
  }

  private func checkEncryption(_ listener: Listener) {
    let admin = server?["admin"]
    let isEnded = admin?["url"]?.text?.lowercased().hasPrefix("https://") == true
    guard admin?["tls"] == nil, !isEnded else { return }
    log.warning(
      "the admin API listens on \(listener.address) without TLS: whoever is in between reads passwords and tokens",
      at: listener.setting?.position, path: listener.setting?.path ?? "server.admin.address",
      advice: "set server.admin.tls; or let a proxy end TLS, and name its https:// URL in server.admin.url",
      source: listener.flag)
  }

  private func ledger(_ zone: ZoneOffsets) -> LedgerSettings {
    var settings = LedgerSettings()
    settings.zone = zone
    guard let storage = root?["storage"] else { return settings }
    settings.isOn = storage["ledger"]?.flag ?? settings.isOn
    settings.journal = storage["journal"]?.integer ?? settings.journal
    storage["retention"]?.set("exchanges", &settings.retention.exchanges)
    storage["retention"]?.set("hours", &settings.retention.hours)
    storage["retention"]?.set("days", &settings.retention.days)
    warn(of: settings, storage)
    return settings
  }

  private func warn(of settings: LedgerSettings, _ storage: Setting) {
    guard settings.isOn else {
      for name in ["journal", "retention"] {
        guard let field = storage[name] else { continue }
        log.warning(
          "'\(name)' has no effect: the ledger is off", atKeyOf: field, advice: "remove it, or storage.ledger")
      }
      return
    }
    let (retention, field) = (settings.retention, storage["retention"])
    let finer = max(retention.hours, retention.exchanges)
    guard retention.days < finer, let place = field?["days"] ?? field?["hours"] ?? field?["exchanges"] else { return }
    // The sums by day are what `sluice usage` reads of a month or a year.
    let what = retention.hours >= retention.exchanges ? "sums by hour" : "exchanges"
    log.warning(
      "sums by day are kept for \(DurationLiteral.format(retention.days)), and \(what) for longer, "
        + "\(DurationLiteral.format(finer)): the usage of a day is gone before them", at: place,
      advice: "keep days for at least \(DurationLiteral.format(finer))")
  }
}

extension Setting {
  /// Puts a duration in the place of its default.
  func set(_ name: String, _ duration: inout Duration) {
    if let value = self[name]?.duration { duration = value }
  }
}

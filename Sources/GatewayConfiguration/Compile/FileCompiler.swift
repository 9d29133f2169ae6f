import Foundation
import GatewayCore
import GatewayProviders

/// The settings of one file → a snapshot.
struct FileCompiler {
  let compilation: Compilation
  let root: Setting
  /// nil in no-file mode.
  let file: String?
  /// Whether what providers have is offered beside the models of `root`: where the file itself names none.
  let offersOwnModels: Bool
  /// In no-file mode.
  let found: EnvironmentProviders?
  private let costs = CostLimits()
  private let quotas = QuotaLimits()
  private var log: ProblemLog { compilation.log }

  init(
    _ compilation: Compilation, root: Setting, file: String?, offersOwnModels: Bool, found: EnvironmentProviders? = nil
  ) {
    self.compilation = compilation
    self.root = root
    self.file = file
    self.offersOwnModels = offersOwnModels
    self.found = found
  }

  func compile() -> LoadResult {
    var result = compiled()
    let server = root["server"]
    for tls in [server?["tls"], server?["admin"]?["tls"]] {
      for name in ["certificate", "key", "clientCA"] {
        guard let text = tls?[name]?.text, case .file(let path) = SecretReference.Form(text) else { continue }
        result.watched.append(compilation.resolve(path))
      }
    }
    return result
  }

  private func compiled() -> LoadResult {
    let server = ServerCompiler(compilation, root: root)
    let settings = server.settings()
    let zone = self.zone()
    let traces = file == nil ? TraceCompiler(compilation).found() : traces()
    let cache = CacheCompiler.settings(root["cache"])
    CacheCompiler.check(root["cache"], cache, log: log)
    let media = MediaCompiler(log: log).settings(root["media"])
    let conversations = ConversationCompiler(compilation, root: root).settings()
    let found = self.found?.providers(health: settings.health) ?? []
    let providers = found + ProviderCompiler(compilation, health: settings.health).providers(root["providers"])
    let providerNames = found.map(\.name) + (root["providers"]?.entries.map(\.name) ?? [])
    let presets = self.presets(found)
    var pool = TargetPool(providers: providers, context: compilation.context, policy: settings.health)
    let known = knownModels(presets)
    var routes: [ModelRoute] = []
    var names: [String] = []
    if let models = root["models"] {
      names = models.entries.map(\.name)
      routes = self.routes(models, presets, pool, zone, providers: providerNames)
      if !offersOwnModels { warnOfUnused(models) }
    }
    if offersOwnModels {
      let own = ProviderModels(providers: providers, models: known, presets: presets).routes(&pool)
        .filter { !names.contains($0.name) }
      routes += own
      names += own.map(\.name)
    }
    let ways = WaysIn(root["authentication"])
    let limits = limitCompiler(names, zone)
    let allowed = AllowedModels(log: log, models: names)
    let tenancy = TenantCompiler(log: log, models: allowed, limits: limits, routes: routes)
    let tenants = tenancy.tenants(root)
    var consumers = ConsumerCompiler(
      compilation, models: allowed, limits: limits, tenancy: (tenancy, tenants), ways: ways,
      asksForCertificates: root["server"]?["tls"]?["clientCA"] != nil)
    consumers.admitsOthers = file == nil
    var callers = consumers.callers(root["consumers"])
    callers.findings.notTaken = keysNotTaken(ways)
    let prices = PriceCompiler(
      log: log, zone: zone, providers: providerNames,
      moment: compilation.context.createdAt
    ).list(root["prices"])
    let forEveryone = limits.limits(root["limits"], of: .everyone)
    var forProviders: [String: [Limit]] = [:]
    for entry in root["providers"]?.entries ?? [] {
      guard let setting = entry.setting["limits"] else { continue }
      forProviders[entry.name] = limits.limits(setting, of: .provider(entry.name))
    }
    // In no-file mode there is always the first key.
    let needsKey = file == nil || !callers.consumers.isEmpty || root["consumers"]?.entries.isEmpty == false
    let start = server.start(needsKey: needsKey, zone: zone)
    let entrance = EntranceCompiler(compilation, root: root).entrance(address: start.admin)
    let ofTenants = tenants.teams.flatMap(\.limits) + tenants.organisations.flatMap(\.limits)
    let counted =
      forEveryone + callers.consumers.flatMap(\.limits) + ofTenants + routes.flatMap(\.limits)
      + forProviders.values.flatMap { $0 }
    let authentication = AuthenticationCompiler(
      compilation, root: root, consumers: callers.consumers, tenants: tenants
    ).authentication(countedClaims: Self.claims(counted))
    if !needsKey { checkOpen(start) }
    guard !log.hasErrors else {
      let isStorageWrong = log.problems.contains { $0.severity == .error && $0.path.hasPrefix("storage") }
      return LoadResult(
        snapshot: nil, start: nil, database: isStorageWrong ? nil : start.database, routes: [], problems: log.problems,
        source: file, findings: callers.findings, keys: compilation.context.storedKeys)
    }
    costs.check(routes, callers.consumers, tenants, prices: prices, log: log)
    let listed = routes + KnownNames(models: known, presets: presets).routes(besides: routes)
    let snapshot = GatewaySnapshot(
      revision: compilation.context.revision, createdAt: compilation.context.createdAt, server: settings,
      media: media, conversations: conversations, traces: traces, providers: providers,
      models: ModelTable(routes: listed),
      consumers: callers.consumers, tenants: tenants, keys: callers.keys, certificates: callers.certificates,
      issuedKeys: callers.issued, isOpen: !needsKey, limits: forEveryone, providerLimits: forProviders, prices: prices,
      quotas: quotas.limits, authentication: authentication, cache: cache)
    var result = LoadResult(
      snapshot: snapshot, start: start, database: start.database, routes: routes, problems: log.problems, source: file,
      findings: callers.findings, keys: compilation.context.storedKeys)
    result.entrance = entrance
    return result
  }

  private func traces() -> TraceSettings? {
    if let setting = root["telemetry"], !setting.isInvalid, setting["traces"] == nil {
      log.warning("'telemetry' has no effect: it names no 'traces'", atKeyOf: setting, advice: "remove it")
    }
    return TraceCompiler(compilation).settings(root["telemetry"]?["traces"])
  }

  private func keysNotTaken(_ ways: WaysIn) -> Problem? {
    guard let setting = root["authentication"], !setting.isInvalid, !ways.takeKeys else { return nil }
    return log.possibleWarning(
      "the keys of the database let nobody in: 'authentication' does not name 'keys'", atKeyOf: setting,
      advice: "add 'keys', or revoke them")
  }

  private func limitCompiler(_ models: [String], _ zone: ZoneOffsets) -> LimitCompiler {
    var compiler = LimitCompiler(log: log, zone: zone, models: models, costs: costs, quotas: quotas)
    if root["teams"]?.entries.isEmpty == false { compiler.tenants.insert(.team) }
    if root["organisations"]?.entries.isEmpty == false { compiler.tenants.insert(.organisation) }
    compiler.takesClaims = WaysIn(root["authentication"]).takeTokens
    let shared = root["storage"]?["shared"]
    compiler.countsInMemory = shared.map { $0.text == "memory" } ?? true
    return compiler
  }

  /// That limits count by.
  private static func claims(_ limits: [Limit]) -> [String] {
    Set(
      limits.compactMap { limit -> String? in
        guard case .claim(let name) = limit.key else { return nil }
        return name
      }
    ).sorted()
  }

  /// Of `timeZone`.
  private func zone() -> ZoneOffsets {
    guard let setting = root["timeZone"], let name = setting.text else { return .utc }
    let moment = compilation.context.createdAt
    if let zone = ZoneOffsets(named: name, around: moment) { return zone }
    log.error(
      "unknown time zone '\(name)'", at: setting,
      advice: NameSuggestion.advice(
        for: name, among: TimeZone.knownTimeZoneIdentifiers, what: "write a name such as Europe/Berlin;"))
    return .utc
  }

  private func presets(_ found: [Provider]) -> [String: ProviderPreset] {
    let entries = root["providers"]?.entries ?? []
    let kinds =
      found.map { ($0.name, $0.kind) }
      + entries.compactMap { entry in entry.setting["kind"]?.text.map { (entry.name, $0) } }
    return Dictionary(
      kinds.compactMap { name, kind in ProviderCatalogue.preset(kind: kind).map { (name, $0) } }
    ) { first, _ in first }
  }

  private func knownModels(_ presets: [String: ProviderPreset]) -> [String: [String]] {
    presets.mapValues { $0.models.map(\.name) }.merging(compilation.context.discovered) { $1 }
  }

  private func routes(
    _ models: Setting, _ presets: [String: ProviderPreset], _ pool: TargetPool, _ zone: ZoneOffsets,
    providers: [String]
  ) -> [ModelRoute] {
    let reader = ModelReader(
      log: log, providers: providers, models: models.entries.map(\.name),
      limits: limitCompiler(models.entries.map(\.name), zone))
    let drafts = models.entries.compactMap { reader.draft($0.name, $0.setting) }
    if case .map(let entries) = models.value, entries.isEmpty, !log.hasErrors {
      log.warning(
        "there is no model until the admin API adds one", atKeyOf: models,
        advice: "name one, or remove the key to offer the providers' own")
    }
    guard let order = ModelGraph(drafts, log: log).order() else { return [] }
    var types = ModelTypes(log: log, presets: presets)
    types.assign(order)
    guard !log.hasErrors else { return [] }
    var unreachable = UnreachableTargets(log: log)
    unreachable.check(order)
    var builder = RouteBuilder(pool)
    return builder.build(order, types: types.types).sorted { $0.name < $1.name }
  }

  private func warnOfUnused(_ models: Setting) {
    guard !log.hasErrors else { return }
    var used: Set<String> = []
    for model in models.entries {
      let lists = [model.setting["targets"]] + (model.setting["split"]?.items ?? []).map { $0["targets"] }
      for step in lists.compactMap({ $0 }).flatMap(\.items) {
        used.insert(step["provider"]?.text ?? String((step.text ?? "").prefix { $0 != "/" }))
      }
    }
    for provider in root["providers"]?.entries ?? [] where !used.contains(provider.name) {
      log.warning("no model uses provider '\(provider.name)'", atKeyOf: provider.setting)
    }
  }

  /// Without a consumer everybody who reaches the gateway may call, so only this machine may reach it.
  private func checkOpen(_ start: StartSettings) {
    if let authentication = root["authentication"] {
      log.error(
        "'authentication' lets nobody in: no consumer is configured", atKeyOf: authentication,
        advice: "add whom it lets in to 'consumers', or remove it")
      return
    }
    let address = root["server"]?["gateway"]?["address"]
    guard start.gateway.isLoopback else {
      log.error(
        "the gateway listens on \(start.gateway), where others can reach it, but asks nobody for a key",
        at: compilation.context.overrides.gateway == nil ? address?.position : nil,
        path: "server.gateway.address", advice: "add a consumer with a key, or listen on 127.0.0.1",
        source: compilation.context.overrides.gateway == nil ? nil : "--gateway")
      return
    }
    guard !log.hasErrors else { return }
    log.warning(
      "no consumer is configured: everybody on this machine may call, and the gateway listens on \(start.gateway) only",
      at: nil, path: "consumers", advice: "add a consumer with a key")
  }
}

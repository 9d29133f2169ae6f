import GatewayCore

/// `organisations:`, `teams:` and `roles:` → those that consumers belong to.
struct TenantCompiler {
  let log: ProblemLog
  let models: AllowedModels
  let limits: LimitCompiler
  /// Every model and pattern of the file; empty where they have mistakes.
  let routes: [ModelRoute]

  func tenants(_ root: Setting) -> Tenants {
    let organisations = self.organisations(root["organisations"])
    let teams = self.teams(root["teams"], among: organisations)
    let roles = (root["roles"]?.entries ?? []).compactMap(role)
    warnOfEmpty(root["organisations"], teams)
    return Tenants(organisations: organisations, teams: teams, roles: roles)
  }

  private func organisations(_ setting: Setting?) -> [Organisation] {
    (setting?.entries ?? []).compactMap { entry in
      guard !entry.setting.isInvalid else { return nil }
      return Organisation(
        name: entry.name, models: models.list(entry.setting["models"]),
        limits: limits.limits(entry.setting["limits"], of: .organisation(entry.name)),
        cache: CacheCompiler.rule(entry.setting["cache"]), conversations: entry.setting["conversations"]?.flag)
    }
  }

  private func teams(_ setting: Setting?, among organisations: [Organisation]) -> [Team] {
    (setting?.entries ?? []).compactMap { entry in
      guard !entry.setting.isInvalid else { return nil }
      var organisation: Organisation?
      if let named = entry.setting["organisation"], let name = named.text {
        organisation = organisations.first { $0.name == name }
        if organisation == nil { unknown("organisation", named, among: organisations.map(\.name)) }
      }
      let own = models.list(entry.setting["models"])
      if let own, let outer = organisation?.models, !log.hasErrors, !own.overlaps(outer),
        let place = entry.setting["models"]
      {
        log.warning(
          "organisation '\(organisation?.name ?? "")' allows none of the models of team '\(entry.name)'", at: place,
          advice: "add them to the organisation, or name others")
      }
      return Team(
        name: entry.name, organisation: organisation, models: own,
        limits: limits.limits(entry.setting["limits"], of: .team(entry.name)),
        cache: CacheCompiler.rule(entry.setting["cache"]), conversations: entry.setting["conversations"]?.flag)
    }
  }

  private func role(_ name: String, _ setting: Setting) -> Role? {
    guard !setting.isInvalid else { return nil }
    guard setting["surfaces"] != nil || setting["models"] != nil else {
      log.error("role '\(name)' allows nothing", atKeyOf: setting, advice: "name its 'surfaces', its 'models' or both")
      return nil
    }
    var selections: [SurfaceSelection] = []
    for item in setting["surfaces"]?.items ?? [] {
      guard let text = item.text else { continue }
      do throws(KeyRuleFault) {
        selections.append(try SurfaceSelection(text))
      } catch {
        let near = nearestNames(to: text, among: SurfaceSelection.names, limit: 1).first
        log.error(
          "unknown surface '\(text)'", at: item,
          advice: near.map { "did you mean '\($0)'?" }
            ?? "name \(SurfaceSelection.kindNames.joined(separator: ", ")), or one by its name in the access log")
      }
    }
    let role = Role(name: name, surfaces: selections, models: models.list(setting["models"]))
    if !log.hasErrors, isIdle(role) {
      let types = Set((role.surfaces ?? []).map(\.modelType.rawValue)).sorted().joined(separator: ", ")
      log.error(
        "role '\(name)' allows nothing: none of its models is of the type that its surfaces call (\(types))",
        atKeyOf: setting, advice: "name such models, or other surfaces")
    }
    return role
  }

  /// Whether its surfaces call models only, and none of those that it has.
  private func isIdle(_ role: Role) -> Bool {
    guard let surfaces = role.surfaces, let models = role.models, !surfaces.contains(where: \.keepsObjects),
      !routes.isEmpty
    else { return false }
    let types = Set(surfaces.map(\.modelType))
    return !routes.contains { route in
      guard types.contains(route.type) else { return false }
      return route.name.hasSuffix("*") ? models.overlaps(ModelAllowList([route.name])) : models.contains(route.name)
    }
  }

  private func warnOfEmpty(_ setting: Setting?, _ teams: [Team]) {
    guard !log.hasErrors else { return }
    for entry in setting?.entries ?? [] where !entry.setting.isInvalid {
      guard !teams.contains(where: { $0.organisation?.name == entry.name }) else { continue }
      log.warning(
        "no team belongs to organisation '\(entry.name)'", atKeyOf: entry.setting,
        advice: "add organisation: \(entry.name) to a team, or remove it")
    }
  }

  func unknown(_ what: String, _ setting: Setting, among known: [String]) {
    let name = setting.text ?? ""
    log.error(
      "unknown \(what) '\(name)'", at: setting,
      advice: NameSuggestion.advice(for: name, among: known.sorted(), what: "\(what)s are")
        ?? "add it under '\(what)s'")
  }
}

/// What a consumer of the file belongs to.
extension TenantCompiler {
  func team(_ setting: Setting?, in tenants: Tenants) -> Team? {
    guard let setting, let name = setting.text else { return nil }
    if let team = tenants.team(named: name) { return team }
    unknown("team", setting, among: tenants.teams.map(\.name))
    return nil
  }

  func roles(_ setting: Setting?, in tenants: Tenants) -> RolePolicy? {
    guard let setting else { return nil }
    var roles: [Role] = []
    for item in setting.items {
      guard let name = item.text else { continue }
      guard let role = tenants.role(named: name) else {
        unknown("role", item, among: tenants.roles.map(\.name))
        continue
      }
      if roles.contains(where: { $0 === role }) {
        log.error("role '\(name)' is named twice", at: item, advice: "remove one")
        continue
      }
      roles.append(role)
    }
    return roles.isEmpty ? nil : RolePolicy(roles)
  }

  /// A consumer that can call nothing, because others forbid all that it may use.
  func warnOfUnreachable(_ consumer: Consumer, _ setting: Setting) {
    guard !log.hasErrors else { return }
    let own = consumer.models
    let outer: [(who: String, models: ModelAllowList?)] = [
      ("team '\(consumer.team?.name ?? "")'", consumer.team?.models),
      ("organisation '\(consumer.team?.organisation?.name ?? "")'", consumer.team?.organisation?.models),
    ]
    if let own {
      for (who, models) in outer {
        guard let models, !own.overlaps(models), let place = setting["models"] else { continue }
        log.warning(
          "\(who) allows none of the models of consumer '\(consumer.name)'", at: place,
          advice: "add them to the \(who.prefix { $0 != " " }), or name others")
        return
      }
    }
    guard let roles = consumer.roles, let place = setting["roles"] else { return }
    for (who, models) in outer + [("consumer '\(consumer.name)'", own)] {
      guard let models else { continue }
      let fits = roles.roles.contains { $0.models?.overlaps(models) ?? true }
      guard !fits else { continue }
      log.warning(
        "\(who) allows none of the models of the roles of consumer '\(consumer.name)'", at: place,
        advice: "add them to the \(who.prefix { $0 != " " }), or name other roles")
      return
    }
  }
}

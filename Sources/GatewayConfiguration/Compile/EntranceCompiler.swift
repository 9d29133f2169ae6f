import GatewayCore
import GatewayProviders

/// `server.admin.url`, `server.admin.oidc` and `server.admin.tls`.
struct EntranceCompiler {
  let compilation: Compilation
  /// The whole file.
  let root: Setting
  private var log: ProblemLog { compilation.log }
  private var admin: Setting? { root["server"]?["admin"] }

  init(_ compilation: Compilation, root: Setting) {
    self.compilation = compilation
    self.root = root
  }

  /// - Parameter address: where the admin plane listens.
  func entrance(address: ListenAddress) -> AdminEntrance {
    AdminEntrance(
      url: admin?["url"].flatMap { Self.webURL($0, log) }, provider: admin?["oidc"].flatMap { provider($0, address) },
      tls: admin?["tls"].flatMap(ListenerTLSCompiler(compilation).tls))
  }

  /// Where something is reached from outside.
  static func webURL(_ setting: Setting, _ log: ProblemLog) -> ConsoleURL? {
    guard let text = setting.text else { return nil }
    if text.contains("?") {
      log.error("the URL has a '?' part", at: setting, advice: "leave it out")
      return nil
    }
    if text.contains("@") {
      log.error("the URL holds a user name or a password", at: setting, advice: "leave it out")
      return nil
    }
    do throws(UpstreamURL.Problem) {
      return ConsoleURL(try UpstreamURL.parse(text))
    } catch {
      log.error(error.sentence, at: setting)
      return nil
    }
  }

  private func provider(_ setting: Setting, _ address: ListenAddress) -> SignInProvider? {
    guard !setting.isInvalid else { return nil }
    if !address.isLoopback, admin?["url"] == nil {
      log.error(
        "'server.admin.url' is missing: the provider must know where to send browsers back to", atKeyOf: setting,
        advice: "name the URL at which browsers reach the console")
    }
    var leeway: Duration = .seconds(30)
    setting.set("leeway", &leeway)
    let scopes = scopes(setting)
    let roles = roles(setting["roles"])
    let secret = setting["clientSecret"].flatMap { SecretReference(compilation).secret($0) }
    let takesPasswords = setting["passwords"]?.text != "refuse"
    if !takesPasswords, let roles, roles.administrators.isEmpty, let field = setting["passwords"] {
      log.warning(
        "nobody can sign in as administrator: no claim gives that role, and passwords are refused", at: field,
        advice: "name who may in roles.administrator")
    }
    guard let issuer = setting["issuer"]?.text, let discovery = discovery(setting),
      let clientID = setting["clientID"]?.text, let roles
    else { return nil }
    return SignInProvider(
      issuer: issuer, discovery: discovery, clientID: clientID, clientSecret: secret.map { Secret($0) },
      name: name(setting) ?? discovery.endpoint.host, scopes: scopes, user: setting["user"]?.text, roles: roles,
      takesPasswords: takesPasswords, leeway: leeway)
  }

  private func discovery(_ setting: Setting) -> IssuerServer? {
    guard let issuer = setting["issuer"], let text = issuer.text else { return nil }
    if text.contains("?") {
      log.error("an issuer has no '?' part", at: issuer, advice: "write it as the provider's documents do")
      return nil
    }
    let risk = "whoever is in between can put in keys, and sign in as anybody"
    return TokenCompiler.server(
      IssuerURL.discovery(of: text), at: issuer, authority: setting["tls"]?["ca"], risk: risk, compilation)
  }

  private func name(_ setting: Setting) -> String? {
    guard let field = setting["name"], let text = field.text else { return nil }
    let isFine =
      (1...64).contains(text.count) && text.utf8.count <= 256
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    if !isFine { log.error("a name has 1 to 64 characters, none of them a control character", at: field) }
    return text
  }

  private func scopes(_ setting: Setting) -> [String] {
    guard let field = setting["scopes"] else { return SignInProvider.standardScopes }
    let scopes = field.items.compactMap(\.text)
    for item in field.items where !TokenCompiler.isScope(item.text ?? "") {
      log.error(
        "'\(item.text ?? "")' is no scope: it has a blank or another character that none can have", at: item,
        advice: "write each scope by itself")
    }
    if !field.isInvalid, !field.items.isEmpty, !scopes.contains("openid") {
      log.error("'openid' is missing: without it there is no ID token", at: field, advice: "add it")
    }
    return scopes
  }

  private func roles(_ setting: Setting?) -> RoleClaims? {
    guard let setting, !setting.isInvalid else { return nil }
    var roles = RoleClaims(claim: setting["claim"]?.text ?? "groups")
    if let claim = setting["claim"], roles.claim.utf8.count > 200 || roles.claim.isEmpty {
      log.error("the claim's name has 1 to 200 bytes", at: claim)
    }
    func values(_ name: String) -> Set<String> { Set(setting[name]?.items.compactMap(\.text) ?? []) }
    roles.administrators = values("administrator")
    roles.operators = values("operator")
    roles.viewers = values("viewer")
    let teams = root["teams"]?.entries.map(\.name) ?? []
    for entry in setting["teamAdministrator"]?.entries ?? [] {
      guard let team = entry.setting.text else { continue }
      roles.leads.append(RoleClaims.Lead(value: entry.name, team: team))
      if !teams.contains(team) {
        log.error(
          "unknown team '\(team)'", at: entry.setting,
          advice: NameSuggestion.advice(for: team, among: teams, what: "teams are") ?? "define it in 'teams'")
      }
    }
    if roles.isEmpty, !log.hasErrors {
      log.error(
        "no value of '\(roles.claim)' gives a role: nobody could sign in", atKeyOf: setting,
        advice: "name values in administrator, operator, teamAdministrator or viewer")
    }
    return roles
  }
}

import GatewayCore
import GatewayProviders

/// `authentication[].jwt` and `authentication[].introspection`.
struct TokenCompiler {
  private let compilation: Compilation
  private let root: Setting
  private let consumers: [Consumer]
  private var log: ProblemLog { compilation.log }

  init(_ parent: AuthenticationCompiler) {
    compilation = parent.compilation
    root = parent.root
    consumers = parent.consumers
  }

  func jwt(_ setting: Setting) -> TokenIssuer? {
    guard !setting.isInvalid else { return nil }
    var leeway: Duration = .seconds(30)
    setting.set("leeway", &leeway)
    let named = setting["algorithms"]?.items.compactMap { $0.text.flatMap(SignatureAlgorithm.init) }
    let algorithms = Set(named ?? SignatureAlgorithm.allCases)
    let demands = demands(setting)
    guard let keys = keys(setting, algorithms), let demands else { return nil }
    return TokenIssuer(demands: demands, keys: keys, algorithms: algorithms, leeway: leeway)
  }

  func introspection(_ setting: Setting) -> Introspection? {
    guard !setting.isInvalid else { return nil }
    var cache: Duration = .seconds(30)
    var timeout: Duration = .seconds(2)
    setting.set("cache", &cache)
    setting.set("timeout", &timeout)
    let demands = demands(setting)
    let secret = setting["clientSecret"].flatMap { SecretReference(compilation).secret($0) }
    guard let url = setting["url"], let text = url.text,
      let server = server(
        text, at: url, setting, risk: "tokens and the client's secret go over the network unencrypted"),
      let clientID = setting["clientID"]?.text, let secret, let demands
    else { return nil }
    return Introspection(
      demands: demands, server: server, clientID: clientID, clientSecret: Secret(secret), cache: cache, timeout: timeout
    )
  }

  // MARK: Keys

  private func keys(_ setting: Setting, _ algorithms: Set<SignatureAlgorithm>) -> TokenIssuer.Keys? {
    var refresh: Duration = .seconds(600)
    setting.set("refresh", &refresh)
    guard let field = setting["keys"] else { return discovered(setting, refresh) }
    guard let text = field.text else { return nil }
    if text.hasPrefix("http://") || text.hasPrefix("https://") {
      let risk = "whoever is in between can put in keys, and let anybody in"
      return server(text, at: field, setting, risk: risk).map {
        .fetched(KeySetAddress(server: $0, refresh: refresh))
      }
    }
    for name in ["refresh", "tls"] {
      guard let stray = setting[name] else { continue }
      log.error("'\(name)' has no effect: the keys come from no URL", atKeyOf: stray, advice: "remove it")
    }
    if SecretReference.Form(text) == .literal {
      log.error(
        "expected a URL or a reference", at: field,
        advice: "write https://…, or file:\(text.contains("\n") || text.count > 100 ? "PATH" : text)")
      return nil
    }
    guard let content = SecretReference(compilation).content(field) else { return nil }
    do throws(KeySet.Problem) {
      let keys = try KeySet(content.utf8)
      guard algorithms.isEmpty || algorithms.contains(where: { !keys.keys(for: $0, id: nil).isEmpty }) else {
        log.error(
          "none of the keys verifies \(algorithms.map(\.rawValue).sorted().joined(separator: ", "))", at: field,
          advice: "name the algorithms of the keys")
        return nil
      }
      return .document(content)
    } catch {
      log.error("the keys in '\(text)' cannot be used: \(error.sentence)", at: field)
      return nil
    }
  }

  /// OpenID Connect Discovery §4.
  private func discovered(_ setting: Setting, _ refresh: Duration) -> TokenIssuer.Keys? {
    guard let issuer = setting["issuer"], let text = issuer.text else {
      if setting["issuer"] == nil {
        log.error(
          "'keys' is missing", atKeyOf: setting,
          advice: "name the URL of a JSON Web Key Set or file:PATH, or an issuer that tells them")
      }
      return nil
    }
    guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
      log.error(
        "'keys' is missing: the issuer is no URL that could be asked for them", atKeyOf: setting,
        advice: "name the URL of a JSON Web Key Set, or file:PATH")
      return nil
    }
    let risk = "whoever is in between can put in keys, and let anybody in"
    return server(IssuerURL.discovery(of: text), at: issuer, setting, risk: risk).map {
      .fetched(KeySetAddress(server: $0, discovers: text, refresh: refresh))
    }
  }

  private func server(_ text: String, at field: Setting, _ setting: Setting, risk: String) -> IssuerServer? {
    Self.server(text, at: field, authority: setting["tls"]?["ca"], risk: risk, compilation)
  }

  /// - Parameters:
  ///   - authority: of a private certificate.
  ///   - risk: of a URL without TLS.
  static func server(
    _ text: String, at field: Setting, authority: Setting?, risk: String, _ compilation: Compilation
  ) -> IssuerServer? {
    let log = compilation.log
    do throws(UpstreamURL.Problem) {
      let plain = try IssuerURL.parse(text)
      if !plain.endpoint.isTLS, !plain.endpoint.isLoopback {
        log.warning(risk, at: field, advice: "write https://")
      }
      guard let authority else { return plain }
      let certificates = ProviderCompiler.authority(authority, isTLS: plain.endpoint.isTLS, compilation)
      return IssuerServer(endpoint: plain.endpoint, target: plain.target, privateCA: certificates)
    } catch {
      log.error(error.sentence, at: field)
      return nil
    }
  }

  // MARK: What a token must say

  private func demands(_ setting: Setting) -> TokenDemands? {
    let place = setting["from"].map(place) ?? .bearer
    guard let whom = whom(setting), let place else { return nil }
    for scope in setting["scopes"]?.items ?? [] where !Self.isScope(scope.text ?? "") {
      log.error(
        "'\(scope.text ?? "")' is no scope: it has a blank or another character that none can have", at: scope,
        advice: "write each scope by itself")
    }
    let claims = setting["claims"]
    for name in ["consumer", "team", "roles"] {
      guard let claim = claims?[name], let text = claim.text else { continue }
      if text.utf8.count > 200 { log.error("the claim's name is longer than 200 bytes", at: claim) }
    }
    return TokenDemands(
      issuer: setting["issuer"]?.text, audience: setting["audience"]?.items.compactMap(\.text) ?? [],
      scopes: setting["scopes"]?.items.compactMap(\.text) ?? [], whom: whom, team: claims?["team"]?.text,
      roles: claims?["roles"]?.text, place: place)
  }

  private func whom(_ setting: Setting) -> TokenDemands.Whom? {
    switch (setting["consumer"], setting["claims"]?["consumer"]) {
    case (nil, nil):
      log.error(
        "it is not said whom a token lets in", atKeyOf: setting,
        advice: "write consumer: NAME for all, or claims: { consumer: CLAIM } for a claim that names the consumer")
      return nil
    case (let fixed?, .some):
      log.error(
        "both 'consumer' and 'claims.consumer' say whom a token lets in", atKeyOf: fixed, advice: "remove one of them")
      return nil
    case (let fixed?, nil):
      guard let name = fixed.text else { return nil }
      if consumers.contains(where: { $0.name == name }) { return .consumer(name) }
      log.error(
        "unknown consumer '\(name)'", at: fixed,
        advice: NameSuggestion.advice(for: name, among: consumers.map(\.name), what: "consumers are"))
      return nil
    case (nil, let claim?): return claim.text.map { .claim($0) }
    }
  }

  static func isScope(_ text: String) -> Bool {
    // RFC 6749 §3.3.
    text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
  }

  private func place(_ setting: Setting) -> TokenDemands.Place? {
    guard let text = setting.text else { return nil }
    if text == "bearer" { return .bearer }
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2, ["header", "cookie", "query"].contains(parts[0]) else {
      log.error(
        "'\(text)' is no place for a token", at: setting,
        advice: "write bearer, header:NAME, cookie:NAME or query:NAME")
      return nil
    }
    guard parts[0] == "header" else {
      let isPlain = parts[1].utf8.allSatisfy {
        $0 > 0x20 && $0 < 0x7F && !";=&".utf8.contains($0)
      }
      if isPlain { return parts[0] == "query" ? .query(parts[1]) : .cookie(parts[1]) }
      log.error("'\(parts[1])' is no name of a \(parts[0] == "query" ? "query parameter" : "cookie")", at: setting)
      return nil
    }
    let name = parts[1].lowercased()
    guard HeaderText.isValidName(name) else {
      log.error("'\(parts[1])' is no header's name", at: setting)
      return nil
    }
    guard !goesToProviders(name) else {
      log.error(
        "the header '\(name)' goes on to providers, and a token must not", at: setting, advice: "use another header")
      return nil
    }
    return .header(name)
  }

  private func goesToProviders(_ name: String) -> Bool {
    let always = Array(name.utf8).withUnsafeBytes { bytes in
      Dialect.allCases.contains { ForwardedHeaders.goesUpstream(bytes, dialect: $0) }
    }
    let forwarded = (root["providers"]?.entries ?? []).flatMap { $0.setting["forwardHeaders"]?.items ?? [] }
    return always || forwarded.contains { $0.text?.lowercased() == name }
  }
}

import GatewayCore
import GatewayProviders

/// `authentication:` and the signing keys of `consumers:`.
struct AuthenticationCompiler {
  let compilation: Compilation
  /// The whole file.
  let root: Setting
  let consumers: [Consumer]
  let tenants: Tenants
  var log: ProblemLog { compilation.log }

  init(_ compilation: Compilation, root: Setting, consumers: [Consumer], tenants: Tenants) {
    self.compilation = compilation
    self.root = root
    self.consumers = consumers
    self.tenants = tenants
  }

  /// - Parameter countedClaims: that limits count by.
  func authentication(countedClaims: [String]) -> Authentication {
    let ways = WaysIn(root["authentication"])
    let signingKeys = self.signingKeys()
    guard let setting = root["authentication"], !setting.isInvalid else {
      checkUnused(ways, signingKeys)
      return Authentication(methods: [.keys], consumers: consumers)
    }
    let methods = setting.items.compactMap(method)
    refuseTwice(setting)
    checkUnused(ways, signingKeys)
    return Authentication(
      methods: methods, consumers: consumers, tenants: tenants, signingKeys: signingKeys, countedClaims: countedClaims)
  }

  private func method(_ setting: Setting) -> AuthenticationMethod? {
    if let name = setting.text {
      switch name {
      case "keys": return .keys
      case "mtls": return .mtls
      case "hmac": return .hmac(window: .seconds(300))
      default:
        log.error(
          "unknown way in '\(name)'", at: setting,
          advice: "write keys, mtls or hmac, or a map with jwt, introspection or hmac")
        return nil
      }
    }
    guard case .object(let fields) = setting.value else { return nil }
    guard fields.count == 1, let field = fields.first else {
      // What it names may have been refused already.
      if fields.isEmpty, isWrong { return nil }
      log.error(
        fields.isEmpty ? "the map names no way in" : "the map names \(fields.count) ways in", at: setting,
        advice: "write one of jwt, introspection and hmac, and a line for each")
      return nil
    }
    switch field.key {
    case "jwt": return TokenCompiler(self).jwt(field.value).map { .jwt($0) }
    case "introspection": return TokenCompiler(self).introspection(field.value).map { .introspection($0) }
    default:
      var window: Duration = .seconds(300)
      field.value.set("window", &window)
      return field.value.isInvalid ? nil : .hmac(window: window)
    }
  }

  /// Something about `authentication` has been noted already.
  private var isWrong: Bool {
    log.problems.contains { $0.severity == .error && $0.path.hasPrefix("authentication") }
  }

  private func refuseTwice(_ list: Setting) {
    for name in ["keys", "mtls", "hmac"] {
      let same = list.items.filter { $0.text == name || $0[name] != nil }
      guard same.count > 1, let last = same.last else { continue }
      log.error("'\(name)' is named twice", at: last, advice: "remove one of them")
    }
  }

  /// What says nothing without the other.
  private func checkUnused(_ ways: WaysIn, _ signingKeys: [String: SigningKey]) {
    if isWrong { return }
    for entry in root["consumers"]?.entries ?? [] {
      if let keys = entry.setting["keys"], !ways.takeKeys, !keys.items.isEmpty {
        log.error(
          "'keys' has no effect: 'authentication' does not name them", atKeyOf: keys,
          advice: "add 'keys' to authentication, or remove these")
      }
      if let certificates = entry.setting["certificates"], !ways.takeCertificates {
        log.error(
          "'certificates' has no effect: 'authentication' does not name mtls", atKeyOf: certificates,
          advice: "write authentication: [keys, mtls], or remove it")
      }
      if let signing = entry.setting["signing"], !ways.takeSignatures {
        log.error(
          "'signing' has no effect: 'authentication' does not name hmac", atKeyOf: signing,
          advice: "write authentication: [keys, hmac], or remove it")
      }
    }
    guard let setting = root["authentication"] else { return }
    if ways.isCertificatesNamed, root["server"]?["tls"]?["clientCA"] == nil {
      log.error(
        "no client can show a certificate: 'server.tls.clientCA' is missing", atKeyOf: setting,
        advice: "name the authority of your clients there, or remove mtls")
    } else if ways.isCertificatesNamed, !log.hasErrors,
      !(root["consumers"]?.entries.contains { $0.setting["certificates"] != nil } ?? false)
    {
      log.warning(
        "no certificate lets anybody in: no consumer has 'certificates'", atKeyOf: setting,
        advice: "add consumers.NAME.certificates, or remove mtls")
    }
    if ways.takeSignatures, signingKeys.isEmpty, !log.hasErrors {
      log.warning(
        "nobody can sign a request: no consumer has 'signing'", atKeyOf: setting,
        advice: "add consumers.NAME.signing, or remove hmac")
    }
  }

  // MARK: Signing keys

  private func signingKeys() -> [String: SigningKey] {
    var found: [String: SigningKey] = [:]
    var owners: [String: Setting] = [:]
    let byName = Dictionary(consumers.map { ($0.name, $0) }) { first, _ in first }
    for entry in root["consumers"]?.entries ?? [] {
      guard let consumer = byName[entry.name] else { continue }
      for key in entry.setting["signing"]?["keys"]?.entries ?? [] {
        if let first = owners[key.name] {
          log.error(
            "the signing key '\(key.name)' is named already, at \(first.keyPosition)", atKeyOf: key.setting,
            advice: "give each an id of its own")
          continue
        }
        owners[key.name] = key.setting
        guard let secret = SecretReference(compilation).secret(key.setting) else { continue }
        guard secret.utf8.count >= 16 else {
          log.error(
            "the secret has \(secret.utf8.count) bytes, which can be guessed", at: key.setting,
            advice: "use 16 or more; openssl rand -hex 32 makes a good one")
          continue
        }
        found[key.name] = SigningKey(id: key.name, consumer: consumer, secret: Secret(secret))
      }
    }
    return found
  }
}

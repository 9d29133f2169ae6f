import Crypto
import GatewayCore
import GatewayProviders

/// Credentials that are exchanged for access tokens: service accounts of Google, applications of Microsoft Entra.
extension ProviderCompiler {
  /// `nil`: there is none, or it is wrong, which has been noted. The project is that of a service account.
  func tokenGrant(_ preset: ProviderPreset, _ setting: Setting) -> (grant: TokenGrant, project: String?)? {
    if preset.kind == "vertex", let field = setting["serviceAccount"] {
      refuseKeys(beside: "serviceAccount", setting)
      return serviceAccount(field).flatMap { account in
        grant(account.proof, ServiceAccount.scope, issuer: account.tokenURL, at: field, setting)
          .map { ($0, account.project) }
      }
    }
    if preset.pathStyle == .azure, let field = setting["entra"] {
      refuseKeys(beside: "entra", setting)
      return entra(field, setting).map { ($0, nil) }
    }
    return nil
  }

  private func serviceAccount(_ field: Setting) -> ServiceAccount? {
    guard let text = field.text else { return nil }
    if SecretReference.Form(text) == .literal, !text.contains("{") {
      compilation.log.error("expected a reference", at: field, advice: "write file:\(text)")
      return nil
    }
    guard let content = SecretReference(compilation).secret(field) else { return nil }
    do throws(ServiceAccount.Problem) {
      return try ServiceAccount(content)
    } catch {
      compilation.log.error(
        "this is not the key of a service account: \(error.sentence)", at: field,
        advice: "it is the JSON file that the Google Cloud console makes under 'Keys' of the account")
      return nil
    }
  }

  private func entra(_ field: Setting, _ setting: Setting) -> TokenGrant? {
    guard let tenant = field["tenant"], let application = field["clientID"], let secret = field["clientSecret"],
      let directory = tenant.text, let clientID = application.text
    else { return nil }
    for (name, value) in [("tenant", tenant), ("clientID", application)] where !isName(value.text) {
      compilation.log.error(
        "'\(name)' is not an id", at: value, advice: "the application's overview in the Entra portal shows it")
      return nil
    }
    guard let plain = SecretReference(compilation).secret(secret) else { return nil }
    return grant(
      .clientSecret(clientID: clientID, secret: Secret(plain)), EntraApplication.scope,
      issuer: EntraApplication.tokenURL(tenant: directory), at: field, setting)
  }

  /// An id of either is a UUID, a tenant's name a domain.
  private func isName(_ text: String?) -> Bool {
    guard let text, (1...253).contains(text.utf8.count) else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."): true
      default: false
      }
    }
  }

  private func grant(
    _ proof: TokenGrant.Proof, _ scope: String, issuer: String, at field: Setting, _ setting: Setting
  ) -> TokenGrant? {
    let own = setting["tokenURL"]
    if let own, own.isInvalid { return nil }
    do throws(UpstreamURL.Problem) {
      let endpoint = try UpstreamURL.parse(own?.text ?? issuer)
      if let own, !endpoint.isTLS, !["127.0.0.1", "::1", "localhost"].contains(endpoint.host) {
        compilation.log.warning(
          "what proves the identity, and the token, go over the network unencrypted", at: own, advice: "write https://")
      }
      return TokenGrant(
        proof: proof, scope: scope, endpoint: endpoint,
        identity: Self.identity(proof, scope, endpoint, setting))
    } catch {
      compilation.log.error(
        own == nil ? "its 'token_uri' cannot be used: \(error.sentence)" : error.sentence, at: own ?? field)
      return nil
    }
  }

  /// Differs wherever another token would come of it, or come another way.
  private static func identity(
    _ proof: TokenGrant.Proof, _ scope: String, _ endpoint: Provider.Endpoint, _ setting: Setting
  ) -> KeyDigest {
    let named =
      switch proof {
      case .serviceAccount(let email, let keyID, let privateKey):
        ["google", email, keyID ?? "", privateKey.reveal { $0 }]
      case .clientSecret(let clientID, let secret): ["client", clientID, secret.reveal { $0 }]
      }
    let parts = named + [scope, endpoint.url, setting["proxy"]?.text ?? "", setting["tls"]?["ca"]?.text ?? ""]
    return KeyDigest.sha256(of: parts.joined(separator: "\n"))
  }

  private func refuseKeys(beside name: String, _ setting: Setting) {
    guard let keys = setting["keys"] else { return }
    compilation.log.error(
      "both 'keys' and '\(name)' are given: a call carries one credential", atKeyOf: keys, advice: "remove one of them")
  }

  /// Fields of one kind of provider that stand at another.
  func refuseStrayFields(_ preset: ProviderPreset, _ setting: Setting) {
    let owners: [(names: [String], kinds: [String])] = [
      (["project", "location", "serviceAccount"], ["vertex"]), (["deployments", "entra"], ["azure-openai"]),
      (["tokenURL"], ["vertex", "azure-openai"]),
    ]
    for (names, kinds) in owners where !kinds.contains(preset.kind) {
      for name in names {
        guard let field = setting[name] else { continue }
        let owner = kinds.map { "'\($0)'" }.joined(separator: " and ")
        compilation.log.error(
          "'\(name)' has no effect: it is for kind \(owner), not '\(preset.kind)'", atKeyOf: field, advice: "remove it")
      }
    }
    let mayHaveGrant = preset.kind == "vertex" || preset.pathStyle == .azure
    if let field = setting["tokenURL"], mayHaveGrant, setting["serviceAccount"] == nil, setting["entra"] == nil {
      compilation.log.error(
        "'tokenURL' has no effect: keys are sent as they are", atKeyOf: field, advice: "remove it")
    }
  }

  /// Those of Azure's dated API, whose paths have them.
  func deployments(_ endpoint: Provider.Endpoint, _ setting: Setting) -> [String: String] {
    guard let field = setting["deployments"], setting["kind"]?.text == "azure-openai" else { return [:] }
    if endpoint.basePath.hasSuffix("/openai/v1") {
      compilation.log.error(
        "'deployments' has no effect: the v1 API of this URL has none in its paths", atKeyOf: field,
        advice: "name the deployment as the model of the target")
    }
    var deployments: [String: String] = [:]
    for (model, name) in field.entries {
      guard let text = name.text else { continue }
      if text.isEmpty { compilation.log.error("the deployment's name is empty", at: name) }
      deployments[model] = text
    }
    return deployments
  }
}

import GatewayCore
import GatewayProviders

/// `providers:` → the providers of the snapshot.
struct ProviderCompiler {
  let compilation: Compilation
  let healthPolicy: HealthPolicy
  var log: ProblemLog { compilation.log }
  private var secrets: SecretReference { SecretReference(compilation) }

  init(_ compilation: Compilation, health: HealthPolicy) {
    self.compilation = compilation
    self.healthPolicy = health
  }

  /// Those that are whole, by name and in the order of the file.
  func providers(_ setting: Setting?) -> [Provider] {
    guard let setting else { return [] }
    if case .map(let entries) = setting.value, entries.isEmpty, !log.hasErrors {
      log.warning(
        "there is no provider until the admin API adds one", atKeyOf: setting, advice: "name at least one")
    }
    return setting.entries.compactMap { provider($0.name, $0.setting) }
  }

  private func provider(_ name: String, _ setting: Setting) -> Provider? {
    guard let kind = setting["kind"], let text = kind.text, let known = ProviderCatalogue.preset(kind: text) else {
      return nil
    }
    let preset = setting["secretID"] == nil ? known : ProviderCatalogue.signed(known)
    if preset.pathStyle == .echo { refuseForEcho(setting) }
    let signing = self.signing(preset, setting)
    let tokens = tokenGrant(preset, setting)
    refuseStrayFields(preset, setting)
    let hasOtherCredential = ["accessKey", "secretID", "secretKey", "serviceAccount", "entra"].contains {
      setting[$0] != nil
    }
    let credentials =
      signing.map {
        [Self.credential($0.secret, provider: name, index: 0, context: compilation.context, policy: healthPolicy)]
      }
      ?? (hasOtherCredential ? [] : self.credentials(name, preset, setting))
    let proxy = setting["proxy"].flatMap(self.proxy)
    let headers = (setting["forwardHeaders"]?.items ?? []).compactMap(forwardHeader)
    guard let endpoint = endpoint(preset, setting) else { return nil }
    if preset.credentialStyle == .signature { refuseForSigned(endpoint, setting) }
    let authority = setting["tls"]?["ca"].flatMap { Self.authority($0, isTLS: endpoint.isTLS, compilation) }
    return Provider(
      name: name, kind: text, endpoint: endpoint,
      pathStyle: vertexPathStyle(preset, setting, project: tokens?.project)
        ?? preset.pathStyle(
          at: endpoint, apiVersion: apiVersion(preset, endpoint, setting), app: app(preset, setting)),
      credentialStyle: signing == nil ? preset.credentialStyle : .signature, signing: signing?.identity,
      tokenGrant: tokens?.grant, deployments: deployments(endpoint, setting), dialects: dialects(preset, setting),
      embeddings: preset.embeddings,
      rerank: endpoint.host.hasSuffix(".voyageai.com") ? .voyage : preset.rerank, keeps: preset.keeps,
      credentials: credentials,
      timeouts: TimeoutsCompiler.timeouts(setting["timeouts"]), proxy: proxy, privateCA: authority,
      forwardHeaders: headers, quirks: preset.quirks)
  }

  /// `dialect:` names one that the server speaks whatever its kind.
  private func dialects(_ preset: ProviderPreset, _ setting: Setting) -> [Dialect] {
    setting["dialect"]?.text.flatMap(Dialect.init(rawValue:)).map { [$0] } ?? preset.dialects
  }

  private func refuseForEcho(_ setting: Setting) {
    for name in ["url", "dialect", "keys", "timeouts", "tls", "proxy", "apiVersion", "forwardHeaders"] {
      guard let field = setting[name] else { continue }
      log.error("'\(name)' has no effect: kind 'echo' answers inside the gateway", atKeyOf: field, advice: "remove it")
    }
  }

  private func endpoint(_ preset: ProviderPreset, _ setting: Setting) -> Provider.Endpoint? {
    let url = setting["url"]
    if let url, url.isInvalid { return nil }
    if preset.kind == "bedrock", url == nil, setting["region"] != nil {
      guard let region = region(setting) else { return nil }
      return Provider.Endpoint(
        isTLS: true, host: "bedrock-runtime.\(region).amazonaws.com", port: 443, basePath: "")
    }
    if preset.kind == "vertex", url == nil {
      return location(setting).map { location in
        Provider.Endpoint(isTLS: true, host: UpstreamCall.vertexHost(location: location), port: 443, basePath: "")
      }
    }
    let account = self.account(preset, setting)
    do throws(UpstreamURL.Problem) {
      if let account { return try preset.endpoint(url: ProviderPreset.cloudflareURL(account: account)) }
      if setting["account"] != nil, url == nil, preset.kind == "cloudflare" { return nil }
      if url == nil, preset.defaultURL == nil, preset.pathStyle != .echo {
        log.error(
          "'url' is missing: kind '\(preset.kind)' has none of its own", atKeyOf: setting,
          advice: Self.advice(onURLOf: preset))
        return nil
      }
      let endpoint = try preset.endpoint(url: url?.text)
      if let url { warnOfOtherSpelling(url, endpoint, preset, dialects(preset, setting)) }
      return endpoint
    } catch {
      log.error(error.sentence, at: url ?? setting)
      return nil
    }
  }

  private static func advice(onURLOf preset: ProviderPreset) -> String {
    switch preset.kind {
    case "bedrock": "name the region, e.g. region: eu-central-1"
    case "cloudflare": "name the account's id, e.g. account: 0123456789abcdef0123456789abcdef"
    default: "write it like url: \(preset.exampleURL)"
    }
  }

  private func apiVersion(_ preset: ProviderPreset, _ endpoint: Provider.Endpoint, _ setting: Setting) -> String? {
    guard let version = setting["apiVersion"], let text = version.text else { return nil }
    guard preset.pathStyle == .azure else {
      log.error(
        "'apiVersion' has no effect: it is for kind 'azure-openai', not '\(preset.kind)'", atKeyOf: version,
        advice: "remove it")
      return nil
    }
    guard preset.pathStyle(at: endpoint, apiVersion: nil) != .openAI else {
      log.error(
        "'apiVersion' has no effect: the v1 API of this URL has no versions", atKeyOf: version, advice: "remove it")
      return nil
    }
    let isVersion = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."): true
      default: false
      }
    }
    if !isVersion {
      log.error(
        "'\(text)' is not an API version", at: version, advice: "write it like \(ProviderPreset.azureAPIVersion)")
    }
    return isVersion ? text : nil
  }

  private func forwardHeader(_ setting: Setting) -> String? {
    guard let text = setting.text else { return nil }
    if let problem = ForwardedHeaders.problem(forwarding: text) {
      log.error(problem, at: setting, advice: "remove it")
      return nil
    }
    return text.lowercased()
  }

  private func proxy(_ setting: Setting) -> Provider.ForwardProxy? {
    guard var text = setting.text else { return nil }
    if SecretReference.Form(text) != .literal {
      guard let content = secrets.content(setting) else { return nil }
      text = content
    } else if text.contains("@") {
      log.warning(
        "the proxy's password stands in the file", at: setting, advice: "write env:NAME or file:PATH for the whole URL")
    }
    do throws(LiteralFault) {
      return try ProxyURL.parse(text)
    } catch {
      log.error(error.message, at: setting, advice: error.advice)
      return nil
    }
  }

  /// Certificate authorities in PEM.
  static func authority(_ setting: Setting, isTLS: Bool, _ compilation: Compilation) -> String? {
    let log = compilation.log
    if !isTLS {
      log.error(
        "'tls' has no effect: the URL begins with http://", atKeyOf: setting, advice: "use https:// or remove it")
    }
    guard let text = setting.text else { return nil }
    if SecretReference.Form(text) == .literal {
      log.error("expected a reference", at: setting, advice: "write file:\(text.contains("\n") ? "PATH" : text)")
      return nil
    }
    guard let content = SecretReference(compilation).content(setting) else { return nil }
    guard content.contains("-----BEGIN CERTIFICATE-----"), content.contains("-----END CERTIFICATE-----") else {
      log.error(
        "no certificate in PEM form is in '\(text)'", at: setting,
        advice: "it holds lines from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----")
      return nil
    }
    return content
  }
}

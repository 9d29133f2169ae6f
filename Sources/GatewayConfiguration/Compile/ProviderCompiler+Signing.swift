import GatewayCore
import GatewayProviders

/// A key pair that signs: of Amazon Bedrock, with a region, and of Tencent Hunyuan's own API.
extension ProviderCompiler {
  private static let bedrock = ["accessKey", "secretKey", "sessionToken"]
  private static let hunyuan = ["secretID", "secretKey"]

  /// `nil`: requests are not signed.
  func signing(
    _ preset: ProviderPreset, _ setting: Setting
  ) -> (identity: Provider.Signing, secret: Secret)? {
    refuseStraySigning(preset, setting)
    switch preset.kind {
    case "bedrock":
      guard let pair = pair(Self.bedrock, id: "accessKey", setting) else { return nil }
      guard let region = region(setting) else {
        compilation.log.error(
          "'region' is missing", atKeyOf: setting, advice: "a signature names the region, e.g. region: eu-central-1")
        return nil
      }
      let token = setting["sessionToken"].flatMap(SecretReference(compilation).secret).map(Secret.init)
      guard isSendable(token ?? Secret("x"), "sessionToken", setting) else { return nil }
      return (
        Provider.Signing(method: .aws(region: region), accessKeyID: pair.id, sessionToken: token), pair.secret
      )
    case "hunyuan":
      guard let pair = pair(Self.hunyuan, id: "secretID", setting) else {
        if let region = setting["region"], !Self.hunyuan.contains(where: { setting[$0] != nil }) {
          compilation.log.error(
            "'region' has no effect: requests with a key name none", atKeyOf: region, advice: "remove it")
        }
        return nil
      }
      let region = region(setting)
      if setting["region"] != nil, region == nil { return nil }
      return (Provider.Signing(method: .tencentCloud(region: region), accessKeyID: pair.id), pair.secret)
    default: return nil
    }
  }

  /// The id and the secret; `nil` where neither is given, and for what is wrong, which has been noted.
  ///
  /// - Parameter names: of all settings that belong to the pair.
  private func pair(_ names: [String], id: String, _ setting: Setting) -> (id: String, secret: Secret)? {
    guard let named = names.first(where: { setting[$0] != nil }), let first = setting[named] else { return nil }
    if let keys = setting["keys"] {
      compilation.log.error(
        "both 'keys' and '\(named)' are given: a call either carries a key or is signed", atKeyOf: keys,
        advice: "remove one of them")
      return nil
    }
    for name in [id, "secretKey"] where setting[name] == nil {
      compilation.log.error(
        "'\(name)' is missing", atKeyOf: first, advice: "a signature needs both \(id) and secretKey")
    }
    let references = SecretReference(compilation)
    guard let text = setting[id].flatMap(references.secret),
      let secret = setting["secretKey"].flatMap(references.secret), isSendable(Secret(text), id, setting)
    else { return nil }
    return (text, Secret(secret))
  }

  /// Whether it can stand in a header.
  private func isSendable(_ secret: Secret, _ name: String, _ setting: Setting) -> Bool {
    guard let problem = UpstreamCall.credentialProblem(secret), let field = setting[name] else { return true }
    compilation.log.error(problem, at: field)
    return false
  }

  private func refuseStraySigning(_ preset: ProviderPreset, _ setting: Setting) {
    for name in ["region", "accessKey", "secretID", "secretKey", "sessionToken"] {
      guard let field = setting[name] else { continue }
      var kinds: [String] = []
      if name == "region" || Self.bedrock.contains(name) { kinds.append("bedrock") }
      if name == "region" || Self.hunyuan.contains(name) { kinds.append("hunyuan") }
      if kinds.contains(preset.kind) { continue }
      let owners = kinds.map { "'\($0)'" }.joined(separator: " and ")
      compilation.log.error(
        "'\(name)' has no effect: it is for kind \(owners), not '\(preset.kind)'", atKeyOf: field, advice: "remove it")
    }
  }

  /// What an API whose preset is chosen by its signature has not.
  func refuseForSigned(_ endpoint: Provider.Endpoint, _ setting: Setting) {
    if let dialect = setting["dialect"] {
      compilation.log.error(
        "'dialect' has no effect: the signed API has one format", atKeyOf: dialect, advice: "remove it")
    }
    if let url = setting["url"], !endpoint.basePath.isEmpty {
      compilation.log.error(
        "the signed API has no path below its host", at: url,
        advice: "remove '\(endpoint.basePath)', or write keys instead of a signature")
    }
  }

  /// Of the setting, or of an Amazon URL.
  func region(_ setting: Setting) -> String? {
    if let field = setting["region"] {
      guard let text = field.text else { return nil }
      let isRegion =
        (1...32).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
          0x61...0x7A ~= byte || 0x30...0x39 ~= byte || byte == UInt8(ascii: "-")
        }
      if !isRegion {
        compilation.log.error("'\(text)' is not a region", at: field, advice: "write it like eu-central-1")
      }
      return isRegion ? text : nil
    }
    guard let url = setting["url"]?.text, let start = url.firstRange(of: "bedrock-runtime.")?.upperBound,
      url[start...].contains(".amazonaws.com")
    else { return nil }
    return String(url[start...].prefix { $0 != "." })
  }
}

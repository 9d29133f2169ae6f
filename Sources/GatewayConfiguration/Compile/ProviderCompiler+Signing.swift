import GatewayCore
import GatewayProviders

/// Amazon Bedrock: a region, and a key pair that signs.
extension ProviderCompiler {
  /// `nil`: requests are not signed.
  func signing(
    _ preset: ProviderPreset, _ setting: Setting
  ) -> (identity: Provider.Signing, secret: Secret)? {
    let names = ["region", "accessKey", "secretKey", "sessionToken"]
    guard preset.kind == "bedrock" else {
      for name in names {
        guard let field = setting[name] else { continue }
        compilation.log.error(
          "'\(name)' has no effect: it is for kind 'bedrock', not '\(preset.kind)'", atKeyOf: field, advice: "remove it"
        )
      }
      return nil
    }
    guard let named = names.dropFirst().first(where: { setting[$0] != nil }), let first = setting[named] else {
      return nil
    }
    if let keys = setting["keys"] {
      compilation.log.error(
        "both 'keys' and '\(named)' are given: a call either carries a key or is signed", atKeyOf: keys,
        advice: "remove one of them")
      return nil
    }
    for name in ["accessKey", "secretKey"] where setting[name] == nil {
      compilation.log.error(
        "'\(name)' is missing", atKeyOf: first, advice: "a signature needs both accessKey and secretKey")
    }
    guard let region = region(setting) else {
      compilation.log.error(
        "'region' is missing", atKeyOf: setting, advice: "a signature names the region, e.g. region: eu-central-1")
      return nil
    }
    let references = SecretReference(compilation)
    guard let accessKey = setting["accessKey"].flatMap(references.secret),
      let secretKey = setting["secretKey"].flatMap(references.secret)
    else { return nil }
    let token = setting["sessionToken"].flatMap(references.secret).map(Secret.init)
    for (name, value) in [("accessKey", Secret(accessKey)), ("sessionToken", token ?? Secret("x"))] {
      guard let problem = UpstreamCall.credentialProblem(value), let field = setting[name] else { continue }
      compilation.log.error(problem, at: field)
      return nil
    }
    return (Provider.Signing(region: region, accessKeyID: accessKey, sessionToken: token), Secret(secretKey))
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

import GatewayCore
import GatewayProviders

extension ProviderCompiler {
  /// Notes keys that cannot be sent or stand there twice.
  func credentials(_ name: String, _ preset: ProviderPreset, _ setting: Setting) -> [Provider.Credential] {
    let log = compilation.log
    guard let keys = setting["keys"] else {
      if preset.requiresKey, setting["url"] == nil { warnOfMissingKey(preset, setting) }
      return []
    }
    var credentials: [Provider.Credential] = []
    var seen: [KeyDigest: Setting] = [:]
    for item in keys.items {
      guard let text = SecretReference(compilation).secret(item) else { continue }
      let secret = Secret(text)
      if let problem = UpstreamCall.credentialProblem(secret) {
        log.error(problem, at: item)
        continue
      }
      let digest = KeyDigest.sha256(of: text)
      if let first = seen[digest] {
        log.error("the same key is given twice, first at \(first.position)", at: item, advice: "remove one of them")
        continue
      }
      seen[digest] = item
      credentials.append(
        Self.credential(
          secret, provider: name, index: credentials.count, context: compilation.context, policy: healthPolicy))
    }
    return credentials
  }

  private func warnOfMissingKey(_ preset: ProviderPreset, _ setting: Setting) {
    compilation.log.warning(
      "\(preset.displayName) answers nobody without a key", atKeyOf: setting,
      advice: preset.kind == "vertex"
        ? "add serviceAccount: file:PATH"
        : preset.environmentVariables.first.map { "add keys: [env:\($0)]" } ?? "add 'keys'")
  }

  /// The health of a key follows the key, not its place in the list.
  static func credential(
    _ secret: Secret, provider: String, index: Int, context: LoadContext, policy: HealthPolicy
  ) -> Provider.Credential {
    let digest = secret.reveal { KeyDigest.sha256(of: $0) }
    return Provider.Credential(
      secret: secret, label: "\(provider)#\(index + 1)",
      health: context.health("key \(provider) \(digest.hashValue)", policy))
  }
}

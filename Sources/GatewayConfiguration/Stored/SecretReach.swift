/// Where providers send secrets. Who may change providers but not secrets must not have one sent elsewhere, and so learn it.
package enum SecretReach {
  /// Members that have no part in which secret goes where.
  private static let harmless: Set<String> = ["timeouts", "limits", "deployments", "apiVersion", "forwardHeaders"]

  /// Whether a provider would send a secret that is only named (`env:`, `file:`, `secret:`) where none of these sends it.
  ///
  /// A secret that stands in it as plain text is known to whoever wrote it.
  package static func isNew(_ provider: ConfigurationValue, beside others: some Sequence<ConfigurationValue>) -> Bool {
    guard namesSecret(provider) else { return false }
    let reach = reach(of: provider)
    return !others.contains { self.reach(of: $0) == reach }
  }

  /// What a list of keys names (`env:`, `file:`, `secret:`). Somebody who may try names could find out what is behind them.
  package static func references(_ keys: ConfigurationValue?) -> Set<String> {
    guard case .list(let items) = keys else { return [] }
    return Set(
      items.compactMap { item in
        guard case .text(let text) = item else { return nil }
        switch SecretReference.Form(text) {
        case .literal, .digest: return nil
        default: return text
        }
      })
  }

  private static func namesSecret(_ value: ConfigurationValue) -> Bool {
    switch value {
    case .text(let text):
      if case .literal = SecretReference.Form(text) { return false }
      return true
    case .list(let items): return items.contains(where: namesSecret)
    case .map(let members): return members.contains { namesSecret($0.value) }
    default: return false
    }
  }

  private static func reach(of provider: ConfigurationValue) -> ConfigurationValue {
    guard case .map(let members) = provider else { return provider }
    return .map(members.filter { !harmless.contains($0.name) }.sorted { $0.name < $1.name })
  }
}

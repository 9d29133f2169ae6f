import GatewayCore
import GatewayProviders

/// Settings of single kinds: the account of Cloudflare, the app of Dify.
extension ProviderCompiler {
  /// `app:`; `nil` where nothing is said.
  func app(_ preset: ProviderPreset, _ setting: Setting) -> DifyApp? {
    guard let field = setting["app"] else { return nil }
    if preset.pathStyle != .dify { refuse(field, "app", of: "dify", for: preset) }
    return field.text.flatMap(DifyApp.init(rawValue:))
  }

  /// `account:`; `nil` where there is none, or none that can stand in a URL.
  func account(_ preset: ProviderPreset, _ setting: Setting) -> String? {
    guard let field = setting["account"] else { return nil }
    guard preset.kind == "cloudflare" else {
      refuse(field, "account", of: "cloudflare", for: preset)
      return nil
    }
    if let url = setting["url"] {
      compilation.log.error(
        "both 'url' and 'account' are given: the account makes the URL", atKeyOf: url, advice: "remove one of them")
      return nil
    }
    guard let text = field.text else { return nil }
    let isID =
      (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
      }
    if !isID {
      compilation.log.error(
        "'\(text)' is not an account's id", at: field, advice: "it is in the address of your Cloudflare dashboard")
    }
    return isID ? text : nil
  }

  private func refuse(_ field: Setting, _ name: String, of kind: String, for preset: ProviderPreset) {
    compilation.log.error(
      "'\(name)' has no effect: it is for kind '\(kind)', not '\(preset.kind)'", atKeyOf: field, advice: "remove it")
  }
}

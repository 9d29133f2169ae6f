import GatewayCore
import GatewayProviders

extension ProviderCompiler {
  /// A base URL is what the provider's own SDK takes: with the version for OpenAI's, without it for others. The other
  /// spelling is called rightly, too.
  func warnOfOtherSpelling(
    _ url: Setting, _ endpoint: Provider.Endpoint, _ preset: ProviderPreset, _ dialects: [Dialect]
  ) {
    let path = endpoint.basePath
    if let version = Self.strayVersion(of: dialects.first), path.hasSuffix(version) {
      log.warning(
        "the URL ends with '\(version)', which its own SDK adds by itself", at: url,
        advice: "leave it out; the gateway calls the same paths either way")
    } else if path.isEmpty, preset.kind == "openai" {
      log.warning(
        "the URL has no '/v1', which OpenAI's SDK does not add by itself", at: url,
        advice: "add it; the gateway calls the same paths either way")
    }
  }

  private static func strayVersion(of dialect: Dialect?) -> String? {
    switch dialect {
    case .anthropic: "/v1"
    case .gemini: "/v1beta"
    case .cohere: "/v2"
    default: nil
    }
  }
}

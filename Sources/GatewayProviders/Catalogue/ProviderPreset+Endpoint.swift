package import GatewayCore

extension ProviderPreset {
  /// The version that Azure's dated API is called with unless the provider names its own: the last generally available one.
  package static let azureAPIVersion = "2024-10-21"

  /// Where a provider of this kind is.
  ///
  /// - Parameter url: `url:` of the provider, if it has one; replaces the default.
  /// - Throws: when neither is there, or when `url` is not a base URL.
  package func endpoint(url: String?) throws(UpstreamURL.Problem) -> Provider.Endpoint {
    // Never dialled: the answer is made inside the gateway.
    if pathStyle == .echo { return Provider.Endpoint(isTLS: false, host: "echo", port: 80, basePath: "") }
    guard let url = url ?? defaultURL else {
      throw UpstreamURL.Problem("kind '\(kind)' has no URL of its own: write `url:`, e.g. \(exampleURL)")
    }
    return try UpstreamURL.parse(url)
  }

  /// How paths are made below `endpoint`.
  ///
  /// - Parameter apiVersion: `apiVersion:` of the provider, if it has one; only Azure's dated API reads it.
  /// - Parameter app: `app:` of the provider, if it has one; only Dify's paths depend on it.
  package func pathStyle(
    at endpoint: Provider.Endpoint, apiVersion: String?, app: DifyApp? = nil
  ) -> Provider.PathStyle {
    switch pathStyle {
    case .openAI: .openAI
    // A project makes it `.vertex`.
    case .vertex: .vertexExpress
    case .dify: .dify(app ?? .chat)
    case .echo: .builtInEcho
    case .azure:
      // Azure's v1 API has neither deployments in its paths nor versions: it is called as OpenAI is.
      endpoint.basePath.hasSuffix("/openai/v1")
        ? .openAI : .azureDeployments(apiVersion: apiVersion ?? Self.azureAPIVersion)
    }
  }

  /// Of Workers AI in OpenAI's format.
  package static func cloudflareURL(account: String) -> String {
    "https://api.cloudflare.com/client/v4/accounts/\(account)/ai/v1"
  }

  /// A URL of the right shape, for messages and the documentation.
  package var exampleURL: String {
    switch kind {
    case "azure-openai": "https://NAME.openai.azure.com"
    case "bedrock": "https://bedrock-runtime.eu-central-1.amazonaws.com"
    case "cloudflare": Self.cloudflareURL(account: "ACCOUNT_ID")
    case "pai-eas": "https://ID.REGION.pai-eas.aliyuncs.com/api/predict/SERVICE"
    case "llama-cpp": "http://127.0.0.1:8088/v1"
    default: "http://10.0.0.7:8000/v1"
    }
  }
}

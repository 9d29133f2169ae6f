package import GatewayCore

extension UpstreamCall {
  /// The request target of a realtime session.
  ///
  /// - Parameter further: parameters of the query that the caller gave and the provider may know.
  /// - Returns: `nil` when the provider has no such path: it does not speak OpenAI's dialect.
  package static func realtimeTarget(
    provider: Provider, model: String, further: [(name: String, value: String)] = []
  ) -> String? {
    guard provider.dialects.contains(.openAIChat) else { return nil }
    let base = provider.endpoint.basePath
    var target: String
    switch provider.pathStyle {
    case .builtInEcho, .vertex, .vertexExpress, .dify: return nil
    case .azureDeployments(let version) where !base.hasSuffix("/openai/v1"):
      // The deployment is named in the query here, not in the path.
      let root = base.firstRange(of: "/deployments/").map { String(base[..<$0.lowerBound]) } ?? base
      target = (root.isEmpty ? "/openai" : root) + "/realtime?api-version=" + percentEncoded(version)
      target += "&deployment=" + percentEncoded(provider.deployments[model] ?? model)
    case .openAI, .azureDeployments:
      target = openAIPath(base: base, surface: .realtime, quirks: provider.quirks)
      target += "?model=" + percentEncoded(model)
    }
    for (name, value) in further { target += "&" + percentEncoded(name) + "=" + percentEncoded(value) }
    return target
  }
}

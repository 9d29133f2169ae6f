import GatewayCore

/// Paths of Vertex AI.
extension UpstreamCall {
  /// The host that serves a location: `global`, a continent (`eu`, `us`) or a region (`europe-west4`).
  package static func vertexHost(location: String) -> String {
    switch location {
    case "global": "aiplatform.googleapis.com"
    case "eu", "us": "aiplatform.\(location).rep.googleapis.com"
    default: "\(location)-aiplatform.googleapis.com"
    }
  }

  static func anthropicPath(_ provider: Provider, _ model: String, _ method: String) -> String {
    provider.pathStyle.isVertex ? vertexPath(provider, VertexModel(model), method) : root(of: provider) + "/v1/messages"
  }

  /// `…/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict`
  static func vertexPath(_ provider: Provider, _ model: VertexModel, _ method: String) -> String {
    // The version of a model stands behind `@`, which a path may have (RFC 3986 §3.3) and Google's own SDKs leave alone.
    let name = segment(model.name).replacing("%40", with: "@")
    return vertexPlace(provider) + "/publishers/\(segment(model.publisher))/models/\(name):\(method)"
  }

  /// `/v1/projects/acme/locations/global`; an express key says the project.
  static func vertexPlace(_ provider: Provider) -> String {
    let root = root(of: provider) + "/v1"
    guard case .vertex(let project, let location) = provider.pathStyle else { return root }
    return root + "/projects/\(segment(project))/locations/\(segment(location))"
  }
}

package import GatewayCore

/// A provider as spans name it.
package struct TracedProvider: Hashable, Sendable {
  /// `gen_ai.provider.name`
  package var name: String
  package var host: String
  /// nil: it is a part of the gateway.
  package var port: Int?

  package init(_ provider: Provider) {
    name = Self.conventionalName(ofKind: provider.kind)
    host = provider.endpoint.host
    port = provider.pathStyle == .builtInEcho ? nil : provider.endpoint.port
  }

  /// The conventions have names for some; others go by their kind.
  static func conventionalName(ofKind kind: String) -> String {
    switch kind {
    case "azure-openai": "azure.ai.openai"
    case "bedrock": "aws.bedrock"
    case "gemini": "gcp.gemini"
    case "vertex": "gcp.vertex_ai"
    case "mistral": "mistral_ai"
    case "xai": "x_ai"
    case "moonshot": "moonshot_ai"
    default: kind
    }
  }
}

import GatewayCore

/// An application of Microsoft Entra that may call Azure OpenAI.
package enum EntraApplication {
  /// What a token for models is good for.
  package static let scope = "https://cognitiveservices.azure.com/.default"

  /// Where the tenant's tokens are issued.
  ///
  /// - Parameter tenant: its id or one of its domains.
  package static func tokenURL(tenant: String) -> String {
    "https://login.microsoftonline.com/\(UpstreamCall.percentEncoded(tenant))/oauth2/v2.0/token"
  }
}

/// How the access tokens of a provider are obtained: an identity of the gateway's own is exchanged for a token that serves for an
/// hour or so.
package struct TokenGrant: Sendable {
  /// With what the gateway proves who it is.
  package enum Proof: Sendable {
    /// A Google service account: a JWT that its private key (PEM) signs (RFC 7523 §2.1).
    case serviceAccount(email: String, keyID: String?, privateKey: Secret)
    /// An application of Microsoft Entra or of another OAuth 2.0 server (RFC 6749 §4.4).
    case clientSecret(clientID: String, secret: Secret)

    /// What is to be kept from everyone.
    package var secret: Secret {
      switch self {
      case .serviceAccount(_, _, let privateKey): privateKey
      case .clientSecret(_, let secret): secret
      }
    }
  }

  package let proof: Proof
  /// What the token is to be good for.
  package let scope: String
  /// Where tokens are issued; the base path is the whole path.
  package let endpoint: Provider.Endpoint
  /// Of everything above: grants of one identity share their token.
  package let identity: KeyDigest

  package init(proof: Proof, scope: String, endpoint: Provider.Endpoint, identity: KeyDigest) {
    self.proof = proof
    self.scope = scope
    self.endpoint = endpoint
    self.identity = identity
  }
}

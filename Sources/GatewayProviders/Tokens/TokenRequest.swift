package import GatewayCore

/// The request for an access token.
package struct TokenRequest: Sendable {
  package let endpoint: Provider.Endpoint
  /// `application/x-www-form-urlencoded`
  package let body: String
  /// What an answer must not repeat to anyone.
  package let secrets: [Secret]

  /// - Parameter unixTime: seconds, for what is signed.
  package init(_ grant: TokenGrant, unixTime: Int) throws(TokenFailure) {
    endpoint = grant.endpoint
    switch grant.proof {
    case .serviceAccount(let email, let keyID, let privateKey):
      let assertion = try ServiceAccountAssertion.make(
        email: email, keyID: keyID, privateKey: privateKey, scope: grant.scope, audience: grant.endpoint.url,
        unixTime: unixTime)
      // RFC 7523 §2.1
      body = Self.form([("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)])
      secrets = [Secret(assertion), privateKey]
    case .clientSecret(let clientID, let secret):
      // RFC 6749 §4.4.2, with the client's credentials in the body (§2.3.1), as Entra documents it.
      body = secret.reveal { plain in
        Self.form([
          ("grant_type", "client_credentials"), ("client_id", clientID), ("client_secret", plain),
          ("scope", grant.scope),
        ])
      }
      secrets = [secret]
    }
  }

  private static func form(_ fields: [(name: String, value: String)]) -> String {
    fields.map { "\($0.name)=\(UpstreamCall.percentEncoded($0.value))" }.joined(separator: "&")
  }
}

extension Provider.Endpoint {
  /// `https://login.example.com/tenant/token`
  package var url: String { "\(isTLS ? "https" : "http")://\(authority)\(basePath)" }
}

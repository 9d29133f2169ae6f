package import GatewayCore

/// Why the methods of `authentication` that were tried let nobody in. One of the reasons is told.
package struct Refusals {
  private var told: (error: GatewayError, method: AuthenticationRecord.Method, weight: Int)?
  /// A token was genuine, so its issuer need not be asked about it.
  package private(set) var isOfVerifiedToken = false
  /// The scopes that the weightiest refusal wants, for `www-authenticate`.
  package private(set) var wantedScopes: [String] = []

  package init() {}

  package mutating func add(_ refusal: TokenRefusal, by method: AuthenticationRecord.Method) {
    if refusal.isOfVerifiedToken { isOfVerifiedToken = true }
    guard add(refusal.error, by: method, weight: refusal.weight) else { return }
    if case .missingScopes(_, let wanted) = refusal { wantedScopes = wanted } else { wantedScopes = [] }
  }

  /// A gateway key that nobody has, or one that is over.
  package mutating func add(key error: GatewayError, isKnown: Bool) {
    _ = add(error, by: .keys, weight: isKnown ? 8 : 1)
  }

  /// Only one method knows that scheme.
  package mutating func add(signature error: GatewayError) { _ = add(error, by: .hmac, weight: 8) }

  /// Clients show their certificate on every request of a connection, whatever else they send: that counts for more.
  package mutating func add(certificate error: GatewayError) { _ = add(error, by: .mtls, weight: 0) }

  /// A method cannot tell at the moment.
  package mutating func add(unavailable error: GatewayError, by method: AuthenticationRecord.Method) {
    _ = add(error, by: method, weight: 5)
  }

  private mutating func add(_ error: GatewayError, by method: AuthenticationRecord.Method, weight: Int) -> Bool {
    if let told, told.weight >= weight { return false }
    told = (error, method, weight)
    return true
  }

  /// - Parameter authentication: what a request without any credential is told to send.
  package func outcome(_ authentication: Authentication) -> (error: GatewayError, record: AuthenticationRecord) {
    if let told { return (told.error, AuthenticationRecord(told.method, refusedWith: told.error)) }
    return (
      GatewayError(.missingKey, "no credential: send \(Self.words(authentication))"),
      AuthenticationRecord(.none, .refused)
    )
  }

  private static func words(_ authentication: Authentication) -> String {
    var words: [String] = []
    for method in authentication.methods {
      let word =
        switch method {
        case .keys: "a gateway key as 'Authorization: Bearer KEY', 'x-api-key' or 'api-key'"
        case .jwt(let issuer): "a JSON Web Token \(issuer.demands.place.words)"
        case .introspection(let introspection): "an access token \(introspection.demands.place.words)"
        case .mtls: "a client certificate of a consumer"
        case .hmac: "a signed request ('Authorization: HMAC-SHA256 keyId=…')"
        }
      if !words.contains(word) { words.append(word) }
    }
    return words.joined(separator: ", or ")
  }
}

extension TokenDemands.Place {
  /// For messages: `in the header 'x-token'`.
  var words: String {
    switch self {
    case .bearer: "as 'Authorization: Bearer TOKEN'"
    case .header(let name): "in the header '\(name)'"
    case .cookie(let name): "in the cookie '\(name)'"
    case .query(let name): "in the query parameter '\(name)'"
    }
  }
}

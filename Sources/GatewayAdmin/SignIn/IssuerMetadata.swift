import GatewayCore
import GatewayDialects
import GatewayProviders

/// What an issuer says of itself (OpenID Connect Discovery §3).
struct IssuerMetadata: Sendable {
  /// How a client with a secret shows who it is.
  enum ClientAuthentication: Hashable, Sendable { case basic, post }

  /// Where browsers go; may have a query.
  let authorization: String
  let token: IssuerServer
  let keys: IssuerServer
  /// nil: there is none.
  let userInfo: IssuerServer?
  /// Where browsers go to sign out there, too (OpenID Connect RP-Initiated Logout); may have a query; nil: there is no such page.
  let endSession: String?
  let authentication: ClientAuthentication
  /// Whether `iss` comes with each code (RFC 9207).
  let namesItself: Bool

  init(_ body: [UInt8], of provider: SignInProvider) throws(IssuerFault) {
    guard let root = (try? JSONDocument(body))?.root, root.isObject else {
      throw IssuerFault("its discovery document is no JSON object")
    }
    // OpenID Connect Discovery §4.3.
    guard let issuer = root["issuer"]?.string, issuer == provider.issuer else {
      let found = root["issuer"]?.string.map(ForeignText.quoted) ?? "nobody"
      throw IssuerFault(
        "its discovery document is of \(found), not of '\(provider.issuer)': write the issuer exactly so")
    }
    if let types = root["response_types_supported"], !types.elements.contains(where: { $0.string == "code" }) {
      throw IssuerFault("it does not offer the authorization code flow")
    }
    func server(_ name: StaticString) throws(IssuerFault) -> IssuerServer? {
      guard let text = root[name]?.string else { return nil }
      return try Self.server(text, named: name, of: provider)
    }
    func needed(_ name: StaticString) throws(IssuerFault) -> IssuerServer {
      guard let server = try server(name) else { throw IssuerFault("its discovery document names no '\(name)'") }
      return server
    }
    _ = try needed("authorization_endpoint")
    authorization = root["authorization_endpoint"]?.string ?? ""
    token = try needed("token_endpoint")
    keys = try needed("jwks_uri")
    userInfo = try server("userinfo_endpoint")
    // One that cannot be used keeps nobody from signing in.
    endSession = root["end_session_endpoint"]?.string.flatMap { text in
      (try? Self.server(text, named: "end_session_endpoint", of: provider)).map { _ in text }
    }
    let methods = root["token_endpoint_auth_methods_supported"].map { $0.elements.compactMap(\.string) }
    if methods?.contains("client_secret_basic") ?? true {
      authentication = .basic
    } else if methods?.contains("client_secret_post") == true || provider.clientSecret == nil {
      authentication = .post
    } else {
      throw IssuerFault("it takes neither 'client_secret_basic' nor 'client_secret_post'")
    }
    namesItself = root["authorization_response_iss_parameter_supported"]?.bool ?? false
  }

  private static func server(
    _ text: String, named name: StaticString, of provider: SignInProvider
  ) throws(IssuerFault) -> IssuerServer {
    do throws(UpstreamURL.Problem) {
      let server = try IssuerURL.parse(text, privateCA: provider.discovery.privateCA)
      guard server.endpoint.isTLS || !provider.discovery.endpoint.isTLS else {
        throw UpstreamURL.Problem("it is not https")
      }
      return server
    } catch {
      throw IssuerFault("the '\(name)' of its discovery document cannot be used: \(error.sentence)")
    }
  }

  /// Where a browser is sent to sign in.
  func authorizationURL(_ attempt: SignInAttempt, of provider: SignInProvider, redirect: String) -> String {
    let query = FormText.encode([
      ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", redirect),
      ("scope", provider.scopes.joined(separator: " ")), ("state", attempt.state), ("nonce", attempt.nonce),
      ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"),
    ])
    return Self.url(authorization, query)
  }

  /// Where a browser is sent to sign out; nil: there is no such page.
  /// - Parameters:
  ///   - hint: the ID token of the sign-in; without it the issuer may ask the person.
  ///   - redirect: where the issuer sends the browser afterwards.
  func endSessionURL(hint: String?, of provider: SignInProvider, redirect: String, state: String) -> String? {
    guard let endSession else { return nil }
    var fields = [
      (name: "client_id", value: provider.clientID), (name: "post_logout_redirect_uri", value: redirect),
      (name: "state", value: state),
    ]
    if let hint { fields.append((name: "id_token_hint", value: hint)) }
    return Self.url(endSession, FormText.encode(fields))
  }

  private static func url(_ page: String, _ query: String) -> String {
    page + (page.contains("?") ? "&" : "?") + query
  }
}

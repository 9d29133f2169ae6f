import Foundation
import GatewayAdmin
import GatewayCore
import GatewayTesting
import Synchronization

/// An OpenID Connect provider that does what a test tells it to do.
final class ScriptedIssuer: IssuerClient {
  static let name = "https://id.example.com/realm"

  struct Script: Sendable {
    /// Of the ID token, below those that every one has; a member that stands there twice counts as the test says it.
    var claims: [String: String] = [
      "groups": #"["sluice-admins"]"#, "email": #""eve@example.com""#, "email_verified": "true",
    ]
    var userInfo: String?
    var metadata: [String: String] = [:]
    /// In the place of the ID token.
    var token: String?
    var faults: [String: String] = [:]
    var statuses: [String: Int] = [:]
    var keys: TestIssuer
    /// Codes that are good once, and what they were given for.
    var codes: [String: (nonce: String, challenge: String)] = [:]
    var asked: [String] = []
    var forms: [[String: String]] = []
    var authorizations: [String] = []
  }

  let script: Mutex<Script>

  init() throws { script = Mutex(Script(keys: try TestIssuer(.es256))) }

  /// - Parameter roles: gives who is in the group `sluice-admins` everything.
  static func provider(_ change: (inout SignInProvider) -> Void = { _ in }) -> SignInProvider {
    let endpoint = Provider.Endpoint(isTLS: true, host: "id.example.com", port: 443, basePath: "/realm")
    var roles = RoleClaims(claim: "groups")
    roles.administrators = ["sluice-admins"]
    roles.operators = ["ops"]
    roles.viewers = ["staff"]
    roles.leads = [RoleClaims.Lead(value: "mobile leads", team: "mobile")]
    var provider = SignInProvider(
      issuer: name, discovery: IssuerServer(endpoint: endpoint, target: "/realm/.well-known/openid-configuration"),
      clientID: "sluice", clientSecret: Secret("s3cret/+"), name: "Company login", roles: roles)
    change(&provider)
    return provider
  }

  func ask(_ question: IssuerQuestion) async throws(IssuerFault) -> IssuerReply {
    let path = question.server.target
    let result: Result<IssuerReply, IssuerFault> = script.withLock { script in
      script.asked.append(path)
      if let fault = script.faults[path] { return .failure(IssuerFault(fault)) }
      if let status = script.statuses[path] { return .success(IssuerReply(status: status, body: [])) }
      return .success(Self.reply(path, question, &script))
    }
    return try result.get()
  }

  private static func reply(_ path: String, _ question: IssuerQuestion, _ script: inout Script) -> IssuerReply {
    switch path {
    case "/realm/.well-known/openid-configuration":
      var members = [
        "issuer": #""\#(name)""#, "authorization_endpoint": #""https://id.example.com/authorize?a=b""#,
        "token_endpoint": #""https://id.example.com/token""#, "jwks_uri": #""https://id.example.com/keys""#,
        "userinfo_endpoint": #""https://id.example.com/userinfo""#,
      ]
      members.merge(script.metadata) { $1 }
      return json("{\(members.map { #""\#($0.key)":\#($0.value)"# }.joined(separator: ","))}")
    case "/keys": return json((try? TestIssuer.jwks(script.keys)) ?? "")
    case "/userinfo":
      question.authorization?.reveal { script.authorizations.append($0) }
      return script.userInfo.map { json($0) } ?? IssuerReply(status: 401, body: [])
    default: return token(question, &script)
    }
  }

  private static func token(_ question: IssuerQuestion, _ script: inout Script) -> IssuerReply {
    let form = RedirectURL.fields(question.form?.reveal { $0 } ?? "")
    script.forms.append(form)
    question.authorization?.reveal { script.authorizations.append($0) }
    guard let code = form["code"], let given = script.codes.removeValue(forKey: code) else {
      return json(#"{"error":"invalid_grant"}"#, status: 400)
    }
    var claims = [
      "iss": #""\#(name)""#, "aud": #""sluice""#, "sub": #""u-1""#, "nonce": #""\#(given.nonce)""#,
      "exp": "1800000300", "iat": "1800000000",
    ]
    claims.merge(script.claims) { $1 }
    let text = "{\(claims.filter { $0.value != "" }.map { #""\#($0.key)":\#($0.value)"# }.joined(separator: ","))}"
    let token = script.token ?? (try? script.keys.token(text)) ?? ""
    return json(#"{"access_token":"at-1","token_type":"Bearer","id_token":"\#(token)"}"#)
  }

  private static func json(_ text: String, status: Int = 200) -> IssuerReply {
    IssuerReply(status: status, body: Array(text.utf8))
  }
}

/// Where an answer sends a browser.
struct RedirectURL {
  let base: String
  let fields: [String: String]

  init?(_ answer: RawAnswer) {
    guard answer.status == 302, let text = answer.headers["location"] else { return nil }
    let parts = text.split(separator: "?", maxSplits: 1).map(String.init)
    base = parts[0]
    fields = parts.count > 1 ? Self.fields(parts[1]) : [:]
  }

  static func fields(_ text: String) -> [String: String] {
    var found: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" }
      found[parts[0]] = parts.count > 1 ? parts[1] : ""
    }
    return found
  }
}

import Foundation
import GatewayTesting
import Synchronization
import Testing

/// Sign-in to the console by an OpenID Connect provider, with the running program.
@Suite struct SignInByIssuer {
  private static let models = "providers: { e: { kind: echo } }\nmodels: { m: { targets: [e/echo] } }\n"

  private static func file(issuer: String, _ more: String = "") -> String {
    """
    server:
      admin:
        oidc:
          issuer: \(issuer)
          clientID: sluice
          clientSecret: env:OIDC_SECRET
          name: Company login
          roles: { administrator: [admins], viewer: [staff] }
          \(more)
    \(models)
    """
  }

  private static let environment = ["OIDC_SECRET": "s3cret"]

  /// A provider that lets in whom the test names.
  private final class Login: Sendable {
    let keys: TestIssuer
    let codes = Mutex<[String: String]>([:])

    init() throws { keys = try TestIssuer(.es256) }

    func answer(_ request: ReceivedRequest) -> Script {
      let host = request.headers["host"] ?? ""
      switch request.target {
      case "/realm/.well-known/openid-configuration":
        return [
          .json(
            #"{"issuer":"http://\#(host)/realm","authorization_endpoint":"http://\#(host)/authorize","#
              + #""token_endpoint":"http://\#(host)/token","jwks_uri":"http://\#(host)/keys"}"#)
        ]
      case "/keys": return [.json((try? TestIssuer.jwks(keys)) ?? "")]
      default:
        let code = request.text.split(separator: "&").first { $0.hasPrefix("code=") }?.dropFirst(5) ?? ""
        guard let claims = codes.withLock({ $0.removeValue(forKey: String(code)) }),
          let token = try? keys.token(claims.replacing("HOST", with: host))
        else { return [.json(#"{"error":"invalid_grant"}"#, status: 400)] }
        return [.json(#"{"access_token":"a","token_type":"Bearer","id_token":"\#(token)"}"#)]
      }
    }

    /// The answer that the browser brings.
    func back(from page: URLComponents, groups: String, lasts: Int = 300) -> String {
      func field(_ name: String) -> String { page.queryItems?.first { $0.name == name }?.value ?? "" }
      let now = Int(Date().timeIntervalSince1970)
      codes.withLock {
        $0["c-\(groups)"] =
          #"{"iss":"http://HOST/realm","aud":"sluice","sub":"u-\#(groups)","nonce":"\#(field("nonce"))","#
          + #""iat":\#(now),"exp":\#(now + lasts),"groups":["\#(groups)"]}"#
      }
      return "/api/v1/session/oidc/callback?code=c-\(groups)&state=\(field("state"))"
    }
  }

  private func begin(_ gateway: GatewayProcess) async throws -> (page: URLComponents, cookie: HeaderList) {
    let answer = try await gateway.admin("GET", "/api/v1/session/oidc")
    #expect(answer.status == 302, "\(answer.text)")
    let page = try #require(answer.headers["location"].flatMap { URLComponents(string: $0) })
    let cookie = answer.headers["set-cookie"]?.split(separator: ";").first ?? ""
    return (page, ["cookie": String(cookie)])
  }

  @Test func whoTheIssuerKnowsIsInAndTheOthersAreTold() async throws {
    try await scenario { scenario in
      let login = try Login()
      let provider = try await scenario.upstream { login.answer($0) }
      let issuer = "http://127.0.0.1:\(provider.port)/realm"
      let gateway = try await scenario.gateway(Self.file(issuer: issuer), environment: Self.environment)
      #expect(!gateway.programLog.contains("set-up token"))
      #expect(try await gateway.admin("GET", "/config").status == 401)
      #expect(try await gateway.admin("GET", "/api/v1/setup").json()["oidc"]?["name"]?.string == "Company login")

      let begun = try await begin(gateway)
      let answer = try await gateway.admin(
        "GET", login.back(from: begun.page, groups: "admins"), headers: begun.cookie)
      #expect(answer.headers["location"] == "http://127.0.0.1:\(gateway.adminPort)/")
      let cookie = try #require(answer.headers.all("set-cookie").first { $0.hasPrefix("sluice_session=") })
      let session: HeaderList = ["cookie": String(cookie.prefix { $0 != ";" })]
      #expect(try await gateway.admin("GET", "/config", headers: session).text.contains(#""clientSecret": "(hidden)""#))
      let trail = try await gateway.admin("GET", "/api/v1/audit", headers: session)
      #expect(trail.text.contains("session.create"))

      let other = try await begin(gateway)
      let refused = try await gateway.admin(
        "GET", login.back(from: other.page, groups: "guests"), headers: other.cookie)
      #expect(refused.headers["location"] == "http://127.0.0.1:\(gateway.adminPort)/?signIn=role")
      try await gateway.says("nobody was signed in", "no role: 'groups' is 'guests'")
      let late = try await begin(gateway)
      let expired = try await gateway.admin(
        "GET", login.back(from: late.page, groups: "admins", lasts: -100), headers: late.cookie)
      #expect(expired.headers["location"]?.hasSuffix("/?signIn=failed") == true)
      try await gateway.says("is a clock wrong?")
      #expect(!gateway.programLog.contains("s3cret"))
    }
  }

  @Test func theSettingsAreFollowedWithoutARestart() async throws {
    try await scenario { scenario in
      let login = try Login()
      let provider = try await scenario.upstream { login.answer($0) }
      let issuer = "http://127.0.0.1:\(provider.port)/realm"
      let gateway = try await scenario.gateway(Self.models, environment: Self.environment)
      #expect(try await gateway.admin("GET", "/api/v1/session/oidc").status == 404)
      try gateway.save(Self.file(issuer: issuer, "passwords: refuse"))
      gateway.hangUp()
      try await eventually("the provider is there") {
        try await gateway.admin("GET", "/api/v1/session/oidc").status == 302
      }
      let answer = try await gateway.admin(
        "POST", "/api/v1/setup", #"{"name":"eve","password":"correct horse"}"#)
      #expect(answer.status == 403)
    }
  }

  @Test(arguments: [
    ("gone", "could not be reached"), ("silent", "did not answer in time"),
    ("other", "its discovery document is of 'https://other.example'"),
    ("large", "answered with more than 256 KiB"), ("elsewhere", "answered 302"), ("text", "is no JSON object"),
  ]) func anIssuerThatCannotServeIsToldToTheUserAndTheLog(kind: String, reason: String) async throws {
    try await scenario { scenario in
      let provider = try await scenario.upstream { _ in
        switch kind {
        case "other": [.json(#"{"issuer":"https://other.example"}"#)]
        case "large": [.json(#"{"issuer":"\#(String(repeating: "x", count: 300 << 10))"}"#)]
        case "elsewhere": [.json("{}", status: 302, headers: ["location": "http://127.0.0.1:1/"])]
        default: [.json("hello")]
        }
      }
      let closed = try UnreachablePort(kind == "silent" ? .hangs : .refuses)
      let port = ["gone", "silent"].contains(kind) ? closed.port : provider.port
      let gateway = try await scenario.gateway(
        Self.file(issuer: "http://127.0.0.1:\(port)"), environment: Self.environment)
      let answer = try await gateway.admin("GET", "/api/v1/session/oidc")
      #expect(answer.headers["location"] == "http://127.0.0.1:\(gateway.adminPort)/?signIn=failed")
      try await gateway.says("nobody was signed in", reason)
      // The terminal and passwords are another way in.
      #expect(try await gateway.admin("GET", "/api/v1/setup").json()["passwords"]?.bool == true)
    }
  }
}

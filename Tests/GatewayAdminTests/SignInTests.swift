import Crypto
import Foundation
import GatewayAdmin
import GatewayCore
import GatewayStorage
import GatewayTesting
import Synchronization
import Testing

/// Signing in by an OpenID Connect provider, over a socket.
@Suite struct SignInTests {
  /// A plane whose people come from an issuer.
  func run(
    url: ConsoleURL? = nil, provider: SignInProvider = ScriptedIssuer.provider(),
    _ body: @escaping @Sendable (AccessFixture, ScriptedIssuer, ScriptedBackend) async throws -> Void
  ) async throws {
    let backend = ScriptedBackend()
    backend.script.withLock { $0.entrance = AdminEntrance(url: url, provider: provider) }
    let issuer = try ScriptedIssuer()
    try await AccessFixture.run(backend: backend, issuer: issuer) { plane in
      try await body(plane, issuer, backend)
    }
  }

  /// From the console to the issuer.
  private struct Begun {
    let cookie: String
    let url: RedirectURL

    init(_ answer: RawAnswer) throws {
      url = try #require(RedirectURL(answer))
      cookie = String(try #require(answer.headers["set-cookie"]?.split(separator: ";").first))
    }
  }

  /// The issuer has let somebody in: a code that is good once.
  private func begin(_ plane: AccessFixture, _ issuer: ScriptedIssuer, code: String = "c1") async throws -> Begun {
    let begun = try Begun(await plane.call("GET", "/session/oidc"))
    let nonce = try #require(begun.url.fields["nonce"])
    let challenge = try #require(begun.url.fields["code_challenge"])
    issuer.script.withLock { $0.codes[code] = (nonce, challenge) }
    return begun
  }

  private func end(_ plane: AccessFixture, _ begun: Begun, query: String? = nil) async throws -> RawAnswer {
    let query = query ?? "code=c1&state=\(begun.url.fields["state"] ?? "")&session_state=x"
    return try await plane.call("GET", "/session/oidc/callback?\(query)", nil, ["cookie: \(begun.cookie)"])
  }

  func signIn(_ plane: AccessFixture, _ issuer: ScriptedIssuer) async throws -> RawAnswer {
    try await end(plane, try await begin(plane, issuer))
  }

  func session(_ answer: RawAnswer) throws -> [String] {
    let cookies = answer.headers["set-cookie"]?.split(separator: "\n") ?? []
    let cookie = try #require(cookies.first { $0.hasPrefix("sluice_session=") })
    return ["cookie: \(cookie.split(separator: ";")[0])"]
  }

  /// The code of a refused sign-in.
  private func refusal(_ answer: RawAnswer) throws -> String {
    #expect(answer.headers["set-cookie"]?.contains("sluice_session") == false)
    return try #require(RedirectURL(answer)?.fields["signIn"])
  }

  // MARK: In

  @Test func theBrowserGoesToTheIssuerWithStateNonceAndProofKey() async throws {
    try await run { plane, issuer, _ in
      let answer = try await plane.call("GET", "/session/oidc")
      let url = try #require(RedirectURL(answer))
      #expect(url.base == "https://id.example.com/authorize")
      #expect(url.fields["a"] == "b")
      #expect(url.fields["response_type"] == "code" && url.fields["client_id"] == "sluice")
      #expect(url.fields["scope"] == "openid profile email")
      #expect(url.fields["redirect_uri"] == "http://localhost:\(plane.port)/api/v1/session/oidc/callback")
      #expect(url.fields["code_challenge_method"] == "S256")
      let values = ["state", "nonce", "code_challenge"].compactMap { url.fields[$0] }
      #expect(Set(values).count == 3 && values.allSatisfy { $0.utf8.count == 43 })
      let cookie = try #require(answer.headers["set-cookie"])
      for part in ["HttpOnly", "SameSite=Lax", "Path=/api/v1/session/oidc", "Max-Age=600"] {
        #expect(cookie.contains(part))
      }
      #expect(values.allSatisfy { !cookie.contains($0) })
    }
  }

  @Test func overTheOwnTLSTheWayBackIsHTTPSAndCookiesAreSecure() async throws {
    try await run { plane, issuer, backend in
      backend.script.withLock { $0.entrance.tls = ListenerTLS(certificate: "c", key: Secret("k")) }
      let begun = try await plane.call("GET", "/session/oidc")
      let url = try #require(RedirectURL(begun))
      #expect(url.fields["redirect_uri"] == "https://localhost:\(plane.port)/api/v1/session/oidc/callback")
      #expect(begun.headers["set-cookie"]?.hasSuffix("; Secure") == true)
      let answer = try await signIn(plane, issuer)
      #expect(answer.headers["location"] == "https://localhost:\(plane.port)/")
      #expect(answer.headers["set-cookie"]?.contains("SameSite=Strict; Secure") == true)
    }
  }

  @Test func whoHasAGroupOfTheSettingsIsSignedIn() async throws {
    try await run { plane, issuer, _ in
      let answer = try await signIn(plane, issuer)
      #expect(answer.status == 302)
      #expect(answer.headers["location"] == "http://localhost:\(plane.port)/")
      let shown = try await plane.call("GET", "/session", nil, try session(answer))
      let user = try #require(shown.object?["user"] as? [String: Any])
      #expect(user["name"] as? String == "eve@example.com" && user["role"] as? String == "administrator")
      #expect(shown.object?["csrf"] as? String != nil)
      let users = try await plane.call("GET", "/users", nil, try session(answer))
      #expect(
        users.body.contains(#""issuer":"https:\/\/id.example.com\/realm""#) || users.body.contains(ScriptedIssuer.name))
      let trail = try await plane.call("GET", "/audit", nil, try session(answer))
      #expect(trail.body.contains("session.create") && trail.body.contains("users.create"))
      for part in ["SameSite=Strict", "HttpOnly"] { #expect(answer.headers["set-cookie"]?.contains(part) == true) }
    }
  }

  @Test func theCodeIsProvenByTheVerifierOfItsChallenge() async throws {
    try await run { plane, issuer, _ in
      let begun = try await begin(plane, issuer)
      #expect(try await end(plane, begun).status == 302)
      let (form, authorization) = issuer.script.withLock { ($0.forms[0], $0.authorizations[0]) }
      let digest = Data(SHA256.hash(data: Data((form["code_verifier"] ?? "").utf8)))
      let challenge = digest.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        .replacing("=", with: "")
      #expect(begun.url.fields["code_challenge"] == challenge)
      #expect(form["grant_type"] == "authorization_code" && form["client_secret"] == nil)
      #expect(form["redirect_uri"] == begun.url.fields["redirect_uri"])
      // RFC 6749 §2.3.1: encoded as in a form first.
      #expect(authorization == "Basic \(Data("sluice:s3cret%2F%2B".utf8).base64EncodedString())")
    }
  }

  @Test func anIssuerThatWantsTheSecretInTheFormGetsItThere() async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.metadata["token_endpoint_auth_methods_supported"] = #"["client_secret_post"]"# }
      _ = try session(await signIn(plane, issuer))
      let (form, authorizations) = issuer.script.withLock { ($0.forms[0], $0.authorizations) }
      #expect(form["client_id"] == "sluice" && form["client_secret"] == "s3cret/+" && authorizations.isEmpty)
    }
  }

  @Test func aPublicClientShowsNoSecret() async throws {
    let provider = ScriptedIssuer.provider { $0.clientSecret = nil }
    try await run(provider: provider) { plane, issuer, _ in
      _ = try session(await signIn(plane, issuer))
      let (form, authorizations) = issuer.script.withLock { ($0.forms[0], $0.authorizations) }
      #expect(form["client_id"] == "sluice" && form["client_secret"] == nil && authorizations.isEmpty)
    }
  }

  @Test(
    arguments: [
      (#"["staff","ops"]"#, "operator", nil), (#"["staff"]"#, "viewer", nil), (#""staff""#, "viewer", nil),
      (#"["mobile leads","staff"]"#, "team-administrator", "mobile"),
      (#"["sluice-admins","mobile leads"]"#, "administrator", nil),
    ] as [(String, String, String?)]) func theGroupThatMayDoMostGivesTheRole(
      groups: String, role: String, team: String?
    ) async throws
  {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.claims["groups"] = groups }
      let answer = try await signIn(plane, issuer)
      let shown = try await plane.call("GET", "/session", nil, try session(answer))
      let user = try #require(shown.object?["user"] as? [String: Any])
      #expect(user["role"] as? String == role && user["team"] as? String == team)
    }
  }

  @Test func claimsThatTheTokenLacksComeFromUserInfo() async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock {
        $0.claims = [:]
        $0.userInfo = #"{"sub":"u-1","groups":["ops"],"email":"bob@example.com","email_verified":true}"#
      }
      let answer = try await signIn(plane, issuer)
      let shown = try await plane.call("GET", "/session", nil, try session(answer))
      let user = try #require(shown.object?["user"] as? [String: Any])
      #expect(user["name"] as? String == "bob@example.com" && user["role"] as? String == "operator")
      #expect(issuer.script.withLock { $0.authorizations.last } == "Bearer at-1")
    }
  }

  @Test func userInfoOfAnotherUserIsNobodys() async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock {
        $0.claims = [:]
        $0.userInfo = #"{"sub":"u-2","groups":["sluice-admins"]}"#
      }
      let code = try refusal(await signIn(plane, issuer))
      #expect(code == "failed")
    }
  }

  @Test func anUnverifiedAddressIsNoName() async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock {
        $0.claims["email_verified"] = "false"
        $0.userInfo = #"{"sub":"u-1"}"#
      }
      _ = try await signIn(plane, issuer)
      #expect(try await plane.store.users().map(\.name) == ["u-1"])
    }
  }

  @Test func theRoleIsAskedForAtEachSignIn() async throws {
    try await run { plane, issuer, _ in
      let first = try session(await signIn(plane, issuer))
      issuer.script.withLock { $0.claims["groups"] = #"["staff"]"# }
      let second = try session(await signIn(plane, issuer))
      #expect(try await plane.call("GET", "/session", nil, first).status == 401)
      #expect(try await plane.call("GET", "/users", nil, second).status == 403)
      #expect(try await plane.store.users().map(\.role) == [.viewer])
      issuer.script.withLock { $0.claims["groups"] = #"["others"]"# }
      #expect(try refusal(await signIn(plane, issuer)) == "role")
    }
  }

  @Test func anotherAddressOfTheSamePersonIsNoOtherUser() async throws {
    try await run { plane, issuer, _ in
      _ = try await signIn(plane, issuer)
      issuer.script.withLock { $0.claims["email"] = #""eve@new.example.com""# }
      _ = try session(await signIn(plane, issuer))
      #expect(try await plane.store.users().map(\.name) == ["eve@example.com"])
    }
  }

  // MARK: Not in

  @Test func whoHasNoneOfTheGroupsStaysOutside() async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.claims["groups"] = #"["sluice","admins","ops and more"]"# }
      #expect(try refusal(await signIn(plane, issuer)) == "role")
      #expect(try await plane.store.users().isEmpty)
      let token = try await plane.token(.administrator)
      let trail = try await plane.call("GET", "/audit", nil, ["authorization: Bearer \(token)"])
      let record = try #require(
        (trail.object?["data"] as? [[String: Any]])?.first { $0["action"] as? String == "session.refused" })
      // The claim is not the one who acts: another user may have the name.
      #expect(record["by"] as? String == "nobody" && record["object"] as? String == "eve@example.com")
      let detail = record["detail"] as? [String: Any]
      #expect(detail?["issuer"] as? String == ScriptedIssuer.name && detail?["reason"] as? String == "role")
    }
  }

  @Test func aUserWithAPasswordIsNotTakenOver() async throws {
    try await run { plane, issuer, _ in
      try await plane.make("eve@example.com", .viewer)
      #expect(try refusal(await signIn(plane, issuer)) == "name")
      #expect(try await plane.store.users().map(\.role) == [.viewer])
      _ = try await plane.signIn("eve@example.com")
    }
  }

  @Test func anotherPersonOfTheIssuerDoesNotGetTheUserOfTheSameName() async throws {
    try await run { plane, issuer, _ in
      _ = try await signIn(plane, issuer)
      issuer.script.withLock { $0.claims["sub"] = #""u-2""# }
      #expect(try refusal(await signIn(plane, issuer)) == "name")
    }
  }

  @Test func whoIsDisabledHereStaysOutside() async throws {
    try await run { plane, issuer, _ in
      try await plane.make("root")
      let session = try session(await signIn(plane, issuer))
      let root = try await plane.signIn("root")
      let path = "/users/eve%40example.com"
      #expect(try await plane.call("PATCH", path, #"{"disabled":true}"#, root.headers).status == 200)
      #expect(try await plane.call("GET", "/session", nil, session).status == 401)
      #expect(try refusal(await signIn(plane, issuer)) == "disabled")
    }
  }

  @Test(arguments: [#"{"role":"viewer"}"#, #"{"password":"correct horse"}"#])
  func whatTheIssuerDecidesIsNotChangedHere(body: String) async throws {
    try await run { plane, issuer, _ in
      try await plane.make("root")
      _ = try await signIn(plane, issuer)
      let root = try await plane.signIn("root")
      let answer = try await plane.call("PATCH", "/users/eve%40example.com", body, root.headers)
      #expect(answer.status == 409 && answer.code == "invalid_request")
    }
  }

  @Test(arguments: [
    "code=c1", "code=c1&state=", "code=c1&state=AAAA", "code=c1&state=STATE&state=STATE", "code=c1&state=STATE%", "",
  ]) func anAnswerThatTheBrowserHasNotAskedForIsNotLookedAt(query: String) async throws {
    try await run { plane, issuer, _ in
      let begun = try await begin(plane, issuer)
      let state = begun.url.fields["state"] ?? ""
      let answer = try await end(plane, begun, query: query.replacing("STATE", with: state))
      #expect(try refusal(answer) == "expired")
      #expect(issuer.script.withLock { $0.forms.isEmpty })
    }
  }

  @Test func theAnswerOfAnotherBrowserIsNotLookedAt() async throws {
    try await run { plane, issuer, _ in
      let mine = try await begin(plane, issuer)
      let others = try await begin(plane, issuer, code: "c2")
      let query = "code=c2&state=\(others.url.fields["state"] ?? "")"
      #expect(try refusal(await end(plane, mine, query: query)) == "expired")
      let bare = try await plane.call("GET", "/session/oidc/callback?\(query)")
      #expect(try refusal(bare) == "expired")
      #expect(issuer.script.withLock { $0.forms.isEmpty })
    }
  }

  @Test func aCookieThatSomebodyHasMadeIsWorthNothing() async throws {
    try await run { plane, issuer, _ in
      let begun = try await begin(plane, issuer)
      let (seconds, rest) = (begun.cookie.split(separator: ".")[0], begun.cookie.split(separator: ".")[1])
      let later = "sluice_signin=\((Int(seconds.split(separator: "=")[1]) ?? 0) + 300).\(rest)"
      let answer = try await plane.call(
        "GET", "/session/oidc/callback?code=c1&state=\(begun.url.fields["state"] ?? "")", nil, ["cookie: \(later)"])
      #expect(try refusal(answer) == "expired")
    }
  }

  @Test func whoTakesTooLongBeginsAnew() async throws {
    try await run { plane, issuer, _ in
      let begun = try await begin(plane, issuer)
      plane.pass(seconds: 601)
      #expect(try refusal(await end(plane, begun)) == "expired")
    }
  }

  @Test func aCodeIsGoodOnce() async throws {
    try await run { plane, issuer, _ in
      let begun = try await begin(plane, issuer)
      let first = try await end(plane, begun)
      #expect(first.headers["set-cookie"]?.contains("sluice_signin=; ") == true)
      _ = try session(first)
      #expect(try refusal(await end(plane, begun)) == "failed")
    }
  }

  @Test func whoCancelsIsToldSo() async throws {
    try await run { plane, issuer, _ in
      let begun = try await begin(plane, issuer)
      let query = "error=access_denied&error_description=%3Cscript%3E&state=\(begun.url.fields["state"] ?? "")"
      let answer = try await end(plane, begun, query: query)
      #expect(try refusal(answer) == "cancelled")
      #expect(answer.headers["location"] == "http://localhost:\(plane.port)/?signIn=cancelled")
    }
  }

  @Test(arguments: [
    ["nonce": #""another""#], ["nonce": ""], ["aud": #""shop""#], ["aud": #"["sluice","shop"]"#],
    ["aud": #"["sluice","shop"]"#, "azp": #""shop""#], ["iss": #""https://evil.example""#], ["exp": "1799999960"],
    ["exp": ""], ["iat": "1800000031"], ["iat": ""], ["sub": ""],
  ]) func aTokenOfSomethingElseLetsNobodyIn(claims: [String: String]) async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.claims.merge(claims) { $1 } }
      let code = try refusal(await signIn(plane, issuer))
      #expect(code == "failed")
      #expect(try await plane.store.users().isEmpty)
    }
  }

  @Test func clocksMayDifferALittle() async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.claims.merge(["iat": "1800000029", "exp": "1799999971"]) { $1 } }
      _ = try session(await signIn(plane, issuer))
    }
  }

  @Test(arguments: ["none", "HS256", "key"]) func aForgedTokenLetsNobodyIn(kind: String) async throws {
    try await run { plane, issuer, _ in
      let begun = try await begin(plane, issuer)
      let claims =
        #"{"iss":"\#(ScriptedIssuer.name)","aud":"sluice","sub":"u","exp":1800000300,"iat":1800000000,"#
        + #""nonce":"\#(begun.url.fields["nonce"] ?? "")","groups":["sluice-admins"]}"#
      let other = try TestIssuer(.es256)
      let forged =
        kind == "key" ? try other.token(claims) : try other.token(claims, header: #"{"alg":"\#(kind)","kid":"k1"}"#)
      issuer.script.withLock { $0.token = forged }
      #expect(try refusal(await end(plane, begun)) == "failed")
      #expect(try await plane.store.users().isEmpty)
    }
  }

  // MARK: The issuer

  @Test func newKeysOfTheIssuerAreFetched() async throws {
    try await run { plane, issuer, _ in
      _ = try session(await signIn(plane, issuer))
      let next = try TestIssuer(.eddsa, kid: "k2")
      issuer.script.withLock { $0.keys = next }
      _ = try session(await signIn(plane, issuer))
      #expect(issuer.script.withLock { $0.asked.count { $0 == "/keys" } } == 2)
    }
  }

  @Test func theIssuerIsNotAskedForItselfAtEachSignIn() async throws {
    try await run { plane, issuer, _ in
      for _ in 1...3 { _ = try session(await signIn(plane, issuer)) }
      #expect(issuer.script.withLock { $0.asked.count { $0 != "/token" } } == 2)
      plane.pass(seconds: 601)
      issuer.script.withLock { $0.faults["/keys"] = "it is away" }
      issuer.script.withLock { $0.claims.merge(["exp": "1800001000", "iat": "1800000600"]) { $1 } }
      // What was known serves while the issuer is away.
      _ = try session(await signIn(plane, issuer))
    }
  }

  @Test func anIssuerThatIsAwayIsAskedAgainSoonButNotAtOnce() async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.faults["/realm/.well-known/openid-configuration"] = "it did not answer in time" }
      for _ in 1...3 { #expect(try refusal(await plane.call("GET", "/session/oidc")) == "failed") }
      #expect(issuer.script.withLock { $0.asked.count } == 1)
      issuer.script.withLock { $0.faults = [:] }
      plane.pass(seconds: 5)
      _ = try session(await signIn(plane, issuer))
    }
  }

  @Test(arguments: [
    ["issuer": #""https://id.example.com/realm/""#], ["authorization_endpoint": "null"], ["token_endpoint": "7"],
    ["token_endpoint": #""http://id.example.com/token""#], ["jwks_uri": #""ftp://x/keys""#],
    ["response_types_supported": #"["id_token"]"#],
    ["token_endpoint_auth_methods_supported": #"["private_key_jwt"]"#],
  ]) func anIssuerThatDoesNotFitIsRefused(metadata: [String: String]) async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.metadata = metadata }
      let code = try refusal(await plane.call("GET", "/session/oidc"))
      #expect(code == "failed")
    }
  }

  @Test(arguments: [
    ("iss=https%3A%2F%2Fevil.example", false, "failed"), ("", true, "failed"),
    ("iss=https%3A%2F%2Fid.example.com%2Frealm", true, ""),
  ]) func theAnswerOfAnotherIssuerIsRefused(more: String, namesItself: Bool, code: String) async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.metadata["authorization_response_iss_parameter_supported"] = "\(namesItself)" }
      let begun = try await begin(plane, issuer)
      let answer = try await end(plane, begun, query: "code=c1&state=\(begun.url.fields["state"] ?? "")&\(more)")
      #expect(RedirectURL(answer)?.fields["signIn"] ?? "" == code)
    }
  }

  // MARK: Beside passwords

  @Test func theLoginPageLearnsWhatItMayOffer() async throws {
    try await run { plane, issuer, backend in
      let both = try await plane.call("GET", "/setup")
      #expect(both.body == #"{"needed":false,"oidc":{"name":"Company login"},"passwords":true,"token":"required"}"#)
      let provider = ScriptedIssuer.provider { $0.takesPasswords = false }
      backend.script.withLock { $0.entrance = AdminEntrance(provider: provider) }
      #expect(try await plane.call("GET", "/setup").object?["passwords"] as? Bool == false)
    }
  }

  @Test func wherePasswordsAreRefusedTheyLetNobodyIn() async throws {
    try await run { plane, issuer, backend in
      try await plane.make("root")
      let root = try await plane.signIn("root")
      let provider = ScriptedIssuer.provider { $0.takesPasswords = false }
      backend.script.withLock { $0.entrance = AdminEntrance(provider: provider) }
      #expect(try await plane.call("GET", "/session", nil, root.headers).status == 401)
      let answer = try await plane.call("POST", "/session", #"{"name":"root","password":"correct horse"}"#)
      #expect(answer.status == 403 && answer.code == "not_permitted")
      let setUp = try await plane.call("POST", "/setup", #"{"name":"ada","password":"correct horse"}"#)
      #expect(setUp.status == 403)
    }
  }

  @Test func aUserOfAnIssuerHasNoPassword() async throws {
    try await run { plane, issuer, _ in
      let cookie = try session(await signIn(plane, issuer))
      for password in ["", "correct horse"] {
        let answer = try await plane.call(
          "POST", "/session", #"{"name":"eve@example.com","password":"\#(password)"}"#)
        #expect(answer.status == 401)
      }
      let csrf = try #require(try await plane.call("GET", "/session", nil, cookie).object?["csrf"] as? String)
      let change = try await plane.call(
        "PUT", "/session/password", #"{"old":"","new":"battery staple"}"#, cookie + ["x-sluice-csrf: \(csrf)"])
      #expect(change.status == 409)
    }
  }

  @Test func aPlaneThatPeopleSignInToIsNotOpenToThisMachine() async throws {
    try await run { plane, issuer, _ in
      #expect(try await plane.call("GET", "/config").status == 401)
      let shown = try await plane.call("GET", "/session")
      #expect(shown.status == 401 && shown.object?["setUp"] == nil)
      // The first administrator may also be made with the token of the start.
      let setUp = try await plane.call("POST", "/setup", #"{"name":"ada","password":"correct horse"}"#)
      #expect(setUp.status == 400)
    }
  }

  @Test func withoutTheIssuerItsPeopleAreOut() async throws {
    try await run { plane, issuer, backend in
      let cookie = try session(await signIn(plane, issuer))
      backend.script.withLock { $0.entrance = AdminEntrance() }
      #expect(try await plane.call("GET", "/session", nil, cookie).status == 401)
      #expect(try await plane.call("GET", "/session/oidc").status == 404)
      #expect(try await plane.call("GET", "/session/oidc/callback?code=c").status == 404)
    }
  }

  @Test func aSessionOfTheIssuerEndsAfterHalfADay() async throws {
    try await run { plane, issuer, _ in
      let cookie = try session(await signIn(plane, issuer))
      plane.pass(seconds: 11 * 3600)
      #expect(try await plane.call("GET", "/session", nil, cookie).status == 200)
      plane.pass(seconds: 3601)
      #expect(try await plane.call("GET", "/session", nil, cookie).status == 401)
    }
  }

  @Test func whoTriesAllTheTimeHasToWait() async throws {
    try await run { plane, issuer, _ in
      // Any page can have a browser ask so: it locks nobody out.
      for _ in 1...12 {
        #expect(try refusal(await plane.call("GET", "/session/oidc/callback?code=c&state=s")) == "expired")
      }
      for _ in 1...10 {
        let begun = try await begin(plane, issuer)
        let query = "code=guessed&state=\(begun.url.fields["state"] ?? "")"
        #expect(try refusal(await end(plane, begun, query: query)) == "failed")
      }
      #expect(try refusal(await signIn(plane, issuer)) == "wait")
      plane.pass(seconds: 2)
      _ = try session(await signIn(plane, issuer))
    }
  }

  // MARK: Where browsers are sent

  @Test func theURLOfTheConsoleIsWhereBrowsersComeBackTo() async throws {
    let endpoint = Provider.Endpoint(isTLS: true, host: "console.example.com", port: 443, basePath: "/sluice")
    try await run(url: ConsoleURL(endpoint)) { plane, issuer, _ in
      let begun = try await begin(plane, issuer)
      #expect(begun.url.fields["redirect_uri"] == "https://console.example.com/sluice/api/v1/session/oidc/callback")
      let start = try await RawAnswer.to(
        "GET /api/v1/session/oidc HTTP/1.1\r\nhost: console.example.com", port: plane.port)
      #expect(start.status == 302)
      #expect(start.headers["set-cookie"]?.contains("Path=/sluice/api/v1/session/oidc; ") == true)
      #expect(start.headers["set-cookie"]?.hasSuffix("; Secure") == true)
      let answer = try await end(plane, begun)
      #expect(answer.headers["location"] == "https://console.example.com/sluice/")
      #expect(answer.headers["set-cookie"]?.contains("SameSite=Strict; Secure") == true)
    }
  }

  @Test(arguments: ["evil.example", "evil.example:8081", "127.0.0.1.evil.example", "localhost@evil.example"])
  func nobodyIsSentToAHostThatNobodyHasNamed(host: String) async throws {
    try await run { plane, issuer, _ in
      for path in ["/api/v1/session/oidc", "/api/v1/session/oidc/callback?code=c&state=s"] {
        let answer = try await RawAnswer.to("GET \(path) HTTP/1.1\r\nhost: \(host)", port: plane.port)
        #expect(answer.status == 403 && answer.headers["location"] == nil)
      }
    }
  }
}

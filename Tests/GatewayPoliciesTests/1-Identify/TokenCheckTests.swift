import GatewayCore
import GatewayPolicies
import GatewayProviders
import GatewayTesting
import Testing

@Suite struct TokenCheckTests {
  /// 2026-01-01T00:00:00Z
  private static let now = WallTime(milliseconds: 1_767_225_600_000)
  private static let claims = #"{"aud":"api-gateway","scope":"a b","exp":1767225700,"azp":"web","sub":"u"}"#

  private static let tenants = Tenants(
    teams: [Team(name: "research"), Team(name: "sales")], roles: [Role(name: "reader"), Role(name: "writer")])

  private func authentication(counted: [String] = []) -> Authentication {
    Authentication(
      methods: [.keys], consumers: [Consumer(name: "web", models: nil)], tenants: Self.tenants,
      countedClaims: counted)
  }

  private func demands(_ change: (inout TokenDemands) -> Void = { _ in }) -> TokenDemands {
    var demands = TokenDemands(audience: ["api-gateway"], whom: .claim("azp"))
    change(&demands)
    return demands
  }

  private func check(
    _ token: String, keys: String, demands: TokenDemands? = nil,
    algorithms: Set<SignatureAlgorithm> = Set(SignatureAlgorithm.allCases), counted: [String] = [], leeway: Int = 30
  ) throws(TokenRefusal) -> TokenCheck.Accepted {
    let issuer = TokenIssuer(
      demands: demands ?? self.demands(), keys: .document(keys), algorithms: algorithms, leeway: .seconds(leeway))
    guard let parsed = Array(token.utf8).withUnsafeBytes({ CompactToken($0) }) else { throw .notAToken }
    guard let set = try? KeySet(keys.utf8) else { throw .malformed("no keys") }
    return try TokenCheck(issuer, in: authentication(counted: counted)).check(parsed, with: set, now: Self.now)
  }

  private func refusal(
    _ token: String, keys: String, demands: TokenDemands? = nil,
    algorithms: Set<SignatureAlgorithm> = Set(SignatureAlgorithm.allCases), leeway: Int = 30
  ) -> TokenRefusal? {
    do throws(TokenRefusal) {
      _ = try check(token, keys: keys, demands: demands, algorithms: algorithms, leeway: leeway)
      return nil
    } catch {
      return error
    }
  }

  private func refusal(ofClaims claims: String, _ change: (inout TokenDemands) -> Void = { _ in }) throws
    -> TokenRefusal?
  {
    let issuer = try TestIssuer(.eddsa)
    return refusal(try issuer.token(claims), keys: try issuer.jwk(), demands: demands(change))
  }

  // MARK: Signatures

  @Test(arguments: [TestIssuer.Kind.rs256, .ps256, .es256, .eddsa])
  func aSignatureOfEachKindIsVerified(_ kind: TestIssuer.Kind) throws {
    let issuer = try TestIssuer(kind)
    let accepted = try check(try issuer.token(Self.claims), keys: try TestIssuer.jwks(issuer))
    #expect(accepted.caller.consumer.name == "web")
    #expect(accepted.caller.claims?.subject == "u")
    #expect(accepted.until == WallTime(milliseconds: 1_767_225_730_000))
  }

  @Test(arguments: [TestIssuer.Kind.rs256, .es256])
  func keysInPEMServeTokensWithAndWithoutAKeyID(_ kind: TestIssuer.Kind) throws {
    let issuer = try TestIssuer(kind)
    let pem = try #require(issuer.pem)
    #expect(refusal(try issuer.token(Self.claims), keys: pem) == nil)
    #expect(refusal(try issuer.token(Self.claims, header: #"{"alg":"\#(kind.rawValue)"}"#), keys: pem) == nil)
  }

  @Test(arguments: [TestIssuer.Kind.rs256, .ps256, .es256, .eddsa])
  func anyChangedPartIsRefused(_ kind: TestIssuer.Kind) throws {
    let issuer = try TestIssuer(kind)
    let keys = try TestIssuer.jwks(issuer)
    let parts = try issuer.token(Self.claims).split(separator: ".").map(String.init)
    let other = try issuer.token(Self.claims.replacing("\"u\"", with: "\"v\"")).split(separator: ".").map(String.init)
    #expect(refusal([parts[0], other[1], parts[2]].joined(separator: "."), keys: keys) == .badSignature)
    #expect(refusal([parts[0], parts[1], other[2]].joined(separator: "."), keys: keys) == .badSignature)
    #expect(refusal([parts[0], parts[1], ""].joined(separator: "."), keys: keys) == .badSignature)
  }

  @Test(arguments: ["none", "None", "NONE", "HS256", "HS512", "", "RS1"])
  func algorithmsWithoutAKeyPairAreRefused(_ name: String) throws {
    let issuer = try TestIssuer(.eddsa)
    let token = try issuer.token(Self.claims, header: #"{"alg":"\#(name)","kid":"k1"}"#)
    guard case .unsupportedAlgorithm(name, _) = refusal(token, keys: try issuer.jwk()) else {
      Issue.record("\(name) was not refused for itself")
      return
    }
    let bare = token.split(separator: ".").prefix(2).joined(separator: ".") + "."
    #expect(refusal(bare, keys: try issuer.jwk()) != nil)
  }

  @Test func aKeyIsOnlyForAlgorithmsOfItsKind() throws {
    let rsa = try TestIssuer(.rs256)
    // Signed with RSA, but said to be of an elliptic curve, and the other way round.
    let token = try rsa.token(Self.claims, header: #"{"alg":"ES256","kid":"k1"}"#)
    #expect(refusal(token, keys: try rsa.jwk()) == .unknownKey("k1"))
    let curve = try TestIssuer(.es256)
    let other = try curve.token(Self.claims, header: #"{"alg":"RS256","kid":"k1"}"#)
    #expect(refusal(other, keys: try curve.jwk()) == .unknownKey("k1"))
  }

  @Test func aKeyWithAnAlgorithmIsForThatAlone() throws {
    let issuer = try TestIssuer(.ps256)
    let token = try issuer.token(Self.claims)
    #expect(refusal(token, keys: try issuer.jwk(#""alg":"RS256""#)) == .unknownKey("k1"))
    #expect(refusal(token, keys: try issuer.jwk(#""alg":"PS256""#)) == nil)
  }

  @Test func algorithmsThatAreNotConfiguredAreRefused() throws {
    let issuer = try TestIssuer(.es256)
    let token = try issuer.token(Self.claims)
    #expect(
      refusal(token, keys: try issuer.jwk(), algorithms: [.rs256]) == .unsupportedAlgorithm("ES256", allowed: ["RS256"])
    )
  }

  @Test func anUnknownKeyIsNamed() throws {
    let issuer = try TestIssuer(.es256)
    let token = try issuer.token(Self.claims, header: #"{"alg":"ES256","kid":"k9"}"#)
    #expect(refusal(token, keys: try issuer.jwk()) == .unknownKey("k9"))
  }

  @Test(arguments: [#"["exp"]"#, #"["b64"]"#, "[]", #""exp""#, "[1]"])
  func extensionsThatMustBeUnderstoodAreNot(_ critical: String) throws {
    let issuer = try TestIssuer(.es256)
    let token = try issuer.token(Self.claims, header: #"{"alg":"ES256","kid":"k1","crit":\#(critical)}"#)
    guard case .critical = refusal(token, keys: try issuer.jwk()) else {
      Issue.record("'crit' was passed over")
      return
    }
  }

  // MARK: What is no token

  @Test(arguments: [
    "", "sk-app", "eyJ", "a.b.c", "eyJhbGciOiJSUzI1NiJ9..", "ey.ey.ey", "e30.e30.e30", "eyJh.e30.e30.e30.e30",
  ])
  func otherCredentialsAreNoTokens(_ text: String) {
    let parsed = Array(text.utf8).withUnsafeBytes { CompactToken($0) }
    // A header and nothing else is a token, though a bad one.
    #expect((parsed != nil) == (text == "eyJhbGciOiJSUzI1NiJ9.."))
  }

  @Test func aHugeTokenIsNone() throws {
    let issuer = try TestIssuer(.eddsa)
    let token = try issuer.token(#"{"x":"\#(String(repeating: "y", count: 13_000))"}"#)
    #expect(token.utf8.count > CompactToken.maximumBytes)
    #expect(Array(token.utf8).withUnsafeBytes { CompactToken($0) } == nil)
  }

  @Test func base64WithPaddingOrOtherLettersIsNoToken() throws {
    let issuer = try TestIssuer(.eddsa)
    let token = try issuer.token(Self.claims)
    for text in [token + "=", token + "==", token + "\n", token.replacing(".", with: "+.", maxReplacements: 1)] {
      #expect(Array(text.utf8).withUnsafeBytes { CompactToken($0) } == nil)
    }
  }

  @Test(arguments: ["[]", "1", "{", #"{"exp":1767225700,"exp":9767225700}"#])
  func aPayloadThatIsNotOneObjectIsRefused(_ payload: String) throws {
    guard case .malformed = try refusal(ofClaims: payload) else {
      Issue.record("\(payload) was let in")
      return
    }
  }

  // MARK: Times

  @Test func anEndIsNeeded() throws {
    #expect(try refusal(ofClaims: #"{"aud":"api-gateway","azp":"web"}"#) == .missingClaim("exp"))
    #expect(
      try refusal(ofClaims: #"{"aud":"api-gateway","azp":"web","exp":"1767225700"}"#)
        == .malformed("its 'exp' is no number"))
  }

  @Test(arguments: [(1_767_225_570, true), (1_767_225_571, false), (1_767_225_600, false)])
  func anEndIsGoodForTheLeeway(_ end: Int, _ isRefused: Bool) throws {
    let found = try refusal(ofClaims: #"{"aud":"api-gateway","azp":"web","exp":\#(end)}"#)
    #expect(found == (isRefused ? .expired(WallTime(milliseconds: Int64(end) * 1000)) : nil))
  }

  @Test(arguments: [("1767225630", false), ("1767225630.5", true), ("1767229200", true), ("0", false)])
  func aBeginIsGoodForTheLeeway(_ begin: String, _ isRefused: Bool) throws {
    let found = try refusal(ofClaims: #"{"aud":"api-gateway","azp":"web","exp":1767232000,"nbf":\#(begin)}"#)
    #expect((found != nil) == isRefused)
    if isRefused { #expect(found?.error.message.hasPrefix("the token is not valid before 2026-01-01T0") == true) }
  }

  @Test func theMomentOfAnEndIsTold() throws {
    let found = try refusal(ofClaims: #"{"aud":"api-gateway","exp":1672531200}"#)
    #expect(found?.error.message == "the token expired at 2023-01-01T00:00:00Z; get a new one")
    #expect(found?.error.status == 401)
  }

  // MARK: Issuer and audience

  @Test func anIssuerIsComparedLetterByLetter() throws {
    let claims = #"{"aud":"api-gateway","azp":"web","exp":1767225700,"iss":"https://a/"}"#
    #expect(try refusal(ofClaims: claims) { $0.issuer = "https://a/" } == nil)
    #expect(
      try refusal(ofClaims: claims) { $0.issuer = "https://a" } == .wrongIssuer("https://a/", wanted: "https://a"))
    #expect(try refusal(ofClaims: Self.claims) { $0.issuer = "https://a" } == .missingClaim("iss"))
  }

  @Test func oneOfSeveralAudiencesIsEnough() throws {
    let claims = #"{"aud":["x","api-gateway"],"azp":"web","exp":1767225700}"#
    #expect(try refusal(ofClaims: claims) == nil)
    #expect(
      try refusal(ofClaims: claims) { $0.audience = ["y"] } == .wrongAudience(["x", "api-gateway"], wanted: ["y"]))
    #expect(
      try refusal(ofClaims: #"{"azp":"web","exp":1767225700}"#) == .wrongAudience([], wanted: ["api-gateway"]))
  }

  @Test func whoHasNoAudienceTakesTokensWithoutOne() throws {
    #expect(try refusal(ofClaims: #"{"azp":"web","exp":1767225700}"#) { $0.audience = [] } == nil)
    #expect(try refusal(ofClaims: Self.claims) { $0.audience = [] } == .wrongAudience(["api-gateway"], wanted: []))
  }

  // MARK: Scopes and claims

  @Test(arguments: [#""scope":"a b c""#, #""scopes":["a","b"]"#, #""scp":["b","a"]"#, #""scp":"a","scope":"b""#])
  func scopesComeInSeveralForms(_ granted: String) throws {
    let claims = #"{"aud":"api-gateway","azp":"web","exp":1767225700,\#(granted)}"#
    #expect(try refusal(ofClaims: claims) { $0.scopes = ["a", "b"] } == nil)
    let missing = try refusal(ofClaims: claims) { $0.scopes = ["a", "z"] }
    #expect(missing == .missingScopes(["z"], wanted: ["a", "z"]))
    #expect(missing?.error.status == 403)
  }

  @Test(arguments: [
    ("ctx.app", #"{"ctx":{"app":"web"}}"#), ("https://x.example/app", #"{"https://x.example/app":"web"}"#),
    ("https://x.example/ctx.app", #"{"https://x.example/ctx":{"app":"web"}}"#), ("a.b.c", #"{"a.b":{"c":"web"}}"#),
    ("a.b.c", #"{"a":{"b":{"c":"web"}}}"#), ("a.b", #"{"a":{"b":"no"},"a.b":"web"}"#),
    ("a.b", #"{"a":"x","a.b":"web"}"#),
  ])
  func aPathFindsAClaim(_ path: String, _ more: String) throws {
    let claims = #"{"aud":"api-gateway","exp":1767225700,"# + more.dropFirst()
    #expect(try refusal(ofClaims: claims) { $0.whom = .claim(path) } == nil)
  }

  @Test func aConsumerThatIsNotConfiguredIsNamed() throws {
    let claims = Self.claims.replacing("\"web\"", with: "\"shop\"")
    let found = try refusal(ofClaims: claims)
    #expect(found == .unknownConsumer("shop", .claim("azp")))
    #expect(found?.error.status == 403)
    #expect(try refusal(ofClaims: claims) { $0.whom = .claim("none") } == .noConsumer(claim: "none"))
    #expect(try refusal(ofClaims: claims) { $0.whom = .claim("aud.x") } == .noConsumer(claim: "aud.x"))
    #expect(try refusal(ofClaims: claims) { $0.whom = .consumer("web") } == nil)
  }

  @Test func claimsThatAreCountedAreKept() throws {
    let issuer = try TestIssuer(.eddsa)
    let claims = Self.claims.dropLast() + #","tenant":{"id":7},"vip":true,"list":["x"]}"#
    let accepted = try check(
      try issuer.token(String(claims)), keys: try issuer.jwk(), counted: ["tenant.id", "vip", "list", "none"])
    #expect(accepted.caller.claims?.values["tenant.id"] == "7")
    #expect(accepted.caller.claims?.values["vip"] == "true")
    #expect(accepted.caller.claims?.values["list"] == nil)
    #expect(accepted.caller.claims?.values["none"] == nil)
  }

  @Test func aTokenNamesTeamAndRoles() throws {
    let issuer = try TestIssuer(.eddsa)
    let claims = Self.claims.dropLast() + #","team":"research","access":{"roles":["reader","of-another-program"]}}"#
    let demands = demands {
      $0.team = "team"
      $0.roles = "access.roles"
    }
    let caller = try check(try issuer.token(String(claims)), keys: try issuer.jwk(), demands: demands).caller
    #expect(caller.team?.name == "research")
    #expect(caller.roles?.roles.map(\.name) == ["reader"])
    let none = try check(try issuer.token(Self.claims), keys: try issuer.jwk(), demands: demands).caller
    // Asked for roles and without one: nothing is allowed.
    #expect(none.team == nil && none.roles?.roles.isEmpty == true && !none.mayUse("m"))
  }

  @Test func aTeamThatIsNotConfiguredIsNamed() throws {
    let found = try refusal(ofClaims: String(Self.claims.dropLast()) + #","team":"gone"}"#) { $0.team = "team" }
    #expect(found?.error.status == 403)
    #expect(found?.error.message == "the token names the team 'gone', which is not configured")
  }

  @Test func messagesHoldNothingThatCouldBreakALine() throws {
    let name = "a\\r\\nset-cookie: x\\u0000" + String(repeating: "z", count: 500)
    let found = try refusal(ofClaims: Self.claims.replacing("\"web\"", with: "\"\(name)\""))
    let message = try #require(found?.error.message)
    #expect(message.utf8.count < 300)
    #expect(!message.utf8.contains { $0 < 0x20 })
  }
}

import GatewayCore
import GatewayPolicies
import GatewayProviders
import GatewayTesting
import Testing

/// What an ID token of a sign-in must say.
@Suite struct IDTokenCheckTests {
  /// 2026-01-01T00:00:00Z
  private static let now = WallTime(milliseconds: 1_767_225_600_000)

  private static func claims(_ change: [String: String?] = [:]) -> String {
    var members: [String: String?] = [
      "iss": #""https://id""#, "aud": #""sluice""#, "sub": #""u""#, "nonce": #""n""#, "iat": "1767225600",
      "exp": "1767225900",
    ]
    members.merge(change) { $1 }
    return "{\(members.compactMap { name, value in value.map { #""\#(name)":\#($0)"# } }.joined(separator: ","))}"
  }

  private func claims(of text: String, keys: String) throws(TokenRefusal) -> TokenClaims {
    guard let set = try? KeySet(keys.utf8) else { throw .malformed("no keys") }
    return try IDTokenCheck(issuer: "https://id", clientID: "sluice", leeway: .seconds(30))
      .claims(of: text, with: set, nonce: "n", now: Self.now)
  }

  private func refusal(_ change: [String: String?] = [:], header: String? = nil, other: Bool = false) throws
    -> TokenRefusal?
  {
    let issuer = try TestIssuer(.eddsa)
    let signer = other ? try TestIssuer(.eddsa) : issuer
    do throws(TokenRefusal) {
      _ = try claims(of: try token(signer, Self.claims(change), header), keys: try keys(issuer))
      return nil
    } catch {
      return error
    }
  }

  private func token(_ issuer: TestIssuer, _ claims: String, _ header: String?) throws(TokenRefusal) -> String {
    do { return try issuer.token(claims, header: header) } catch { throw .malformed("\(error)") }
  }

  private func keys(_ issuer: TestIssuer) throws(TokenRefusal) -> String {
    do { return try issuer.jwk() } catch { throw .malformed("\(error)") }
  }

  @Test(arguments: [TestIssuer.Kind.rs256, .ps256, .es256, .eddsa])
  func aTokenOfThisSignInTellsWhoItIs(_ kind: TestIssuer.Kind) throws {
    let issuer = try TestIssuer(kind)
    let claims = try claims(of: issuer.token(Self.claims()), keys: issuer.jwk())
    #expect(claims.subject == "u")
  }

  @Test func aTokenOfAnotherSignInIsRefused() throws {
    #expect(try refusal(["nonce": #""m""#]) == .wrongNonce)
    #expect(try refusal(["nonce": nil]) == .missingClaim("nonce"))
  }

  @Test func aTokenForAnotherClientIsRefused() throws {
    #expect(try refusal(["aud": #""shop""#]) == .wrongAudience(["shop"], wanted: ["sluice"]))
    #expect(try refusal(["aud": nil]) == .wrongAudience([], wanted: ["sluice"]))
    #expect(try refusal(["aud": #"["sluice","shop"]"#]) == .missingClaim("azp"))
    #expect(try refusal(["aud": #"["sluice","shop"]"#, "azp": #""shop""#]) == .otherParty("shop"))
    #expect(try refusal(["aud": #"["sluice","shop"]"#, "azp": #""sluice""#]) == nil)
  }

  @Test func timesAreChecked() throws {
    let issuer = WallTime(milliseconds: 1_767_225_631_000)
    #expect(try refusal(["iat": "1767225631"]) == .notYetValid(issuer))
    #expect(try refusal(["iat": "1767225630"]) == nil)
    #expect(try refusal(["iat": nil]) == .missingClaim("iat"))
    #expect(try refusal(["exp": "1767225570"]) == .expired(WallTime(milliseconds: 1_767_225_570_000)))
    #expect(try refusal(["exp": "1767225571"]) == nil)
    #expect(try refusal(["exp": nil]) == .missingClaim("exp"))
  }

  @Test func aForgedTokenIsRefused() throws {
    #expect(try refusal(other: true) == .badSignature)
    for name in ["none", "None", "HS256"] {
      guard case .unsupportedAlgorithm(name, _) = try refusal(header: #"{"alg":"\#(name)","kid":"k1"}"#) else {
        Issue.record("\(name) was taken")
        continue
      }
    }
    #expect(try refusal(header: #"{"alg":"EdDSA","kid":"k9"}"#) == .unknownKey("k9"))
    #expect(try refusal(["iss": #""https://id/""#]) == .wrongIssuer("https://id/", wanted: "https://id"))
  }

  @Test func valuesOfAClaimAreWhole() throws {
    let issuer = try TestIssuer(.eddsa)
    let text = Self.claims([
      "groups": #"["ops and admins","a"]"#, "role": #""ops admins""#, "realm": #"{"roles":["r"]}"#,
      "email": #""e@x""#, "email_verified": "false",
    ])
    let claims = try claims(of: issuer.token(text), keys: issuer.jwk())
    #expect(claims.wholeTexts(at: "groups") == ["ops and admins", "a"])
    #expect(claims.wholeTexts(at: "role") == ["ops admins"])
    #expect(claims.wholeTexts(at: "realm.roles") == ["r"])
    // Whose address nobody has looked at is nobody's.
    #expect(claims.wholeTexts(at: "email") == [] && claims.wholeText(at: "email") == nil)
  }

  @Test(arguments: ["true", #""true""#]) func anAddressThatTheIssuerHasVerifiedCounts(flag: String) throws {
    let issuer = try TestIssuer(.eddsa)
    let text = Self.claims(["email": #""e@x""#, "email_verified": flag])
    #expect(try claims(of: issuer.token(text), keys: issuer.jwk()).verifiedEmail == "e@x")
  }
}

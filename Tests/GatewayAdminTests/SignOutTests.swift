import GatewayAdmin
import Synchronization
import Testing

/// Signing out of a session that an OpenID Connect provider has let in.
extension SignInTests {
  private static let page = #""https://id.example.com/end?a=b""#

  /// Signs in and out.
  /// - Parameter hasHint: whether the browser still has the cookie with the ID token.
  private func signOut(
    _ plane: AccessFixture, _ issuer: ScriptedIssuer, hasHint: Bool = true
  ) async throws -> RawAnswer {
    let back = try await signIn(plane, issuer)
    var cookie = try session(back)[0]
    let csrf = try #require(try await plane.call("GET", "/session", nil, [cookie]).object?["csrf"] as? String)
    let hint = back.headers["set-cookie"]?.split(separator: "\n").first { $0.hasPrefix("sluice_idtoken=") }
    if hasHint, let hint { cookie += "; \(hint.split(separator: ";")[0])" }
    return try await plane.call("DELETE", "/session", nil, [cookie, "x-sluice-csrf: \(csrf)"])
  }

  @Test func signingOutLeadsToThePageOfTheIssuerThatHasOne() async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.metadata["end_session_endpoint"] = Self.page }
      let answer = try await signOut(plane, issuer)
      #expect(answer.status == 200)
      #expect(answer.headers["set-cookie"]?.contains("sluice_session=; ") == true)
      #expect(answer.headers["set-cookie"]?.contains("sluice_idtoken=; ") == true)
      let location = try #require(answer.object?["location"] as? String)
      #expect(location.hasPrefix("https://id.example.com/end?a=b&"))
      let fields = RedirectURL.fields(String(location.drop { $0 != "?" }.dropFirst()))
      #expect(fields["client_id"] == "sluice" && fields["id_token_hint"]?.split(separator: ".").count == 3)
      let redirect = "http://localhost:\(plane.port)/api/v1/session/oidc/callback"
      #expect(fields["post_logout_redirect_uri"] == redirect)
      let back = try await plane.call("GET", "/session/oidc/callback?state=\(fields["state"] ?? "")")
      #expect(back.headers["location"] == "http://localhost:\(plane.port)/")
    }
  }

  @Test func withoutTheTokenTheIssuerIsToldTheClientOnly() async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.metadata["end_session_endpoint"] = Self.page }
      let location = try await signOut(plane, issuer, hasHint: false).object?["location"] as? String
      #expect(location?.contains("client_id=sluice") == true && location?.contains("id_token_hint") == false)
    }
  }

  @Test(arguments: [nil, #""http://id.example.com/end""#, "7"] as [String?])
  func withoutAPageOfTheIssuerSigningOutIsLocal(page: String?) async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.metadata["end_session_endpoint"] = page }
      let answer = try await signOut(plane, issuer)
      #expect(answer.status == 204)
    }
  }

  @Test func whoCameInByAPasswordLeavesTheIssuerAlone() async throws {
    try await run { plane, issuer, _ in
      issuer.script.withLock { $0.metadata["end_session_endpoint"] = Self.page }
      try await plane.make("root")
      let session = try await plane.signIn("root")
      #expect(try await plane.call("DELETE", "/session", nil, session.headers).status == 204)
      #expect(issuer.script.withLock { $0.asked.isEmpty })
    }
  }
}

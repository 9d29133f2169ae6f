import GatewayCore
import GatewayDialects

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What an issuer gives for a code (OpenID Connect Core §3.1.3).
struct TokenExchange: Sendable {
  let idToken: String
  /// Lets in to the issuer's `userinfo`.
  let access: Secret?

  static func question(
    code: String, attempt: SignInAttempt, redirect: String, of provider: SignInProvider, at metadata: IssuerMetadata
  ) -> IssuerQuestion {
    var fields = [
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect),
      ("code_verifier", attempt.verifier),
    ].map { (name: $0.0, value: $0.1) }
    var authorization: Secret?
    switch (provider.clientSecret, metadata.authentication) {
    case (nil, _): fields.append(("client_id", provider.clientID))
    case (let secret?, .post):
      fields.append(("client_id", provider.clientID))
      fields.append(("client_secret", secret.reveal { $0 }))
    case (let secret?, .basic):
      // RFC 6749 §2.3.1: both are encoded as in a form first.
      let pair = "\(FormText.escape(provider.clientID)):\(secret.reveal { FormText.escape($0) })"
      authorization = Secret("Basic \(Data(pair.utf8).base64EncodedString())")
    }
    return IssuerQuestion(metadata.token, form: Secret(FormText.encode(fields)), authorization: authorization)
  }

  init(_ reply: IssuerReply) throws(SignInFault) {
    let root = (try? JSONDocument(reply.body, refusesDuplicates: true))?.root
    guard reply.status == 200 else {
      let error = root?["error"]?.string
      // RFC 6749 §5.2: the others are about us, not about the code.
      if error == "invalid_grant" { throw .codeRefused("'invalid_grant'") }
      throw .issuer(
        IssuerFault(
          "its token endpoint answered \(reply.status)" + (error.map { ", \(ForeignText.quoted($0))" } ?? "")
            + (error == "invalid_client" ? ": check clientID and clientSecret" : "")))
    }
    guard let text = root?["id_token"]?.string else {
      throw .issuer(IssuerFault("its token endpoint gave no 'id_token'"))
    }
    idToken = text
    let bearer = root?["access_token"]?.string
    // Of a header's value.
    access = bearer.flatMap { $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? Secret($0) : nil }
  }
}

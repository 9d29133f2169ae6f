import GatewayCore
import GatewayProviders
import GatewayTesting
import Testing

@Suite struct KeySetTests {
  private func problem(_ text: String) -> String? {
    do throws(KeySet.Problem) {
      _ = try KeySet(text.utf8)
      return nil
    } catch {
      return error.sentence
    }
  }

  @Test(arguments: [
    ("", "neither a JSON Web Key Set nor a public key"), ("hello", "neither"), ("{}", "without 'keys'"),
    ("[1]", "neither"), (#"{"keys":[]}"#, "none of its 0 keys"), ("{", "neither"),
    (#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#, "none of its 1 keys"),
    (#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#, "none of its 1 keys"),
    (#"{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}"#, "none of its 1 keys"),
    ("-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----", "it is a certificate"),
    ("-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----", "it is a private key"),
    ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "verifies no signatures"),
    ("-----BEGIN PUBLIC KEY-----\nAAAA", "'-----END PUBLIC KEY-----' is missing"),
  ])
  func whatHasNoKeysIsRefused(_ text: String, _ reason: String) {
    #expect(problem(text)?.contains(reason) == true, "\(problem(text) ?? "accepted")")
  }

  @Test func keysThatAreNotUnderstoodArePassedOver() throws {
    let key = try TestIssuer(.es256)
    let text = #"{"keys":[{"kty":"XYZ"},{"kty":"oct","k":"c2VjcmV0"},7,\#(try key.jwk())]}"#
    #expect(try KeySet(text.utf8).keys.map(\.id) == ["k1"])
  }

  @Test(arguments: [#""use":"enc""#, #""key_ops":["sign"]"#, #""alg":"RSA-OAEP""#, #""alg":"HS256""#])
  func keysForSomethingElseArePassedOver(_ member: String) throws {
    #expect(problem(#"{"keys":[\#(try TestIssuer(.es256).jwk(member))]}"#) != nil)
  }

  @Test func aDocumentIsBounded() throws {
    let text = #"{"keys":[\#(try TestIssuer(.es256).jwk())],"x":"\#(String(repeating: "x", count: 256 << 10))"}"#
    #expect(problem(text) == "it has more than 256 KiB")
  }

  @Test(arguments: [("AQAB", [1, 0, 1]), ("", []), ("_-8", [0xFF, 0xEF])])
  func base64URLIsDecoded(_ text: String, _ bytes: [UInt8]) {
    #expect(Base64URL.decode(text.utf8) == bytes)
  }

  @Test(arguments: ["A", "AQ=", "A+", "A/", "AB", "AQA\n", "ÄÄ"])
  func otherTextsAreNoBase64URL(_ text: String) { #expect(Base64URL.decode(text.utf8) == nil) }
}

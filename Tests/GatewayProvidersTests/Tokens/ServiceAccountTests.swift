import CryptoExtras
import Foundation
import GatewayCore
import GatewayProviders
import Testing

@Suite("Service accounts")
struct ServiceAccountTests {
  /// A key made for these tests; no server knows it.
  static func file() throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(
      contentsOf: folder.appending(path: "Fixtures/Credentials/service-account.json"), encoding: .utf8)
  }

  static func grant(_ endpoint: Provider.Endpoint) throws -> TokenGrant {
    let digest = Array(repeating: UInt8(0), count: 32).withUnsafeBytes { KeyDigest(sha256: $0) }
    return TokenGrant(
      proof: try ServiceAccount(file()).proof, scope: ServiceAccount.scope, endpoint: endpoint, identity: digest)
  }

  private static func decoded(_ part: Substring) throws -> Data {
    var text = part.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    while text.utf8.count % 4 != 0 { text += "=" }
    return try #require(Data(base64Encoded: text))
  }

  @Test func readsTheFileOfTheConsole() throws {
    let account = try ServiceAccount(Self.file())
    #expect(account.email == "gateway@acme-models.iam.gserviceaccount.com")
    #expect(account.keyID == "4f1c")
    #expect(account.project == "acme-models")
    #expect(account.tokenURL == "https://oauth2.googleapis.com/token")
  }

  @Test func asksGoogleWithASignedStatement() throws {
    let endpoint = Provider.Endpoint(isTLS: true, host: "oauth2.googleapis.com", port: 443, basePath: "/token")
    let request = try TokenRequest(Self.grant(endpoint), unixTime: 1_700_000_000)
    let fields = request.body.split(separator: "&")
    #expect(fields.first == "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer")
    let assertion = try #require(fields.last).dropFirst("assertion=".count)
    let parts = assertion.split(separator: ".")
    #expect(parts.count == 3)
    #expect(String(decoding: try Self.decoded(parts[0]), as: UTF8.self) == #"{"alg":"RS256","typ":"JWT","kid":"4f1c"}"#)
    #expect(
      String(decoding: try Self.decoded(parts[1]), as: UTF8.self)
        == #"{"iss":"gateway@acme-models.iam.gserviceaccount.com","#
        + #""scope":"https://www.googleapis.com/auth/cloud-platform","#
        + #""aud":"https://oauth2.googleapis.com/token","iat":1700000000,"exp":1700003600}"#)
    let file = try #require(try JSONSerialization.jsonObject(with: Data(Self.file().utf8)) as? [String: String])
    let key = try _RSA.Signing.PrivateKey(pemRepresentation: try #require(file["private_key"])).publicKey
    let signature = _RSA.Signing.RSASignature(rawRepresentation: try Self.decoded(parts[2]))
    let signed = Data("\(parts[0]).\(parts[1])".utf8)
    #expect(key.isValidSignature(signature, for: signed, padding: .insecurePKCS1v1_5))
  }

  @Test(arguments: [
    ("sk-not-a-file", "it is not JSON"), ("[]", "not a JSON object"), ("{}", "no 'type'"),
    (#"{"installed":{"client_id":"x"}}"#, "OAuth client"), (#"{"type":"authorized_user"}"#, "of a person"),
    (#"{"type":"external_account"}"#, "'external_account' is not supported"),
    (#"{"type":"x"}"#, "'type' is not 'service_account'"), (#"{"type":"service_account"}"#, "no 'client_email'"),
    (#"{"type":"service_account","client_email":"a@b"}"#, "no 'private_key'"),
    (#"{"type":"service_account","client_email":"a","private_key":"x"}"#, "not an address"),
    (#"{"type":"service_account","client_email":"a@b","private_key":"-----BEGIN-SECRET"}"#, "not an RSA key"),
  ])
  func saysWhatIsWrongWithAFileWithoutQuotingIt(_ file: String, _ part: String) {
    let problem = #expect(throws: ServiceAccount.Problem.self) { try ServiceAccount(file) }
    #expect(problem?.sentence.contains(part) == true)
    #expect(problem?.sentence.contains("SECRET") == false)
    #expect(problem?.sentence.contains("sk-") == false)
  }

  @Test func asksEntraWithAClientSecret() throws {
    let url = EntraApplication.tokenURL(tenant: "acme.example")
    let digest = Array(repeating: UInt8(0), count: 32).withUnsafeBytes { KeyDigest(sha256: $0) }
    let request = try TokenRequest(
      TokenGrant(
        proof: .clientSecret(clientID: "app", secret: Secret("a/b+c&d~e")), scope: EntraApplication.scope,
        endpoint: try UpstreamURL.parse(url), identity: digest), unixTime: 0)
    #expect(request.endpoint.url == "https://login.microsoftonline.com/acme.example/oauth2/v2.0/token")
    #expect(
      request.body
        == "grant_type=client_credentials&client_id=app&client_secret=a%2Fb%2Bc%26d~e"
        + "&scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default")
  }
}

import GatewayCore
import GatewayProviders
import Testing

@Suite("Answers of token endpoints")
struct TokenAnswerTests {
  private static let start = Instant(nanoseconds: 1_000_000_000_000)

  private static func read(
    _ body: String, status: Int = 200, hiding: [String] = []
  ) -> Result<AccessToken, TokenFailure> {
    Array(body.utf8).withUnsafeBytes {
      TokenAnswer.read(status: status, body: $0, hiding: hiding.map(Secret.init), now: start)
    }
  }

  private static func reason(_ body: String, status: Int = 200, hiding: [String] = []) -> String? {
    guard case .failure(let failure) = read(body, status: status, hiding: hiding) else { return nil }
    return failure.reason
  }

  @Test func readsATokenAndItsLifetime() throws {
    let token = try Self.read(#"{"access_token":"ya29.c","expires_in":3600,"token_type":"Bearer"}"#).get()
    #expect(token.secret.reveal { $0 } == "ya29.c")
    #expect(token.refreshAt == Self.start + .seconds(2880))
    #expect(token.expiresAt == Self.start + .seconds(3590))
  }

  @Test(arguments: [
    (#"{"access_token":"t","expires_in":"120","token_type":"bearer"}"#, 110), (#"{"access_token":"t"}"#, 290),
    (#"{"access_token":"t","expires_in":999999999}"#, 86_390), (#"{"access_token":"t","expires_in":10}"#, 9),
  ])
  func understandsUnusualLifetimes(_ body: String, _ seconds: Int) throws {
    #expect(try Self.read(body).get().expiresAt == Self.start + .seconds(seconds))
  }

  @Test(arguments: [
    ("<html>", 200, "no JSON object"), ("[]", 200, "no JSON object"), ("{}", 200, "no usable 'access_token'"),
    (#"{"id_token":"x"}"#, 200, "no usable 'access_token'"),
    (#"{"access_token":"a\nb"}"#, 200, "no usable 'access_token'"),
    (#"{"access_token":"a","token_type":"mac"}"#, 200, "another token than a bearer token"),
    (#"{"access_token":"a","expires_in":0}"#, 200, "has expired"),
    (#"{"error":"slow_down"}"#, 200, "200 with an error: slow_down"),
    ("", 503, "the token endpoint answered 503"), ("<html>", 302, "the token endpoint answered 302"),
    (
      #"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#, 400,
      "answered 400: invalid_grant: Invalid JWT Signature."
    ),
    (#"{"error":{"code":403,"message":"Disabled.","status":"PERMISSION_DENIED"}}"#, 403, "answered 403: Disabled."),
    (#"{"error":{"code":403}}"#, 403, "answered 403: an error without a message"),
    (
      #"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret.\r\nTrace ID: 9"}"#, 401,
      "answered 401: invalid_client: AADSTS7000215: Invalid client secret."
    ),
  ])
  func saysWhyThereIsNoToken(_ body: String, _ status: Int, _ end: String) {
    #expect(Self.reason(body, status: status)?.hasSuffix(end) == true)
  }

  @Test func hidesSecretsThatComeBack() {
    let body = #"{"error":"invalid_client","error_description":"bad secret hunter2 in 'hunter2'"}"#
    #expect(
      Self.reason(body, status: 401, hiding: ["hunter2"])
        == "the token endpoint answered 401: invalid_client: bad secret ‹secret› in '‹secret›'")
  }

  @Test func cutsLongMessages() throws {
    let reason = try #require(
      Self.reason(#"{"error":"\#(String(repeating: "x", count: 5000))"}"#, status: 400))
    #expect(reason.count < 400)
  }
}

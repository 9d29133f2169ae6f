import GatewayCore
import GatewayPolicies
import Testing

@Suite struct SignedRequestTests {
  private static let good =
    "HMAC-SHA256 keyId=k-1, timestamp=1767225600, nonce=0123456789abcdef, signature=\(String(repeating: "A", count: 43))="

  private func read(_ text: String) throws(GatewayError) -> SignedRequest? {
    let result: Result<SignedRequest?, GatewayError> = Array(text.utf8).withUnsafeBytes { bytes in
      do throws(GatewayError) { return .success(try SignedRequest(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  @Test func aHeaderIsReadInAnyOrderAndWithQuotes() throws {
    let plain = try #require(try read(Self.good))
    #expect(plain.keyID == "k-1" && plain.timestamp == 1_767_225_600 && plain.nonce == "0123456789abcdef")
    let other =
      "hmac-sha256 nonce=\"0123456789abcdef\",signature=\"\(String(repeating: "A", count: 43))=\" , keyId=\"k-1\",timestamp=1"
    #expect(try read(other)?.keyID == "k-1")
  }

  @Test(arguments: ["Bearer x", "Basic eDp5", "HMAC-SHA512 keyId=a", "", "HMAC-SHA256x keyId=a"])
  func otherSchemesAreNone(_ text: String) throws { #expect(try read(text) == nil) }

  @Test(arguments: [
    ("keyId=k-1, ", "no 'keyId'"), ("timestamp=1767225600, ", "no 'timestamp'"),
    ("nonce=0123456789abcdef, ", "no 'nonce'"),
  ])
  func aMissingFieldIsNamed(_ field: String, _ reason: String) {
    #expect { try read(Self.good.replacing(field, with: "")) } throws: {
      ($0 as? GatewayError)?.message.contains(reason) == true
    }
  }

  @Test(arguments: [
    ("timestamp=1767225600", "timestamp=soon", "'timestamp'"), ("timestamp=1767225600", "timestamp=-5", "'timestamp'"),
    ("nonce=0123456789abcdef", "nonce=short", "'nonce'"),
    ("nonce=0123456789abcdef", "nonce=0123456789abcd/f", "'nonce'"),
    ("signature=A", "signature=!", "'signature'"), ("keyId=k-1", "keyId=k-1, keyId=k-2", "'keyId' twice"),
    ("keyId=k-1", "keyId=k-1, algorithm=none", "unknown field 'algorithm'"), ("keyId=k-1", "keyId", "NAME=VALUE"),
  ])
  func aWrongFieldIsNamed(_ part: String, _ other: String, _ reason: String) {
    #expect { try read(Self.good.replacing(part, with: other)) } throws: {
      ($0 as? GatewayError)?.status == 401 && ($0 as? GatewayError)?.message.contains(reason) == true
    }
  }

  @Test func theTimeIsComparedWithTheWindow() throws {
    let consumer = Consumer(name: "c", models: nil)
    let key = SigningKey(id: "k-1", consumer: consumer, secret: Secret("secret"))
    let authentication = Authentication(methods: [.hmac(window: .seconds(60))], signingKeys: ["k-1": key])
    let request = try #require(try read(Self.good))
    for (offset, isGood) in [(0, true), (60_000, true), (-60_000, true), (60_001, false), (-60_001, false)] {
      let now = WallTime(milliseconds: 1_767_225_600_000 + Int64(offset))
      let found = try? request.key(in: authentication, window: .seconds(60), now: now)
      #expect((found != nil) == isGood)
    }
  }
}

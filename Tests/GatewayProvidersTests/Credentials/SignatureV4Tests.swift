import Foundation
import GatewayCore
import GatewayProviders
import Testing

@Suite("Signature Version 4")
struct SignatureV4Tests {
  private struct Vector: Decodable {
    let name: String?
    let method: String
    let host: String
    let target: String
    let headers: [[String]]
    let body: String
    let accessKey: String
    let secretKey: String
    let sessionToken: String?
    let region: String
    let service: String
    let unixTime: Int
    let sendsBodyDigest: Bool
    let date: String?
    let authorization: String?
    let signature: String?

    func signed(_ keys: inout SignatureV4Keys) -> [String: String] {
      var request = SignatureV4.Request(method: method, host: host, target: target)
      request.headers = headers.map { ($0[0], $0[1]) }
      request.bodyDigest = Array(body.utf8).withUnsafeBytes { SignatureV4.digest(of: $0) }
      request.sendsBodyDigest = sendsBodyDigest
      let credentials = SignatureV4.Credentials(
        accessKey: accessKey, secretKey: Secret(secretKey), sessionToken: sessionToken.map { Secret($0) })
      let added = SignatureV4(region: region, service: service).headers(
        for: request, credentials: credentials, unixTime: unixTime, keys: &keys)
      return Dictionary(uniqueKeysWithValues: added.map { ($0.name, $0.value) })
    }
  }

  private static func vectors(_ file: String) throws -> [Vector] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let url = URL(fileURLWithPath: file, relativeTo: folder.appendingPathComponent("Fixtures/Credentials/"))
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { line in
      try JSONDecoder().decode(Vector.self, from: Data(line.utf8))
    }
  }

  private static let example = SignatureV4.Credentials(
    accessKey: "AKIDEXAMPLE", secretKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))

  @Test func signsAsBotocoreDoes() throws {
    // Another, longer list can be tried with the same test.
    let file = ProcessInfo.processInfo.environment["SIGNATURE_VECTORS"] ?? "signature-v4.jsonl"
    var keys = SignatureV4Keys()
    for vector in try Self.vectors(file) {
      let headers = vector.signed(&keys)
      #expect(headers["x-amz-date"] == vector.date)
      #expect(headers["authorization"] == vector.authorization, "\(vector.method) \(vector.host)\(vector.target)")
      #expect(headers["x-amz-security-token"] == vector.sessionToken)
    }
  }

  /// The test suite that AWS publishes for signers, as far as paths are normalised.
  @Test func signsAsTheSuiteOfAWSDemands() throws {
    var keys = SignatureV4Keys()
    for vector in try Self.vectors("aws-signature-v4-suite.jsonl") {
      let signature = vector.signed(&keys)["authorization"]?.split(separator: "Signature=").last.map(String.init)
      #expect(signature == vector.signature, "\(vector.name ?? "")")
    }
  }

  /// The worked example of the AWS General Reference.
  @Test func signsTheExampleOfTheDocumentation() {
    var request = SignatureV4.Request(
      method: "GET", host: "iam.amazonaws.com", target: "/?Action=ListUsers&Version=2010-05-08")
    request.headers = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
    var keys = SignatureV4Keys()
    let headers = SignatureV4(region: "us-east-1", service: "iam").headers(
      for: request, credentials: Self.example, unixTime: 1_440_938_160, keys: &keys)
    #expect(headers.map(\.name) == ["x-amz-date", "authorization"])
    #expect(headers[0].value == "20150830T123600Z")
    #expect(
      headers[1].value
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )
  }

  @Test func keepsADerivedKeyForADay() {
    var keys = SignatureV4Keys(capacity: 2)
    func sign(_ credentials: SignatureV4.Credentials, at time: Int, region: String = "us-east-1") -> String? {
      SignatureV4(region: region, service: "bedrock").headers(
        for: SignatureV4.Request(method: "POST", host: "h", target: "/"), credentials: credentials, unixTime: time,
        keys: &keys
      ).last?.value
    }
    let first = sign(Self.example, at: 0)
    #expect(sign(Self.example, at: 0) == first)
    _ = sign(Self.example, at: 86_399)
    #expect(keys.count == 1)
    _ = sign(Self.example, at: 86_400)
    #expect(keys.count == 2)
    _ = sign(Self.example, at: 86_400, region: "eu-west-1")
    #expect(keys.count == 2)
    #expect(sign(Self.example, at: 0) == first)
  }

  @Test func aNewSecretUnderTheSameAccessKeyIsNoticed() {
    var keys = SignatureV4Keys()
    let other = SignatureV4.Credentials(accessKey: "AKIDEXAMPLE", secretKey: Secret("new"))
    let signatures = [Self.example, other].map { credentials in
      SignatureV4(region: "r", service: "s").headers(
        for: SignatureV4.Request(method: "GET", host: "h", target: "/"), credentials: credentials, unixTime: 0,
        keys: &keys
      ).last?.value
    }
    #expect(signatures[0] != signatures[1])
  }

  @Test(
    arguments: [
      (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
      (1_709_251_199, "20240229T235959Z"), (4_107_542_399, "21000228T235959Z"), (4_107_542_400, "21000301T000000Z"),
      (-1, "19691231T235959Z"),
    ])
  func datesAreRight(time: Int, stamp: String) {
    var keys = SignatureV4Keys()
    let headers = SignatureV4(region: "r", service: "s").headers(
      for: SignatureV4.Request(method: "GET", host: "h", target: "/"), credentials: Self.example, unixTime: time,
      keys: &keys)
    #expect(headers.first?.value == stamp)
  }
}

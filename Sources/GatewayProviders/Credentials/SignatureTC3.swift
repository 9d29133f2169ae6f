import Crypto
package import GatewayCore

/// Signs requests as Tencent Cloud wants them (`TC3-HMAC-SHA256`, signature method v3). All requests are POSTs of JSON to `/`.
package struct SignatureTC3: Sendable {
  /// `hunyuan`
  package let service: String
  /// `hunyuan.tencentcloudapi.com`
  package let host: String
  /// `ChatCompletions`
  package let action: String
  /// `2023-09-01`
  package let version: String
  /// `ap-guangzhou`; not every action has regions.
  package let region: String?
  /// Of the request, which must send it as it is here.
  package let contentType: String

  package init(
    service: String, host: String, action: String, version: String, region: String? = nil,
    contentType: String = "application/json"
  ) {
    self.service = service
    self.host = host
    self.action = action
    self.version = version
    self.region = region
    self.contentType = contentType
  }

  /// The signed way to talk to Hunyuan, whose bodies are not those of its OpenAI-compatible endpoint.
  ///
  /// - Parameter host: as the `Host` header has it.
  package static func hunyuan(_ operation: UpstreamOperation, host: String, region: String?) -> SignatureTC3 {
    let action = if case .embed = operation { "GetEmbedding" } else { "ChatCompletions" }
    return SignatureTC3(service: "hunyuan", host: host, action: action, version: "2023-09-01", region: region)
  }

  /// The headers to add to the request; `host` and `content-type` are signed and must be sent as they are here.
  ///
  /// - Parameters:
  ///   - bodyDigest: lowercase hexadecimal SHA-256 of the body.
  ///   - unixTime: seconds; the service refuses a signature that is 5 minutes off.
  package func headers(
    bodyDigest: String, secretID: String, secretKey: Secret, unixTime: Int
  ) -> [(name: String, value: String)] {
    let day = Self.day(unixTime)
    let scope = "\(day)/\(service)/tc3_request"
    let names = "content-type;host"
    let canonical = "POST\n/\n\ncontent-type:\(contentType)\nhost:\(host)\n\n\(names)\n\(bodyDigest)"
    let digest = SignatureV4.hexadecimal(SHA256.hash(data: Array(canonical.utf8)))
    let text = "TC3-HMAC-SHA256\n\(unixTime)\n\(scope)\n\(digest)"
    let signature = SignatureV4.hexadecimal(SignatureV4Keys.code(text, key(of: secretKey, day: day)))
    let identity =
      "TC3-HMAC-SHA256 Credential=\(secretID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    var headers: [(name: String, value: String)] = [
      ("x-tc-action", action), ("x-tc-timestamp", String(unixTime)), ("x-tc-version", version),
      ("authorization", identity),
    ]
    if let region { headers.append(("x-tc-region", region)) }
    return headers
  }

  private func key(of secret: Secret, day: String) -> SymmetricKey {
    var key = secret.reveal { SymmetricKey(data: Array("TC3\($0)".utf8)) }
    for word in [day, service, "tc3_request"] { key = SymmetricKey(data: Array(SignatureV4Keys.code(word, key))) }
    return key
  }

  /// `2019-02-25`, in UTC.
  private static func day(_ unixTime: Int) -> String {
    let digits = SignatureV4Time(unixTime: unixTime).day
    return "\(digits.dropLast(4))-\(digits.dropLast(2).suffix(2))-\(digits.suffix(2))"
  }
}

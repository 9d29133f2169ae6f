import Crypto
package import GatewayCore

/// Signs requests as Amazon Web Services want them (Signature Version 4, `AWS4-HMAC-SHA256`).
///
/// Paths are encoded once more than they are sent, as all services but S3 have it: `/model/a%3A0/converse` is signed as
/// `/model/a%253A0/converse`.
package struct SignatureV4: Hashable, Sendable {
  /// `us-east-1`
  package let region: String
  /// `bedrock`
  package let service: String

  package init(region: String, service: String) {
    self.region = region
    self.service = service
  }

  /// Whose request it is.
  package struct Credentials: Sendable {
    package let accessKey: String
    package let secretKey: Secret
    /// Of temporary credentials.
    package let sessionToken: Secret?

    package init(accessKey: String, secretKey: Secret, sessionToken: Secret? = nil) {
      self.accessKey = accessKey
      self.secretKey = secretKey
      self.sessionToken = sessionToken
    }
  }

  /// What is signed.
  package struct Request: Sendable {
    package var method: String
    /// As the `Host` header has it: with the port unless that is the scheme's own.
    package var host: String
    /// As the request line has it, percent-encoding and query included: `/model/a%3A0/converse?x=1`.
    package var target: String
    /// Other headers that the signature is to cover, in their order; names in any case.
    package var headers: [(name: String, value: String)] = []
    /// Lowercase hexadecimal SHA-256 of the body (`digest(of:)`).
    package var bodyDigest = SignatureV4.emptyDigest
    /// Whether the digest is sent, and signed, as `x-amz-content-sha256`. Bedrock does not ask for it.
    package var sendsBodyDigest = false

    package init(method: String, host: String, target: String) {
      self.method = method
      self.host = host
      self.target = target
    }
  }

  /// The digest of no bytes at all.
  package static let emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  package static func digest(of body: UnsafeRawBufferPointer) -> String {
    var hash = SHA256()
    hash.update(bufferPointer: body)
    return hexadecimal(hash.finalize())
  }

  /// The headers to add to the request: `x-amz-date`, `authorization` and, where there is one, `x-amz-security-token`.
  ///
  /// - Parameters:
  ///   - unixTime: seconds; the service refuses a signature that is 5 minutes off.
  ///   - keys: derived keys, kept between requests.
  package func headers(
    for request: Request, credentials: Credentials, unixTime: Int, keys: inout SignatureV4Keys
  ) -> [(name: String, value: String)] {
    let time = SignatureV4Time(unixTime: unixTime)
    var added: [(name: String, value: String)] = [("x-amz-date", time.stamp)]
    if request.sendsBodyDigest { added.append(("x-amz-content-sha256", request.bodyDigest)) }
    if let token = credentials.sessionToken {
      added.append(("x-amz-security-token", token.reveal { $0 }))
    }
    let canonical = SignatureV4Canonical(request, added: added)
    let scope = "\(time.day)/\(region)/\(service)/aws4_request"
    let digest = canonical.text.utf8.withContiguousStorageIfAvailable { Self.digest(of: UnsafeRawBufferPointer($0)) }
    let text = "AWS4-HMAC-SHA256\n\(time.stamp)\n\(scope)\n\(digest ?? Self.emptyDigest)"
    let key = keys.key(for: credentials, day: time.day, signature: self)
    let signature = Self.hexadecimal(SignatureV4Keys.code(text, key))
    added.append(
      (
        "authorization",
        "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), "
          + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"
      ))
    return added
  }

  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digit(byte >> 4))
      text.append(digit(byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}

import Crypto
import Foundation

/// Checks requests as Tencent Cloud does (`TC3-HMAC-SHA256`), written from its document alone.
///
/// Source: https://cloud.tencent.com/document/api/1729/101843
package struct TencentCloudSignature {
  private let secretID: String
  private let secretKey: String
  private let service: String

  package init(secretID: String, secretKey: String, service: String) {
    self.secretID = secretID
    self.secretKey = secretKey
    self.service = service
  }

  /// What is wrong with a request; `nil`: nothing.
  ///
  /// - Parameter now: Unix seconds.
  package func fault(in request: ReceivedRequest, now: Int) -> String? {
    guard request.method == "POST", request.target == "/" else { return "\(request.method) \(request.target)" }
    guard let time = request.headers["x-tc-timestamp"].flatMap({ Int($0) }), abs(time - now) < 300 else {
      return "the time is off: \(request.headers["x-tc-timestamp"] ?? "none")"
    }
    guard request.headers.all("authorization").count == 1, request.headers.all("content-type").count == 1,
      let type = request.headers["content-type"], let host = request.headers["host"]
    else { return "not one authorization, type and host" }
    let scope = "\(Self.day(time))/\(service)/tc3_request"
    let canonical =
      "POST\n/\n\ncontent-type:\(type)\nhost:\(host)\n\ncontent-type;host\n"
      + Self.hexadecimal(SHA256.hash(data: request.body))
    let text =
      "TC3-HMAC-SHA256\n\(time)\n\(scope)\n" + Self.hexadecimal(SHA256.hash(data: Data(canonical.utf8)))
    var key = Data("TC3\(secretKey)".utf8)
    for word in [Self.day(time), service, "tc3_request"] { key = Self.code(word, key) }
    let expected =
      "TC3-HMAC-SHA256 Credential=\(secretID)/\(scope), SignedHeaders=content-type;host, "
      + "Signature=\(Self.hexadecimal(Self.code(text, key)))"
    return request.headers["authorization"] == expected ? nil : "another signature than \(expected)"
  }

  private static func code(_ text: String, _ key: Data) -> Data {
    Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key)))
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// `2019-02-25`, in UTC.
  private static func day(_ time: Int) -> String {
    Date(timeIntervalSince1970: Double(time)).formatted(.iso8601.year().month().day())
  }
}

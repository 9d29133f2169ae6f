import GatewayCore
import HTTPTypes
import Hummingbird

/// `authorization: Bearer TOKEN` (RFC 6750 §2.1).
enum BearerToken {
  /// nil: there is none, or more than one.
  static func of(_ request: Request) -> String? {
    let headers = request.headers[values: .authorization]
    guard headers.count == 1 else { return nil }
    let parts = headers[0].split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return String(parts[1])
  }

  static func matches(_ presented: String, _ token: Secret) -> Bool {
    token.reveal { isEqual(Array(presented.utf8), Array($0.utf8)) }
  }

  /// Takes as long whatever the bytes are; only the length of `presented`, which its sender knows, shows.
  static func isEqual(_ presented: [UInt8], _ expected: [UInt8]) -> Bool {
    guard !expected.isEmpty else { return false }
    var difference = presented.count ^ expected.count
    for (index, byte) in presented.enumerated() { difference |= Int(byte ^ expected[index % expected.count]) }
    return difference == 0
  }
}

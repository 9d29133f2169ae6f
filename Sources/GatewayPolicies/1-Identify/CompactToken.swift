import GatewayCore
import GatewayDialects
import GatewayProviders

/// A JSON Web Token in its compact form (RFC 7515 §7.1), taken apart and not verified yet.
package struct CompactToken: Sendable {
  /// Bytes of a token; larger ones are refused unread.
  package static let maximumBytes = 16 << 10

  /// `alg` as it is written.
  let algorithm: String
  /// `kid`
  let keyID: String?
  /// `crit`, in the order of the header.
  let critical: [String]
  /// Header and payload as they were signed.
  let signed: [UInt8]
  let signature: [UInt8]
  /// nil: no JSON object, or one with two members of one name.
  let claims: TokenClaims?

  /// - Returns: nil for another credential: not three parts in base64url, of which the first is a JOSE header.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= Self.maximumBytes, bytes.first == UInt8(ascii: "e") else { return nil }
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let head = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
      let signature = Base64URL.decode(parts[2]),
      let header = (try? JSONDocument(head, refusesDuplicates: true))?.root, let algorithm = header["alg"]?.string
    else { return nil }
    self.algorithm = algorithm
    keyID = header["kid"]?.string
    // RFC 7515 §4.1.11: what it names must be understood, and an empty list is wrong, too.
    critical =
      header.member("crit").map { $0.isArray && !$0.isEmpty ? $0.elements.map { $0.string ?? "?" } : ["?"] } ?? []
    signed = Array(bytes[..<(parts[2].startIndex - 1)])
    self.signature = signature
    claims = TokenClaims(payload)
  }
}

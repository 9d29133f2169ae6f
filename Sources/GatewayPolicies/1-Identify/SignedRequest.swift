import Crypto
package import GatewayCore
import GatewayProviders

/// A request that its sender has signed: `authorization: HMAC-SHA256 keyId=…, timestamp=…, nonce=…, signature=…`. The
/// signature is the base64 of an HMAC-SHA-256 over these lines, joined by LF: method, path with query, timestamp, nonce, SHA-256
/// of the body in lower-case hexadecimal, host.
package struct SignedRequest: Sendable {
  /// What of a request is signed, beside its body.
  package struct Line: Sendable {
    let method: String
    /// Path and query as they were sent.
    let target: String
    /// The `host` field.
    let host: String

    package init(method: String, target: String, host: String) {
      self.method = method
      self.target = target
      self.host = host
    }
  }

  static let scheme = "hmac-sha256"
  /// Characters of a nonce.
  static let nonceLength = 16...64

  package let keyID: String
  /// Seconds since 1970, by the sender's clock.
  package let timestamp: Int64
  package let nonce: String
  private let signature: [UInt8]

  /// Whether an `authorization` value has this scheme (RFC 9110 §11.1: in any case).
  package static func isOne(_ value: UnsafeRawBufferPointer) -> Bool {
    String(decoding: value.prefix { $0 != 0x20 }.prefix(scheme.utf8.count + 1), as: UTF8.self).lowercased() == scheme
  }

  /// - Returns: nil for another scheme.
  package init?(_ value: UnsafeRawBufferPointer) throws(GatewayError) {
    let text = String(decoding: value, as: UTF8.self)
    let words = text.split(separator: " ", maxSplits: 1)
    guard let scheme = words.first, scheme.lowercased() == Self.scheme else { return nil }
    guard value.count <= 1024 else { throw Self.malformed("it is longer than 1024 bytes") }
    var fields: [String: String] = [:]
    for part in (words.count > 1 ? words[1] : "").split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else { throw Self.malformed("'\(part.prefix(40))' is not NAME=VALUE") }
      let name = String(pair[0].filter { $0 != " " })
      guard ["keyId", "timestamp", "nonce", "signature"].contains(name) else {
        throw Self.malformed("it has an unknown field '\(name.prefix(40))'")
      }
      guard fields.updateValue(Self.unquoted(pair[1]), forKey: name) == nil else {
        throw Self.malformed("it has '\(name)' twice")
      }
    }
    for name in ["keyId", "timestamp", "nonce", "signature"] where fields[name] == nil {
      throw Self.malformed("it has no '\(name)'")
    }
    keyID = fields["keyId"] ?? ""
    nonce = fields["nonce"] ?? ""
    guard let timestamp = fields["timestamp"].flatMap({ Int64($0) }), (0..<1_000_000_000_000).contains(timestamp) else {
      throw Self.malformed("its 'timestamp' is no number of seconds since 1970")
    }
    guard Self.nonceLength.contains(nonce.utf8.count), nonce.utf8.allSatisfy(Self.isPlain) else {
      throw Self.malformed("its 'nonce' must have 16 to 64 letters, digits, '-' and '_'")
    }
    guard let signature = fields["signature"].flatMap({ Base64.decoded($0) }), signature.count == 32 else {
      throw Self.malformed("its 'signature' is not 32 bytes in base64")
    }
    self.timestamp = timestamp
    self.signature = signature
  }

  /// What can be said before the body is here: who it claims to be, and whether its time is right.
  package func key(
    in authentication: Authentication, window: Duration, now: WallTime
  ) throws(GatewayError) -> SigningKey {
    guard let key = authentication.signingKeys[keyID] else {
      throw GatewayError(
        .invalidSignature, "the key '\(keyID.prefix(64))' of the signature is not known to this gateway")
    }
    let skew = abs(timestamp * 1000 - now.milliseconds)
    guard skew <= window.wholeNanoseconds / 1_000_000 else {
      throw GatewayError(
        .invalidSignature,
        "the signature's timestamp is \(skew / 1000) s from this gateway's clock (\(now.text)); at most "
          + "\(window.components.seconds) s are allowed")
    }
    return key
  }

  /// Compares in a time that says nothing of the secret.
  ///
  /// - Parameter digest: SHA-256 of the body.
  package func check(_ line: Line, digest: KeyDigest, key: SigningKey) throws(GatewayError) {
    let text = [line.method, line.target, String(timestamp), nonce, digest.hexadecimal, line.host]
      .joined(separator: "\n")
    let isRight = key.secret.reveal { secret in
      HMAC<SHA256>.isValidAuthenticationCode(
        signature, authenticating: Array(text.utf8), using: SymmetricKey(data: Array(secret.utf8)))
    }
    guard isRight else {
      throw GatewayError(
        .invalidSignature,
        "the signature does not fit the request: method, path and query, timestamp, nonce, body and host are signed")
    }
  }

  private static func malformed(_ what: String) -> GatewayError {
    GatewayError(.invalidSignature, "the 'authorization: HMAC-SHA256' header cannot be read: \(what)")
  }

  private static func unquoted(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
    return String(text)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
}

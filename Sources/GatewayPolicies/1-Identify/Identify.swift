import Crypto
package import GatewayCore

/// Phase 1: who calls? A key is hashed once and looked up by its digest, so that the time taken says nothing about the
/// stored keys.
package enum Identify {
  /// The consumer that owns the presented key, and the key if it was issued.
  ///
  /// - Parameters:
  ///   - presented: the key without its scheme; `nil` when the request carries none.
  ///   - known: who came before.
  ///   - now: asked only for keys that expire.
  package static func caller(
    presenting presented: UnsafeRawBufferPointer?, in snapshot: GatewaySnapshot,
    remembering known: inout KnownKeys, now: @autoclosure () -> WallTime
  ) throws(GatewayError) -> Caller {
    if snapshot.isOpen { return Self.anonymous }
    return try caller(snapshot.find(holding: digest(presenting: presented), remembering: &known), now: now())
  }

  /// The same for somebody who asks once.
  package static func caller(
    presenting presented: UnsafeRawBufferPointer?, in snapshot: GatewaySnapshot, now: @autoclosure () -> WallTime
  ) throws(GatewayError) -> Caller {
    if snapshot.isOpen { return Self.anonymous }
    return try caller(snapshot.find(holding: digest(presenting: presented)), now: now())
  }

  private static func digest(presenting presented: UnsafeRawBufferPointer?) throws(GatewayError) -> KeyDigest {
    guard let presented, !presented.isEmpty else {
      throw GatewayError(
        .missingKey, "no API key: send a gateway key as 'Authorization: Bearer KEY', 'x-api-key' or 'api-key'")
    }
    return digest(of: presented)
  }

  /// Whoever holds a key, unless nobody does or it is no longer good.
  package static func caller(
    _ found: IssuedKeys.Found?, now: @autoclosure () -> WallTime
  ) throws(GatewayError) -> Caller {
    guard let found else {
      throw GatewayError(.invalidKey, "the API key is not known to this gateway: it is wrong, or was revoked")
    }
    // Told only to somebody who holds the key.
    var label: String { found.caller.key?.label ?? "" }
    if found.isDisabled {
      throw GatewayError(.invalidKey, "the API key '\(label)…' is disabled; ask whoever issued it")
    }
    if let end = found.expiresAt, end <= now() {
      throw GatewayError(.invalidKey, "the API key '\(label)…' has expired; ask for a new one")
    }
    return found.caller
  }

  /// The key within an `Authorization` value: what follows `Bearer ` (RFC 6750 §2.1; the scheme in any case).
  ///
  /// - Returns: `nil` when the scheme is another one.
  package static func bearerToken(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    let scheme: StaticString = "bearer "
    guard value.count > scheme.utf8CodeUnitCount else { return nil }
    for index in 0..<scheme.utf8CodeUnitCount {
      let byte = value[index]
      let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
      if lower != scheme.utf8Start[index] { return nil }
    }
    var token = UnsafeRawBufferPointer(rebasing: value[scheme.utf8CodeUnitCount...])
    while let first = token.first, first == 0x20 { token = UnsafeRawBufferPointer(rebasing: token.dropFirst()) }
    return token.isEmpty ? nil : token
  }

  package static func digest(of key: UnsafeRawBufferPointer) -> KeyDigest {
    var hash = SHA256()
    hash.update(bufferPointer: key)
    return hash.finalize().withUnsafeBytes { KeyDigest(sha256: $0) }
  }

  /// Every caller of a gateway that has no consumers and listens on loopback only.
  package static let anonymous = Caller(consumer: Consumer(name: "anonymous", models: nil))
}

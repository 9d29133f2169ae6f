package import GatewayCore

/// A secret of the database.
package struct StoredSecret: Hashable, Sendable {
  package let name: String
  package let sealed: SealedSecret
  /// When its text was last set.
  package let setAt: WallTime

  package init(name: String, sealed: SealedSecret, setAt: WallTime) {
    self.name = name
    self.sealed = sealed
    self.setAt = setAt
  }

  /// Whether a secret may be called so: 1…128 letters, digits, `.`, `_`, `-` and `/`.
  package static func isName(_ name: String) -> Bool {
    (1...128).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || "._-/".utf8.contains(byte)
      }
  }
}

/// Where sealed secrets are kept. Each change is in the audit trail, with the author and the name, and without the text.
package protocol SecretDirectory: Sendable {
  /// By name.
  func secrets() async throws -> [StoredSecret]

  func put(_ secret: StoredSecret, by author: AuditAuthor) async throws

  /// - Returns: whether there was one.
  func removeSecret(named name: String, by author: AuditAuthor) async throws -> Bool

  /// Seals all secrets anew, all or none.
  ///
  /// - Returns: how many `sealAnew` has sealed; it leaves one as it is by returning nil.
  func reseal(
    by author: AuditAuthor, _ sealAnew: @escaping @Sendable (StoredSecret) throws -> SealedSecret?
  ) async throws -> Int
}

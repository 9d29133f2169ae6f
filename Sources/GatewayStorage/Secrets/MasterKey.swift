import Crypto
import Foundation
package import GatewayCore

/// The key under which secrets of the database are sealed: 32 bytes that never lie in the database.
package struct MasterKey: Sendable {
  private static let size = 32

  let key: SymmetricKey
  /// The first 8 bytes of a SHA-256 over it: tells one key from another, without being of use to find it.
  package let id: MasterKeyID

  private init(key: SymmetricKey) {
    self.key = key
    var hash = SHA256()
    hash.update(data: Array("sluice master key ".utf8))
    key.withUnsafeBytes { hash.update(bufferPointer: $0) }
    id = MasterKeyID(bytes: Array(hash.finalize().prefix(8)))
  }

  /// - Parameter text: 32 bytes in base64, with or without its padding, or in hexadecimal; blanks around them are passed over.
  package init(_ text: Secret) throws(SecretFault) {
    let bytes = text.reveal { text -> [UInt8]? in
      let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
      if text.utf8.count == Self.size * 2, let digest = KeyDigest(hex: text) {
        return withUnsafeBytes(of: digest) { Array($0) }
      }
      let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
      let plain = text.replacing("-", with: "+").replacing("_", with: "/")
      return Data(base64Encoded: plain + padding).map { Array($0) }
    }
    guard let bytes, bytes.count == Self.size else { throw .malformedKey }
    self.init(key: SymmetricKey(data: bytes))
  }

  /// A new one, from the system's source of randomness.
  package static func generate() -> Secret {
    Secret(SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString())
  }
}

/// Names a master key without telling it; written as 16 hexadecimal digits.
package struct MasterKeyID: Hashable, Sendable, CustomStringConvertible {
  static let size = 8

  /// 8 of them.
  let bytes: [UInt8]

  package var description: String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}

/// Why a secret cannot be sealed or opened: a sentence without the secret.
package enum SecretFault: Error, Hashable, CustomStringConvertible {
  case malformedKey
  /// - Parameter id: of the key that it is sealed with.
  case otherKey(sealedWith: MasterKeyID, known: [MasterKeyID])
  /// Changed since it was sealed, or moved to another name.
  case damaged
  case malformed

  package var description: String {
    switch self {
    case .malformedKey:
      "a master key is 32 bytes in base64 or hexadecimal, such as `sluice secrets generate-key` prints"
    case .otherKey(let id, let known):
      "it is sealed with the master key \(id), and storage.masterKey is \(known.map(\.description).joined(separator: ", "))"
        + "; name that key in storage.masterKey or storage.previousMasterKeys"
    case .damaged: "it was changed since it was sealed; store it again"
    case .malformed: "it is no sealed secret, or one of a newer version"
    }
  }
}

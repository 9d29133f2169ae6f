import Crypto
import Foundation
package import GatewayCore

/// The key under which an installation seals its conversations: AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits, and the
/// id of the exchange as additional data, so that none opens as another. It is one of the sealed secrets itself, so that a new master
/// key changes one row.
///
/// Bytes of what it seals: the version (1), the nonce (12), the text, the tag (16).
package struct ConversationKey: Sendable {
  private static let version: UInt8 = 1

  private let key: SymmetricKey

  init() { key = SymmetricKey(size: .bits256) }

  /// - Parameter text: in base64, as it was sealed.
  init(text: String) throws(SecretFault) {
    guard let data = Data(base64Encoded: text), data.count == SymmetricKeySize.bits256.bitCount / 8 else {
      throw .malformed
    }
    key = SymmetricKey(data: data)
  }

  /// In base64.
  var text: String { key.withUnsafeBytes { Data($0) }.base64EncodedString() }

  package func seal(_ text: [UInt8], of id: ExchangeID) throws(SecretFault) -> [UInt8] {
    do {
      let box = try AES.GCM.seal(text, using: key, authenticating: Self.context(id))
      guard let combined = box.combined else { throw SecretFault.malformed }
      return [Self.version] + combined
    } catch {
      throw .malformed
    }
  }

  package func open(_ sealed: [UInt8], of id: ExchangeID) throws(SecretFault) -> [UInt8] {
    guard sealed.first == Self.version else { throw .malformed }
    do {
      let box = try AES.GCM.SealedBox(combined: sealed.dropFirst())
      return Array(try AES.GCM.open(box, using: key, authenticating: Self.context(id)))
    } catch {
      throw .damaged
    }
  }

  private static func context(_ id: ExchangeID) -> [UInt8] { [version] + Array("conversation ".utf8) + id.stored }
}

extension DatabaseStore {
  /// The key of the installation, as the first gateway that needs it has made it.
  /// - Parameter ring: opens it.
  /// - Returns: nil: there is none yet, and none was to be made.
  package func conversationKey(_ ring: MasterKeyRing, making: Bool) async throws -> ConversationKey? {
    let fresh = try ring.seal(ConversationKey().text, named: ConversationSettings.keyName)
    let now = Self.now()
    let sealed = try await database.transaction { session -> [UInt8]? in
      if making {
        try session.run(
          "INSERT INTO secret (name, sealed, set_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
          [.text(ConversationSettings.keyName), .bytes(fresh.bytes), SQLValue(now)])
      }
      return try session.first("SELECT sealed FROM secret WHERE name = ?", [.text(ConversationSettings.keyName)]) {
        $0.bytes(0) ?? []
      }
    }
    guard let sealed else { return nil }
    return try ConversationKey(
      text: try ring.open(try SealedSecret(bytes: sealed), named: ConversationSettings.keyName))
  }
}

import Crypto
import Foundation

/// A secret as the database has it: AES-256-GCM (NIST SP 800-38D) under a master key, with a random nonce of 96 bits, its name
/// as additional data, so that it opens under that name only.
///
/// Bytes: the version (1), the id of the master key (8), the nonce (12), the text, the tag (16).
package struct SealedSecret: Hashable, Sendable {
  private static let version: UInt8 = 1
  private static let nonce = 12
  private static let tag = 16
  private static let header = 1 + MasterKeyID.size

  package let bytes: [UInt8]

  package init(bytes: [UInt8]) throws(SecretFault) {
    guard bytes.count >= Self.header + Self.nonce + Self.tag, bytes[0] == Self.version else { throw .malformed }
    self.bytes = bytes
  }

  package init(_ text: String, named name: String, with key: MasterKey) throws(SecretFault) {
    let header = [Self.version] + key.id.bytes
    do {
      let box = try AES.GCM.seal(Array(text.utf8), using: key.key, authenticating: Self.context(header, name))
      guard let combined = box.combined else { throw SecretFault.malformed }
      bytes = header + combined
    } catch {
      throw .malformed
    }
  }

  /// Of the key that it is sealed with.
  package var keyID: MasterKeyID { MasterKeyID(bytes: Array(bytes[1..<Self.header])) }

  func open(named name: String, with key: MasterKey) throws(SecretFault) -> String {
    do {
      let box = try AES.GCM.SealedBox(combined: bytes[Self.header...])
      let header = Array(bytes[..<Self.header])
      let plain = try AES.GCM.open(box, using: key.key, authenticating: Self.context(header, name))
      guard let text = String(validating: plain, as: UTF8.self) else { throw SecretFault.malformed }
      return text
    } catch {
      throw .damaged
    }
  }

  private static func context(_ header: [UInt8], _ name: String) -> [UInt8] { header + Array(name.utf8) }
}

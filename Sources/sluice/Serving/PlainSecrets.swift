import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// Secrets that a change brings in plain text: of a gateway key its hash is kept, others are sealed, and the objects refer to them.
struct PlainSecrets {
  private let known: StoredSecrets?
  private(set) var secrets: [String: Secret] = [:]

  init(_ known: StoredSecrets?) { self.known = known }

  /// The objects with references in their places.
  mutating func taken(from objects: StoredObjects) -> StoredObjects {
    var objects = objects
    for collection in StoredObjects.Collection.allCases {
      for (name, value) in objects[collection] {
        objects[collection, name] = SecretMask.replacing(value, in: collection) { secret, allowsDigest in
          // What the API has shown of it is no secret; the schema refuses it.
          if secret == SecretMask.shown || secret.isEmpty { return nil }
          if allowsDigest { return "sha256:" + KeyDigest(of: secret).hexadecimal }
          let reference = unusedName("\(collection.rawValue.dropLast()).\(name)")
          secrets[reference] = Secret(secret)
          return "secret:\(reference)"
        }
      }
    }
    return objects
  }

  private func unusedName(_ stem: String) -> String {
    let stem = String(
      stem.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0)) ? $0 : "-" }.prefix(110))
    var number = 1
    while known?.has("\(stem).\(number)") == true || secrets["\(stem).\(number)"] != nil { number += 1 }
    return "\(stem).\(number)"
  }

  /// Before the objects that refer to them.
  func store(
    in directory: any SecretDirectory, by author: AuditAuthor, _ masterKey: MasterKeySettings?, _ keys: MasterKeys
  ) async throws {
    guard !secrets.isEmpty else { return }
    let ring = try keys.ring(try masterKey ?? keys.ownKeyOrNew())
    let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    for (name, secret) in secrets {
      let sealed = try secret.reveal { try ring.seal($0, named: name) }
      try await directory.put(StoredSecret(name: name, sealed: sealed, setAt: now), by: author)
    }
  }
}

import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// The master key that a gateway makes for itself when the first secret is given to its admin API: a file beside an SQLite
/// database, readable by its owner only. Several gateways that share a database need one that all of them know.
struct OwnMasterKey: Sendable {
  static let advice =
    "secrets are kept sealed: name the key for it in storage.masterKey; make one with `sluice secrets generate-key`"

  let path: String
  private let mayCreate: Bool

  init(beside database: DatabaseStorage) {
    path = database.files + ".masterkey"
    if case .sqlite = database.place { mayCreate = true } else { mayCreate = false }
  }

  var text: Secret? { (try? String(contentsOfFile: path, encoding: .utf8)).map { Secret($0) } }

  func textOrNew() throws(MasterKeyFault) -> Secret {
    if let text { return text }
    guard mayCreate else { throw MasterKeyFault(Self.advice) }
    let key = MasterKey.generate()
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw MasterKeyFault("the master key cannot be kept in '\(path)': \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try key.reveal { try file.write(contentsOf: Data(($0 + "\n").utf8)) }
      try file.synchronize()
    } catch {
      throw MasterKeyFault("the master key cannot be kept in '\(path)': \(error.localizedDescription)")
    }
    return key
  }
}

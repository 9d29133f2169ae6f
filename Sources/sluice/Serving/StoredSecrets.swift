import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayStorage
import Synchronization

/// The sealed secrets of the database, opened for one load of the configuration.
final class StoredSecrets: Sendable {
  private let secrets: [String: SealedSecret]
  private let keys: MasterKeys
  /// About to be stored, by name.
  private let plain: [String: Secret]
  private let ring = Mutex<Result<MasterKeyRing, MasterKeyFault>?>(nil)

  init(_ secrets: [StoredSecret], keys: MasterKeys) {
    self.secrets = Dictionary(secrets.map { ($0.name, $0.sealed) }) { first, _ in first }
    self.keys = keys
    plain = [:]
  }

  private init(_ secrets: [String: SealedSecret], _ plain: [String: Secret], keys: MasterKeys) {
    self.secrets = secrets
    self.plain = plain
    self.keys = keys
  }

  /// The same with secrets that are about to be stored.
  func with(_ plain: [String: Secret]) -> StoredSecrets { StoredSecrets(secrets, plain, keys: keys) }

  func without(_ name: String) -> StoredSecrets { StoredSecrets(secrets.filter { $0.key != name }, plain, keys: keys) }

  func has(_ name: String) -> Bool { secrets[name] != nil }

  /// Whether they are the same, sealed in the same way.
  func isSame(as other: StoredSecrets?) -> Bool { secrets == other?.secrets }

  func open(_ name: String, _ settings: MasterKeySettings) -> StoredSecretAnswer {
    if let secret = plain[name] { return .found(secret.reveal { $0 }) }
    guard let sealed = secrets[name] else { return .missing(names: secrets.keys.filter(StoredSecret.isName).sorted()) }
    let ring = self.ring.withLock { ring in
      let made = ring ?? Result { () throws(MasterKeyFault) in try keys.ring(settings) }
      ring = made
      return made
    }
    do {
      return .found(try ring.get().open(sealed, named: name))
    } catch {
      return .unreadable("\(error)")
    }
  }
}

/// Reads master keys, and remembers what commands have printed, so that a reload asks no key management again.
final class MasterKeys: Sendable {
  private let printed = Mutex<[String: MasterKey]>([:])
  private let own = Mutex<OwnMasterKey?>(nil)

  /// Where a key is kept while `storage.masterKey` names none.
  func keepOwn(beside database: DatabaseStorage) { own.withLock { $0 = OwnMasterKey(beside: database) } }

  /// The key beside the database; nil: there is none yet.
  func ownKey() -> MasterKeySettings? {
    guard let own = own.withLock({ $0 }), let text = own.text else { return nil }
    return MasterKeySettings(text, of: own.path)
  }

  /// The same, made if need be.
  func ownKeyOrNew() throws(MasterKeyFault) -> MasterKeySettings {
    guard let own = own.withLock({ $0 }) else { throw MasterKeyFault(OwnMasterKey.advice) }
    return MasterKeySettings(try own.textOrNew(), of: own.path)
  }

  func ring(_ settings: MasterKeySettings) throws(MasterKeyFault) -> MasterKeyRing {
    let current = try key(settings.current)
    var previous: [MasterKey] = []
    for source in settings.previous { previous.append(try key(source)) }
    return MasterKeyRing(current: current, previous: previous)
  }

  /// The keys that open what is sealed.
  /// - Parameter settings: of the configuration; nil: it names none.
  func ring(naming settings: MasterKeySettings?) throws(MasterKeyFault) -> MasterKeyRing {
    guard let settings = settings ?? ownKey() else { throw MasterKeyFault(OwnMasterKey.advice) }
    return try ring(settings)
  }

  /// Before anything is opened with them.
  func check(_ settings: MasterKeySettings) throws(StartFailure) {
    do {
      _ = try ring(settings)
    } catch {
      throw StartFailure("\(error)")
    }
  }

  private func key(_ source: MasterKeySettings.Source) throws(MasterKeyFault) -> MasterKey {
    do throws(MasterKeyFault) {
      switch source.origin {
      case .text(let text): return try Self.key(text)
      case .command(let line):
        if let known = printed.withLock({ $0[line] }) { return known }
        let key = try Self.key(try MasterKeyCommand(line: line).run())
        printed.withLock { $0[line] = key }
        return key
      }
    } catch {
      throw MasterKeyFault(source.place.error(error.description))
    }
  }

  private static func key(_ text: Secret) throws(MasterKeyFault) -> MasterKey {
    do { return try MasterKey(text) } catch { throw MasterKeyFault("\(error)") }
  }
}

/// Why there is no master key: a sentence.
struct MasterKeyFault: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

import Crypto
import GatewayCore

/// Resolves `env:NAME`, `file:PATH` and `secret:NAME`.
struct SecretReference {
  /// Bytes of a file of a reference.
  static let maximumBytes = 1 << 20

  enum Form: Hashable {
    case environment(String)
    case file(String)
    case digest(String)
    /// In the database, sealed.
    case stored(String)
    /// Only for a master key.
    case command(String)
    case literal

    init(_ text: String) {
      if text.hasPrefix("env:") {
        self = .environment(String(text.dropFirst(4)))
      } else if text.hasPrefix("file:") {
        self = .file(String(text.dropFirst(5)))
      } else if text.hasPrefix("sha256:") {
        self = .digest(String(text.dropFirst(7)))
      } else if text.hasPrefix("secret:") {
        self = .stored(String(text.dropFirst(7)))
      } else if text.hasPrefix("command:") {
        self = .command(String(text.dropFirst(8)))
      } else {
        self = .literal
      }
    }
  }

  let compilation: Compilation
  private var log: ProblemLog { compilation.log }

  init(_ compilation: Compilation) { self.compilation = compilation }

  /// The plain text of a secret; notes why there is none.
  func secret(_ setting: Setting) -> String? {
    guard let text = setting.text else { return nil }
    switch Form(text) {
    case .literal:
      log.warning(
        "a secret stands in the file", at: setting, advice: "write env:NAME or file:PATH and keep the secret there")
      return text
    case .digest:
      log.error(
        "a hash cannot stand here: the secret itself is needed", at: setting, advice: "write env:NAME or file:PATH")
      return nil
    default: return content(setting)
    }
  }

  /// What a reference stands for, without the blanks around it; notes why there is nothing.
  func content(_ setting: Setting) -> String? {
    guard let text = setting.text else { return nil }
    switch Form(text) {
    case .environment(let name): return variable(name, setting)
    case .file(let path): return file(path, setting)
    case .stored(let name): return stored(name, setting)
    case .command:
      log.error(
        "only a master key comes from a command", at: setting, advice: "write env:NAME, file:PATH or secret:NAME")
      return nil
    case .digest, .literal:
      log.error("expected a reference", at: setting, advice: "write env:NAME or file:PATH")
      return nil
    }
  }

  private func variable(_ name: String, _ setting: Setting) -> String? {
    let environment = compilation.context.environment
    guard !name.isEmpty else {
      log.error("'env:' names no variable", at: setting, advice: "write env:NAME")
      return nil
    }
    guard let value = environment[name] else {
      let nearest = nearestNames(to: name, among: environment.keys, limit: 1).first
      log.error(
        "the environment variable '\(name)' is not set", at: setting,
        advice: nearest.map { "did you mean 'env:\($0)'?" } ?? "set it before the gateway starts")
      return nil
    }
    let trimmed = value.trimmed
    guard !trimmed.isEmpty else {
      log.error("the environment variable '\(name)' is empty", at: setting, advice: "give it a value")
      return nil
    }
    return trimmed
  }

  private func stored(_ name: String, _ setting: Setting) -> String? {
    let own = setting.position.origin == .database ? compilation.context.ownMasterKey : nil
    guard let masterKey = compilation.masterKey ?? own else {
      if !compilation.isMasterKeyWrong {
        log.error(
          "a stored secret needs storage.masterKey, which opens it", at: setting,
          advice: "make a key with `sluice secrets generate-key`")
      }
      return nil
    }
    // Nothing is said of it before the database is open.
    guard let open = compilation.context.openSecret else { return nil }
    switch open(name, masterKey) {
    case .found(let text): return text
    case .missing(let names):
      let near = nearestNames(to: name, among: names, limit: 1).first
      log.error(
        "there is no stored secret '\(name)'", at: setting,
        advice: near.map { "did you mean 'secret:\($0)'?" } ?? "store it with `sluice secrets set \(name)`")
      return nil
    case .unreadable(let reason):
      log.error("the stored secret '\(name)' cannot be opened: \(reason)", at: setting)
      return nil
    }
  }

  private func file(_ path: String, _ setting: Setting) -> String? {
    guard !path.isEmpty else {
      log.error("'file:' names no file", at: setting, advice: "write file:PATH")
      return nil
    }
    let place = compilation.resolve(path)
    let bytes: [UInt8]
    do throws(FileFault) {
      bytes = try compilation.context.readFile(place, Self.maximumBytes)
    } catch {
      log.error("the file '\(place)' \(error.predicate)", at: setting, advice: "paths are relative to this file")
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      log.error("the file '\(place)' is not UTF-8 text", at: setting)
      return nil
    }
    let trimmed = text.trimmed
    guard !trimmed.isEmpty else {
      log.error("the file '\(place)' is empty", at: setting)
      return nil
    }
    return trimmed
  }
}

extension KeyDigest {
  /// SHA-256 of a key's UTF-8 bytes.
  static func sha256(of key: String) -> KeyDigest {
    SHA256.hash(data: Array(key.utf8)).withUnsafeBytes { KeyDigest(sha256: $0) }
  }
}

extension String {
  /// Without the blanks and line breaks at both ends.
  var trimmed: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}

import Foundation
import GatewayCore

/// `storage.shared` and `storage.redis`.
struct SharedStorageCompiler {
  let compilation: Compilation
  private var log: ProblemLog { compilation.log }

  init(_ compilation: Compilation) { self.compilation = compilation }

  /// - Returns: nil for `memory`, and where something is wrong.
  func shared(_ storage: Setting?) -> SharedStorage? {
    guard let setting = storage?["shared"], let text = setting.text, text != "memory" else {
      if let redis = storage?["redis"], storage?["shared"]?.isInvalid != true {
        log.warning(
          "'redis' has no effect: limits are counted in memory", atKeyOf: redis,
          advice: "name a Redis in storage.shared, or remove it")
      }
      return nil
    }
    guard let url = url(setting, text), let parts = parts(url, setting) else { return nil }
    var address = parts
    address.user = nil
    address.password = nil
    var shared = SharedStorage(url: Secret(url), address: address.string ?? "redis")
    guard let redis = storage?["redis"] else { return shared }
    shared.installation = installation(redis["installation"]) ?? shared.installation
    redis.set("timeout", &shared.timeout)
    redis.set("lease", &shared.lease)
    shared.certificateAuthority = redis["ca"].flatMap { authority($0, isTLS: parts.scheme == "rediss") }
    return shared
  }

  private func url(_ setting: Setting, _ text: String) -> String? {
    switch SecretReference.Form(text) {
    case .literal:
      if text.contains("@") {
        log.warning(
          "a password stands in the file", at: setting, advice: "write env:NAME or file:PATH and keep the URL there")
      }
      return text
    case .environment, .file, .stored, .digest, .command: return SecretReference(compilation).content(setting)
    }
  }

  /// Its content is never told: it may hold a password.
  private func parts(_ url: String, _ setting: Setting) -> URLComponents? {
    let advice = "write memory, redis://host:6379 or, with TLS, rediss://host:6379"
    guard url.hasPrefix("redis://") || url.hasPrefix("rediss://") else {
      let named = setting.text == url && !url.contains("@") ? " '\(url)'" : ""
      log.error("unknown storage\(named)", at: setting, advice: advice)
      return nil
    }
    guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty, parts.query == nil,
      parts.fragment == nil, parts.port.map({ (1...65535).contains($0) }) ?? true,
      parts.path.drop(while: { $0 == "/" }).allSatisfy({ $0.isASCII && $0.isWholeNumber })
    else {
      log.error(
        "the URL of Redis is malformed", at: setting, advice: "\(advice); a database is a number behind the host")
      return nil
    }
    guard parts.user?.isEmpty ?? true || parts.password?.isEmpty == false else {
      log.error(
        "the URL of Redis names a user but no password", at: setting,
        advice: "write redis://user:password@host, or redis://:password@host for the default user")
      return nil
    }
    return parts
  }

  private func installation(_ setting: Setting?) -> String? {
    guard let setting, let name = setting.text else { return nil }
    let isPlain = name.utf8.allSatisfy { byte in
      Character(UnicodeScalar(byte)).isLetter && byte < 0x80 || (0x30...0x39).contains(byte)
        || "._-".utf8.contains(byte)
    }
    guard isPlain, (1...64).contains(name.utf8.count) else {
      log.error(
        "'\(name)' is no name of an installation", at: setting, advice: "use 1…64 letters, digits, '.', '_' and '-'")
      return nil
    }
    return name
  }

  private func authority(_ setting: Setting, isTLS: Bool) -> String? {
    if !isTLS {
      log.error(
        "'ca' has no effect: the URL begins with redis://", atKeyOf: setting, advice: "use rediss:// or remove it")
      return nil
    }
    guard let content = SecretReference(compilation).content(setting) else { return nil }
    guard content.contains("-----BEGIN CERTIFICATE-----") else {
      log.error(
        "no certificate in PEM form is in '\(setting.text ?? "")'", at: setting,
        advice: "it holds lines from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----")
      return nil
    }
    return content
  }
}

/// What `authentication:` says, as far as it concerns the rest of the file.
struct WaysIn {
  private let methods: [Setting]
  /// Without `authentication:` gateway keys are the only way.
  private let isGiven: Bool

  init(_ setting: Setting?) {
    methods = setting?.items ?? []
    isGiven = setting != nil
  }

  static let keysOnly = WaysIn(nil)

  var takeKeys: Bool { !isGiven || methods.contains { $0.text == "keys" } }
  var takeSignatures: Bool { methods.contains { $0.text == "hmac" || $0["hmac"] != nil } }
  /// Without `authentication:` a certificate is a way in where a consumer names one.
  var takeCertificates: Bool { !isGiven || isCertificatesNamed }
  var isCertificatesNamed: Bool { methods.contains { $0.text == "mtls" } }
  /// Whether tokens come in, which have claims.
  var takeTokens: Bool { !tokens.isEmpty }

  /// Whether a token may let somebody in as this consumer.
  func mayName(_ consumer: String) -> Bool {
    tokens.contains { $0["consumer"]?.text.map { $0 == consumer } ?? true }
  }

  private var tokens: [Setting] { methods.compactMap { $0["jwt"] ?? $0["introspection"] } }
}

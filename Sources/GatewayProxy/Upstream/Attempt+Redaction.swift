import GatewayCore
import GatewayDialects
import GatewayProviders

/// What a provider says of an error, without the gateway's credentials.
extension Attempt {
  /// Reads the error of an answer. A provider may quote the key it was given, so that is hidden before anything is cut.
  static func error(
    in body: UnsafeRawBufferPointer, hidingKeysOf providers: [Provider], and tokens: [AccessToken?]
  ) -> ProviderError {
    let text = String(decoding: body, as: UTF8.self)
    let hidden = hidingKeys(of: providers, and: tokens, in: text)
    return hidden == text
      ? ProviderError.parse(errorBody: body)
      : Array(hidden.utf8).withUnsafeBytes { ProviderError.parse(errorBody: $0) }
  }

  static func hidingKeys(of providers: [Provider], and tokens: [AccessToken?], in text: String) -> String {
    var secrets = tokens.compactMap { $0?.secret }
    for provider in providers {
      secrets += provider.credentials.map(\.secret)
      if let grant = provider.tokenGrant { secrets.append(grant.proof.secret) }
      if let token = provider.signing?.sessionToken { secrets.append(token) }
      if let credential = provider.proxy?.basicCredential { secrets.append(Secret(credential)) }
    }
    var text = text
    for secret in secrets {
      secret.reveal { key in if !key.isEmpty { text = text.replacing(key, with: "\u{2039}key\u{203A}") } }
    }
    return text
  }

  static func redacted(
    _ error: ProviderError, hidingKeysOf providers: [Provider], and tokens: [AccessToken?]
  ) -> ProviderError {
    ProviderError(
      message: hidingKeys(of: providers, and: tokens, in: error.message), type: error.type, code: error.code,
      param: error.param)
  }

  func redacted(_ failure: UpstreamFailure) -> UpstreamFailure {
    var failure = failure
    failure.reason = Self.hidingKeys(of: receivers, and: allTokens, in: failure.reason)
    return failure
  }
}

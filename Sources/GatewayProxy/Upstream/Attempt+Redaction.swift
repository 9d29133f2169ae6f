import GatewayCore
import GatewayDialects

/// What a provider says of an error, without the gateway's credentials.
extension Attempt {
  /// Reads the error of an answer. A provider may quote the key it was given, so that is hidden before anything is cut.
  static func error(in body: UnsafeRawBufferPointer, hidingKeysOf provider: Provider) -> ProviderError {
    let text = String(decoding: body, as: UTF8.self)
    let hidden = hidingKeys(of: provider, in: text)
    return hidden == text
      ? ProviderError.parse(errorBody: body)
      : Array(hidden.utf8).withUnsafeBytes { ProviderError.parse(errorBody: $0) }
  }

  static func hidingKeys(of provider: Provider, in text: String) -> String {
    var text = text
    for credential in provider.credentials {
      credential.secret.reveal { key in if !key.isEmpty { text = text.replacing(key, with: "\u{2039}key\u{203A}") } }
    }
    if let credential = provider.proxy?.basicCredential {
      text = text.replacing(credential, with: "\u{2039}key\u{203A}")
    }
    return text
  }

  static func redacted(_ error: ProviderError, hidingKeysOf provider: Provider) -> ProviderError {
    ProviderError(
      message: hidingKeys(of: provider, in: error.message), type: error.type, code: error.code, param: error.param)
  }

  func redacted(_ failure: UpstreamFailure) -> UpstreamFailure {
    var failure = failure
    failure.reason = Self.hidingKeys(of: provider, in: failure.reason)
    return failure
  }
}

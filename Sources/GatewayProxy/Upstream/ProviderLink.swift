import Foundation
import GatewayCore
import GatewayProviders
import NIOCore

/// A provider of the running snapshot on one loop: its pool, and the unchanging beginnings of its request heads.
final class ProviderLink {
  private struct PrefixKey: Hashable {
    let operation: UpstreamOperation
    let credential: Int
    /// Only where the path names it.
    let model: String?
  }

  let provider: Provider
  let pool: UpstreamPool
  /// Of providers with a `tokenGrant`: the last one that this loop was given.
  var token: AccessToken?
  private var signatureKeys = SignatureV4Keys()
  private var prefixes: [PrefixKey: ByteBuffer] = [:]
  /// The last one that was used: nearly always the next.
  private var recentKey: PrefixKey?
  private var recentPrefix = ByteBuffer()
  // Some paths name the model, so a caller could otherwise grow the cache at will through a wildcard.
  private static let prefixCapacity = 4096

  init(provider: Provider, pool: UpstreamPool) {
    self.provider = provider
    self.pool = pool
  }

  /// Request line, host, credential and user agent; the fields of the exchange follow.
  func headPrefix(operation: UpstreamOperation, model: String, credential: Int?) -> ByteBuffer {
    // No two are alike.
    if case .object = operation { return makePrefix(operation: operation, model: model, credential: credential) }
    let namesModel = UpstreamCall.namesModel(provider: provider, operation: operation)
    let key = PrefixKey(operation: operation, credential: credential ?? -1, model: namesModel ? model : nil)
    if recentKey == key { return recentPrefix }
    if prefixes.count >= Self.prefixCapacity { prefixes.removeAll() }
    let prefix = prefixes[key] ?? makePrefix(operation: operation, model: model, credential: credential)
    prefixes[key] = prefix
    (recentKey, recentPrefix) = (key, prefix)
    return prefix
  }

  /// The fields that sign a request.
  func signed(
    _ body: ByteBuffer, operation: UpstreamOperation, model: String, signing: Provider.Signing, secret: Secret
  ) -> [(name: String, value: String)] {
    let host = provider.endpoint.authority
    let digest = body.withUnsafeReadableBytes { SignatureV4.digest(of: $0) }
    let now = Int(time(nil))
    switch signing.method {
    case .aws(let region):
      let path = UpstreamCall.requestPath(provider: provider, operation: operation, model: model)
      var request = SignatureV4.Request(method: "POST", host: host, target: path)
      request.bodyDigest = digest
      return SignatureV4(region: region, service: "bedrock").headers(
        for: request,
        credentials: SignatureV4.Credentials(
          accessKey: signing.accessKeyID, secretKey: secret, sessionToken: signing.sessionToken),
        unixTime: now, keys: &signatureKeys)
    case .tencentCloud(let region):
      return SignatureTC3.hunyuan(operation, host: host, region: region).headers(
        bodyDigest: digest, secretID: signing.accessKeyID, secretKey: secret, unixTime: now)
    }
  }

  private func makePrefix(operation: UpstreamOperation, model: String, credential: Int?) -> ByteBuffer {
    let path = UpstreamCall.requestPath(provider: provider, operation: operation, model: model)
    var method = "POST"
    if case .object(let named, _) = operation { method = named }
    var prefix = HeadStart.make(method, path, to: provider.endpoint, through: provider.proxy)
    Self.writeIdentity(of: provider, credential: credential, into: &prefix)
    for field in UpstreamCall.fields(of: operation) { prefix.writeString("\(field.name): \(field.value)\r\n") }
    return prefix
  }

  /// The credential, and who asks.
  static func writeIdentity(of provider: Provider, credential: Int?, into prefix: inout ByteBuffer) {
    if let credential,
      let field = UpstreamCall.credentialHeader(provider: provider, credential: provider.credentials[credential])
    {
      prefix.writeString("\(field.name): \(field.value)\r\n")
    }
    prefix.writeString("user-agent: sluice/\(Version.current)\r\n")
  }
}

import GatewayCore
import GatewayProviders
import Testing

/// A provider as the configuration would compile it.
func makeProvider(
  _ kind: String, url: String? = nil, apiVersion: String? = nil, keys: [String] = []
) throws -> Provider {
  let preset = try #require(ProviderCatalogue.preset(kind: kind))
  let endpoint = try preset.endpoint(url: url)
  return Provider(
    name: kind, kind: kind, endpoint: endpoint, pathStyle: preset.pathStyle(at: endpoint, apiVersion: apiVersion),
    credentialStyle: preset.credentialStyle,
    credentials: keys.enumerated().map {
      Provider.Credential(secret: Secret($0.element), label: "\(kind)#\($0.offset + 1)", health: AlwaysWell())
    }, quirks: preset.quirks)
}

final class AlwaysWell: HealthCell {
  func admit(now: Instant) -> HealthAdmission { .granted }
  func peek(now: Instant) -> HealthAdmission { .granted }
  func succeeded(now: Instant) {}
  func failed(_ failure: UpstreamFailure, now: Instant) {}
  func abandoned(now: Instant) {}
}

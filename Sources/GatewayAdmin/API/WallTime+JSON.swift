package import GatewayCore

/// RFC 3339 in UTC: `2026-11-21T09:30:00Z`.
extension WallTime: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

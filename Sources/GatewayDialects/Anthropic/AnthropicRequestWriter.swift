import GatewayCore

/// Writes the body of `POST /v1/messages`.
package enum AnthropicRequestWriter {
  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    try AnthropicRefusals.check(request, traits)
    var draft = AnthropicDraft(request: request, traits: traits)
    return try draft.write()
  }
}

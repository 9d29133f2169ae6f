package import GatewayCore

/// Which headers cross the gateway. Everything that is not named here stays behind.
///
/// Names are given as the bytes of the head that was parsed, in any case.
package enum ForwardedHeaders {
  /// Whether a client's header goes to a provider.
  ///
  /// - Parameter dialect: what the client and the provider both speak; `nil`: the request is translated.
  ///
  /// What describes the content or asks for its form, what makes a retry safe, what joins traces, and the dialect's own.
  /// Framing and encoding are the gateway's: it reads and may change the body.
  package static func goesUpstream(_ name: UnsafeRawBufferPointer, dialect: Dialect?) -> Bool {
    switch name.count {
    case 6 where equal(name, "accept"): true
    case 10 where equal(name, "tracestate"): true
    case 11 where equal(name, "traceparent"): true
    case 12 where equal(name, "content-type"): true
    case 15 where equal(name, "idempotency-key"): true
    case 16 where equal(name, "content-language"): true
    case 8...:
      switch dialect {
      case .openAIChat, .openAIResponses, .openAICompletions: begins(name, "openai-")
      case .anthropic: begins(name, "anthropic-")
      case .gemini, .bedrockConverse, .cohere, .dashscope, .dify, .coze, .hunyuan, .minimax, nil: false
      }
    default: false
    }
  }

  package static func isAnthropicVersion(_ name: UnsafeRawBufferPointer) -> Bool { equal(name, "anthropic-version") }

  /// The same for one provider, whose `forwardHeaders:` may name further headers.
  package static func goesUpstream(
    _ name: UnsafeRawBufferPointer, dialect: Dialect?, also further: [String]
  ) -> Bool {
    if goesUpstream(name, dialect: dialect) { return true }
    return !further.isEmpty && further.contains { equal(name, $0) }
  }

  /// Whether a client's header may change what a provider answers: of those that go there, all but what asks for a form, makes a retry
  /// safe, or joins traces.
  ///
  /// - Parameter further: `forwardHeaders:` of the providers in question.
  package static func mayDecide(_ name: UnsafeRawBufferPointer, also further: [String]) -> Bool {
    switch name.count {
    case 15 where equal(name, "idempotency-key"): false
    case 16 where equal(name, "content-language"): true
    default: begins(name, "openai-") || begins(name, "anthropic-") || further.contains { equal(name, $0) }
    }
  }

  /// Whether a provider's header goes back to the client.
  ///
  /// `x-request-id` and `x-ratelimit-*` do not: the first is the gateway's own, the others speak of the gateway's account,
  /// as do `openai-organization` and `openai-project`.
  ///
  /// - Parameter isError: whether the provider's error is passed through; only then its `retry-after` is meant for the
  ///   client.
  package static func goesDownstream(_ name: UnsafeRawBufferPointer, isError: Bool) -> Bool {
    switch name.count {
    case 11 where equal(name, "retry-after"): isError
    case 12 where equal(name, "content-type"): true
    case 14 where equal(name, "openai-project"): false
    case 19 where equal(name, "openai-organization"): false
    case 8...: begins(name, "openai-")
    default: false
    }
  }

  /// Why a name cannot stand in `forwardHeaders:`; `nil` when it can. The data plane relies on this check.
  ///
  /// - Parameter name: in any case.
  package static func problem(forwarding name: String) -> String? {
    let name = name.lowercased()
    guard HeaderText.isValidName(name) else { return "'\(name.escapedForMessage)' is not a header name" }
    if credentials.contains(name) { return "'\(name)' carries a caller's credential, which never goes to a provider" }
    if connection.contains(name) || name.hasPrefix("x-forwarded-") || name.hasPrefix("x-sluice-") {
      return "'\(name)' belongs to the connection between the caller and the gateway"
    }
    return nil
  }

  private static let credentials: Set<String> = [
    "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "set-cookie",
    "x-authorization", "ocp-apim-subscription-key",
  ]

  // RFC 9110 §7.6.1 and §7.6.3, RFC 7239, the framing and encoding of the body, and what the gateway writes itself.
  private static let connection: Set<String> = [
    "host", "connection", "proxy-connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "via",
    "forwarded", "x-real-ip", "content-length", "content-encoding", "content-digest", "content-md5", "repr-digest",
    "accept-encoding", "expect", "range", "http2-settings", "proxy-authenticate", "user-agent", "x-request-id",
  ]

  private static func lowercase(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  private static func equal(_ name: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
    name.count == text.utf8CodeUnitCount && begins(name, text)
  }

  private static func begins(_ name: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
    let prefix = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    return name.count >= prefix.count && zip(name, prefix).allSatisfy { lowercase($0) == $1 }
  }

  private static func equal(_ name: UnsafeRawBufferPointer, _ text: String) -> Bool {
    name.count == text.utf8.count && zip(name, text.utf8).allSatisfy { lowercase($0) == $1 }
  }
}

extension String {
  /// At most 64 characters, with control characters as `\u{…}`.
  fileprivate var escapedForMessage: String {
    String(prefix(64)).unicodeScalars.map { $0.escaped(asASCII: false) }.joined()
  }
}

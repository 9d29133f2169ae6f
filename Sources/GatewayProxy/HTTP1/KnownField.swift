/// A field that some part of the gateway acts on, recognised once while the head is parsed.
package enum KnownField: UInt8, Equatable, Sendable, CaseIterable {
  /// Any field that is not listed here; it is only carried.
  case other
  // Framing and connection (RFC 9112; the hop-by-hop fields of RFC 9110 §7.6.1)
  case host, contentLength, transferEncoding, connection, keepAlive, proxyConnection, te, trailer, upgrade
  case http2Settings, expect
  // Credentials
  case authorization, xAPIKey, apiKey, xGoogAPIKey, proxyAuthorization, proxyAuthenticate, cookie, setCookie
  // Content
  case contentType, contentEncoding, accept, acceptEncoding, userAgent, date, server, via
  // Exchange
  case xRequestID, traceparent, tracestate, retryAfter, retryAfterMilliseconds
  case forwarded, xForwardedFor, xForwardedProto, xForwardedHost, xRealIP
  // Cross-origin requests
  case origin, accessControlRequestMethod, accessControlRequestHeaders

  /// Recognises a field name, whatever its case. `start` points at `count` token characters.
  @inline(__always)
  init(_ start: UnsafePointer<UInt8>, count: Int) {
    func named(_ name: StaticString) -> Bool { ASCII.equalsIgnoringCase(start, name) }
    switch count {
    case 2: self = named("te") ? .te : .other
    case 3: self = named("via") ? .via : .other
    case 4: self = named("host") ? .host : named("date") ? .date : .other
    case 6:
      switch true {
      case named("accept"): self = .accept
      case named("origin"): self = .origin
      case named("expect"): self = .expect
      case named("cookie"): self = .cookie
      case named("server"): self = .server
      default: self = .other
      }
    case 7: self = named("api-key") ? .apiKey : named("upgrade") ? .upgrade : named("trailer") ? .trailer : .other
    case 9:
      switch true {
      case named("x-api-key"): self = .xAPIKey
      case named("x-real-ip"): self = .xRealIP
      case named("forwarded"): self = .forwarded
      default: self = .other
      }
    case 10:
      switch true {
      case named("user-agent"): self = .userAgent
      case named("connection"): self = .connection
      case named("keep-alive"): self = .keepAlive
      case named("set-cookie"): self = .setCookie
      case named("tracestate"): self = .tracestate
      default: self = .other
      }
    case 11: self = named("retry-after") ? .retryAfter : named("traceparent") ? .traceparent : .other
    case 12: self = named("content-type") ? .contentType : named("x-request-id") ? .xRequestID : .other
    case 13: self = named("authorization") ? .authorization : .other
    case 14:
      switch true {
      case named("content-length"): self = .contentLength
      case named("http2-settings"): self = .http2Settings
      case named("retry-after-ms"): self = .retryAfterMilliseconds
      case named("x-goog-api-key"): self = .xGoogAPIKey
      default: self = .other
      }
    case 15: self = named("accept-encoding") ? .acceptEncoding : named("x-forwarded-for") ? .xForwardedFor : .other
    case 16:
      switch true {
      case named("content-encoding"): self = .contentEncoding
      case named("x-forwarded-host"): self = .xForwardedHost
      case named("proxy-connection"): self = .proxyConnection
      default: self = .other
      }
    case 17:
      switch true {
      case named("transfer-encoding"): self = .transferEncoding
      case named("x-forwarded-proto"): self = .xForwardedProto
      default: self = .other
      }
    case 18: self = named("proxy-authenticate") ? .proxyAuthenticate : .other
    case 19: self = named("proxy-authorization") ? .proxyAuthorization : .other
    case 29: self = named("access-control-request-method") ? .accessControlRequestMethod : .other
    case 30: self = named("access-control-request-headers") ? .accessControlRequestHeaders : .other
    default: self = .other
    }
  }
}

/// Which known fields a head holds: one bit for each, so that most look-ups need no search.
struct KnownFields: Equatable, Sendable {
  private var bits: UInt64 = 0

  @inline(__always)
  func contains(_ field: KnownField) -> Bool { (self.bits &>> UInt64(field.rawValue)) & 1 == 1 }

  @inline(__always)
  mutating func insert(_ field: KnownField) { self.bits |= 1 &<< UInt64(field.rawValue) }
}

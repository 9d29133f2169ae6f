/// A field that some part of the gateway acts on, recognised once while the head is parsed.
package enum KnownField: UInt8, Equatable, Sendable, CaseIterable {
  /// Any field that is not listed here; it is only carried.
  case other
  // Framing and connection (RFC 9112; the hop-by-hop fields of RFC 9110 §7.6.1)
  case host, contentLength, transferEncoding, connection, keepAlive, proxyConnection, te, trailer, upgrade
  case http2Settings, expect
  // Credentials
  case authorization, xAPIKey, apiKey, proxyAuthorization, proxyAuthenticate, cookie, setCookie
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
    self = .other
    switch count {
    case 2: if named("te") { self = .te }
    case 3: if named("via") { self = .via }
    case 4: if named("host") { self = .host } else if named("date") { self = .date }
    case 6:
      if named("accept") { self = .accept } else if named("origin") { self = .origin }
      else if named("expect") { self = .expect } else if named("cookie") { self = .cookie }
      else if named("server") { self = .server }
    case 7:
      if named("api-key") { self = .apiKey } else if named("upgrade") { self = .upgrade }
      else if named("trailer") { self = .trailer }
    case 9:
      if named("x-api-key") { self = .xAPIKey } else if named("x-real-ip") { self = .xRealIP }
      else if named("forwarded") { self = .forwarded }
    case 10:
      if named("user-agent") { self = .userAgent } else if named("connection") { self = .connection }
      else if named("keep-alive") { self = .keepAlive } else if named("set-cookie") { self = .setCookie }
      else if named("tracestate") { self = .tracestate }
    case 11: if named("retry-after") { self = .retryAfter } else if named("traceparent") { self = .traceparent }
    case 12: if named("content-type") { self = .contentType } else if named("x-request-id") { self = .xRequestID }
    case 13: if named("authorization") { self = .authorization }
    case 14:
      if named("content-length") { self = .contentLength }
      else if named("http2-settings") { self = .http2Settings }
      else if named("retry-after-ms") { self = .retryAfterMilliseconds }
    case 15:
      if named("accept-encoding") { self = .acceptEncoding } else if named("x-forwarded-for") { self = .xForwardedFor }
    case 16:
      if named("content-encoding") { self = .contentEncoding }
      else if named("x-forwarded-host") { self = .xForwardedHost }
      else if named("proxy-connection") { self = .proxyConnection }
    case 17:
      if named("transfer-encoding") { self = .transferEncoding }
      else if named("x-forwarded-proto") { self = .xForwardedProto }
    case 18: if named("proxy-authenticate") { self = .proxyAuthenticate }
    case 19: if named("proxy-authorization") { self = .proxyAuthorization }
    case 29: if named("access-control-request-method") { self = .accessControlRequestMethod }
    case 30: if named("access-control-request-headers") { self = .accessControlRequestHeaders }
    default: break
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

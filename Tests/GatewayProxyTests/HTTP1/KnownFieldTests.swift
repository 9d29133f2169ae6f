import GatewayProxy
import Testing

@Suite struct KnownFieldTests {
  static let names: [(String, KnownField)] = [
    ("host", .host), ("content-length", .contentLength), ("transfer-encoding", .transferEncoding),
    ("connection", .connection), ("keep-alive", .keepAlive), ("proxy-connection", .proxyConnection), ("te", .te),
    ("trailer", .trailer), ("upgrade", .upgrade), ("http2-settings", .http2Settings), ("expect", .expect),
    ("authorization", .authorization), ("x-api-key", .xAPIKey), ("x-goog-api-key", .xGoogAPIKey), ("api-key", .apiKey),
    ("proxy-authorization", .proxyAuthorization), ("proxy-authenticate", .proxyAuthenticate), ("cookie", .cookie),
    ("set-cookie", .setCookie), ("content-type", .contentType), ("content-encoding", .contentEncoding),
    ("accept", .accept), ("accept-encoding", .acceptEncoding), ("user-agent", .userAgent), ("date", .date),
    ("server", .server), ("via", .via), ("x-request-id", .xRequestID), ("traceparent", .traceparent),
    ("tracestate", .tracestate), ("retry-after", .retryAfter), ("retry-after-ms", .retryAfterMilliseconds),
    ("forwarded", .forwarded), ("x-forwarded-for", .xForwardedFor), ("x-forwarded-proto", .xForwardedProto),
    ("x-forwarded-host", .xForwardedHost), ("x-real-ip", .xRealIP), ("origin", .origin),
    ("access-control-request-method", .accessControlRequestMethod),
    ("access-control-request-headers", .accessControlRequestHeaders),
  ]

  @Test func hasANameForEveryKnownField() {
    #expect(Set(Self.names.map(\.1)) == Set(KnownField.allCases).subtracting([.other]))
    // `KnownFields` keeps one bit for each.
    #expect(KnownField.allCases.count <= 64)
  }

  @Test func recognisesEveryNameInAnyCase() throws {
    for (name, field) in Self.names {
      for spelling in [name, name.uppercased(), name.prefix(1).uppercased() + name.dropFirst()] {
        #expect(try Self.recognise(spelling) == field, "\(spelling)")
      }
    }
  }

  @Test func recognisesNoNameThatDiffersInOneByte() throws {
    for (name, _) in Self.names {
      for position in name.utf8.indices {
        for replacement in ["_", "~", "0", "^", "q", "Q", "`"] {
          let original = String(name[position]).lowercased()
          guard replacement.lowercased() != original else { continue }
          var other = name
          other.replaceSubrange(position...position, with: replacement)
          #expect(try Self.recognise(other) == .other, "\(other)")
        }
      }
      #expect(try Self.recognise(name + "x") == .other)
    }
  }

  private static func recognise(_ name: String) throws -> KnownField? {
    let value =
      name.lowercased() == "transfer-encoding" ? "chunked" : name.lowercased() == "expect" ? "100-continue" : "1"
    let bytes = Array("GET / HTTP/1.1\r\nX-First: a\r\n\(name): \(value)\r\nHost: a\r\n\r\n".utf8)
    var parser = RequestHeadParser(limit: 1024)
    if name.lowercased() == "host" {
      let bytes = Array("GET / HTTP/1.1\r\nX-First: a\r\n\(name): \(value)\r\n\r\n".utf8)
      return try bytes.withUnsafeBytes { try parser.parse($0) }?.fields[1].known
    }
    return try bytes.withUnsafeBytes { try parser.parse($0) }?.fields[1].known
  }
}

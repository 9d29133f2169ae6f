import GatewayCore
import GatewayPolicies
import NIOCore

/// What an exchange reads from its request head.
extension Exchange {
  /// The longest path and client request id that are kept for the log.
  private static let noteLimit: UInt32 = 256

  func describeRequest() {
    record.clientAddress = clientAddress
    record.revision = snapshot.revision
    if case .call(let path) = endpoint {
      record.surface = path.surface
      record.path = path.surface.namesModelInPath ? shortPath : path.surface.path
      record.method = "POST"
    } else if case .object(let path) = endpoint {
      record.surface = path.surface
      record.path = shortPath
      record.method = string(head.methodRange)
    } else if case .socket(let socket) = endpoint {
      record.surface = socket.surface
      record.path = socket.surface.path
      record.method = "GET"
    } else {
      record.path = shortPath
      record.method = string(head.methodRange)
    }
    if let field = head.first(.xRequestID), isPlainToken(field.value) { record.clientRequestID = string(field.value) }
  }

  /// Of the peer, or of whom it speaks for.
  private var clientAddress: String? {
    guard let proxies = snapshot.server.trustedProxies, let peer = connection.remoteAddress else {
      return connection.remoteAddress
    }
    let name: KnownField = proxies.header == .forwarded ? .forwarded : .xForwardedFor
    guard head.known.contains(name) else { return peer }
    return headBytes.withUnsafeReadableBytes { bytes in
      let values = head.fields.reversed().compactMap { $0.known == name ? $0.value.bytes(in: bytes) : nil }
      return proxies.client(behind: peer, values)
    }
  }

  private var shortPath: String {
    string(ByteRange(lower: head.path.lower, upper: min(head.path.upper, head.path.lower + Self.noteLimit)))
  }

  /// The format of the caller: errors are told in it, too.
  var dialect: Dialect {
    switch endpoint {
    case .call(let path): return path.surface.errorDialect
    case .object(let path) where path.surface == .storedResponses: return .openAIResponses
    case .modelList, .model: return listDialect
    default: return .openAIChat
    }
  }

  /// Models are listed under the paths of two APIs, one of which has two kinds of callers.
  private var listDialect: Dialect {
    if string(head.path).hasPrefix("/v1beta/") { return .gemini }
    return fieldValue(named: "anthropic-version") == nil ? .openAIChat : .anthropic
  }

  /// Whether a caller of Gemini's API wants its stream as one JSON array.
  var wantsArray: Bool {
    guard dialect == .gemini else { return false }
    return !string(head.query).split(separator: "&").contains("alt=sse")
  }

  var caller: Caller { identified ?? Identify.anonymous }

  /// Phase 1, where gateway keys are the only way in.
  func identify() throws(GatewayError) -> Caller {
    try withBearer { presented in
      if presented == nil, let certified { return certified }
      do throws(GatewayError) {
        return .success(
          try Identify.caller(
            presenting: presented, in: snapshot, remembering: &loop.knownKeys, now: .current))
      } catch {
        return .failure(error)
      }
    }.get()
  }

  func holder(of key: [UInt8]) throws(GatewayError) -> Caller {
    let found: Result<Caller, GatewayError> = key.withUnsafeBytes { bytes in
      do throws(GatewayError) {
        return .success(
          try Identify.caller(presenting: bytes, in: snapshot, remembering: &loop.knownKeys, now: .current))
      } catch {
        return .failure(error)
      }
    }
    return try found.get()
  }

  /// Whether it is a gateway key, good or not.
  func isKey(_ key: [UInt8]) -> Bool {
    snapshot.find(holding: key.withUnsafeBytes { Identify.digest(of: $0) }, remembering: &loop.knownKeys) != nil
  }

  /// What stands where gateway keys stand; nil: nothing.
  func bearer() throws(GatewayError) -> [UInt8]? { try withBearer { .success($0.map { Array($0) }) }.get() }

  private func withBearer<R>(
    _ body: (UnsafeRawBufferPointer?) -> Result<R, GatewayError>
  ) -> Result<R, GatewayError> {
    let isGemini = dialect == .gemini
    return headBytes.withUnsafeReadableBytes { bytes in
      var presented: UnsafeRawBufferPointer?
      for field in head.fields {
        var value: UnsafeRawBufferPointer? = field.value.bytes(in: bytes)
        switch field.known {
        case .authorization: value = value.flatMap(Identify.bearerToken)
        case .xAPIKey, .apiKey: break
        case .xGoogAPIKey where isGemini: break
        default: continue
        }
        guard let value, !value.isEmpty else { continue }
        if let presented, !presented.elementsEqual(value) {
          return .failure(
            GatewayError(
              .conflictingCredentials,
              "two different API keys in 'authorization', 'x-api-key' or 'api-key'; send one of them"))
        }
        presented = value
      }
      let key = presented == nil ? isGemini ? Self.queryKey(head.query.bytes(in: bytes)) : protocolKey : nil
      if let key { return key.withUnsafeBytes(body) }
      return body(presented)
    }
  }

  /// Whether one of its `authorization` fields is a signature, good or not.
  var isSigned: Bool {
    head.fields.contains { field in
      field.known == .authorization
        && headBytes.slice(field.value).withUnsafeReadableBytes { SignedRequest.isOne($0) }
    }
  }

  /// What of the head a signature covers.
  var signedLine: SignedRequest.Line {
    let query = string(head.query)
    return SignedRequest.Line(
      method: string(head.methodRange), target: string(head.path) + (query.isEmpty ? "" : "?\(query)"),
      host: head.first(.host).map { string($0.value) } ?? "")
  }

  /// By the certificate of the connection; nil where it has shown none, or no consumer has any.
  var certified: Result<Caller, GatewayError>? {
    guard let identity = connection.identity, !snapshot.certificates.isEmpty else { return nil }
    return identity.caller(in: snapshot, now: .current) { certificate in
      loop.shared.handshakes.stranger(certificate, at: connection.remoteAddress)
    }
  }

  /// `?key=…` of Google's own clients, percent-decoded.
  private static func queryKey(_ query: UnsafeRawBufferPointer) -> [UInt8]? {
    for parameter in query.split(separator: UInt8(ascii: "&")) where parameter.starts(with: "key=".utf8) {
      return Endpoint.percentDecoded(UnsafeRawBufferPointer(rebasing: parameter.dropFirst(4))).map { Array($0.utf8) }
    }
    return nil
  }

  /// The bytes of the first field with this lower-case name.
  func fieldValue(named name: String) -> ByteBuffer? {
    for field in head.fields where field.name.count == name.utf8.count {
      if headBytes.slice(field.name).equalsIgnoringCase(name) { return headBytes.slice(field.value) }
    }
    return nil
  }

  func string(_ range: ByteRange) -> String {
    headBytes.getString(at: headBytes.readerIndex + Int(range.lower), length: range.count) ?? ""
  }

  /// 1…128 visible ASCII characters.
  private func isPlainToken(_ range: ByteRange) -> Bool {
    guard range.count > 0, range.count <= 128 else { return false }
    return headBytes.slice(range).readableBytesView.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }
}

extension ByteBuffer {
  /// - Parameter lowercase: lower-case ASCII.
  func equalsIgnoringCase(_ lowercase: String) -> Bool {
    readableBytes == lowercase.utf8.count
      && zip(readableBytesView, lowercase.utf8).allSatisfy { ($0 &- 0x41 < 26 ? $0 | 0x20 : $0) == $1 }
  }
}

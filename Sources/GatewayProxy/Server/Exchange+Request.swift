import GatewayCore
import GatewayPolicies
import NIOCore

/// What an exchange reads from its request head.
extension Exchange {
  /// The longest path and client request id that are kept for the log.
  private static let noteLimit = 256

  func describeRequest() {
    record.clientAddress = connection.remoteAddress
    record.revision = snapshot.revision
    if case .call(let surface) = endpoint {
      record.surface = surface
      record.path = surface.path
      record.method = "POST"
    } else {
      record.path = string(ByteRange(lower: head.path.lower, upper: min(head.path.upper, head.path.lower + 256)))
      record.method = string(head.methodRange)
    }
    if let field = head.first(.xRequestID), isPlainToken(field.value) { record.clientRequestID = string(field.value) }
  }

  /// Phase 1.
  func identify() throws(GatewayError) -> Consumer {
    let result: Result<Consumer, GatewayError> = headBytes.withUnsafeReadableBytes { bytes in
      var presented: UnsafeRawBufferPointer?
      for field in head.fields {
        var value: UnsafeRawBufferPointer? = field.value.bytes(in: bytes)
        switch field.known {
        case .authorization: value = value.flatMap(Identify.bearerToken)
        case .xAPIKey, .apiKey: break
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
      do throws(GatewayError) {
        return .success(try Identify.consumer(presenting: presented, in: snapshot))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
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

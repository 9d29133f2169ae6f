import GatewayCore

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a path and method of the gateway's own API mean.
enum Endpoint: Equatable {
  case call(ModelPath)
  case object(ObjectPath)
  case socket(SocketEndpoint)
  case modelList
  /// Percent-decoded.
  case model(String)
  /// A CORS preflight or a plain `OPTIONS` of a path that exists.
  case options(allow: String)
  case wrongMethod(allow: String)
  case unknown

  /// - Parameter path: the path without its query, as bytes.
  static func match(method: Method, path: UnsafeRawBufferPointer) -> Endpoint {
    if let call = ModelPath.match(path) {
      switch method {
      case .post: return .call(call)
      // Listed under the path that makes them.
      case .get where call.surface == .videos: break
      case .options: return .options(allow: "POST, OPTIONS")
      default: return .wrongMethod(allow: "POST, OPTIONS")
      }
    }
    if let object = ObjectPath.match(path) {
      switch method {
      case .get, .post, .delete: return .object(object)
      case .options: return .options(allow: "GET, POST, DELETE, OPTIONS")
      default: return .wrongMethod(allow: "GET, POST, DELETE, OPTIONS")
      }
    }
    if equals(path, Surface.realtime.path) {
      return method == .options ? .options(allow: "GET, OPTIONS") : .wrongMethod(allow: "GET, OPTIONS")
    }
    let collections: [String] = ["/v1/models", "/v1beta/models"]
    guard
      let models = collections.first(where: {
        path.count >= $0.utf8.count && path.prefix($0.utf8.count).elementsEqual($0.utf8)
      })
    else { return .unknown }
    let rest = UnsafeRawBufferPointer(rebasing: path[models.utf8.count...])
    let found: Endpoint
    if rest.isEmpty {
      found = .modelList
    } else if rest.count > 1, rest[0] == UInt8(ascii: "/"),
      let name = percentDecoded(UnsafeRawBufferPointer(rebasing: rest.dropFirst()))
    {
      found = .model(name)
    } else {
      return .unknown
    }
    switch method {
    case .get, .head: return found
    case .options: return .options(allow: "GET, HEAD, OPTIONS")
    default: return .wrongMethod(allow: "GET, HEAD, OPTIONS")
    }
  }

  static func equals(_ bytes: UnsafeRawBufferPointer, _ text: String) -> Bool {
    guard bytes.count == text.utf8.count else { return false }
    return text.withBytes { text in
      guard let left = bytes.baseAddress, let right = text.baseAddress else { return true }
      return memcmp(left, right, text.count) == 0
    }
  }

  /// RFC 3986 §2.1. `nil` for a broken escape or what is not UTF-8.
  static func percentDecoded(_ bytes: UnsafeRawBufferPointer) -> String? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%") {
        guard index + 2 < bytes.count, let high = Character(UnicodeScalar(bytes[index + 1])).hexDigitValue,
          let low = Character(UnicodeScalar(bytes[index + 2])).hexDigitValue
        else { return nil }
        decoded.append(UInt8(high << 4 | low))
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }
}
